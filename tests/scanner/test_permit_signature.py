"""Only an operator's signature over these very bytes counts, and a revoked permit holds no longer."""

import asyncio
from pathlib import Path

import pytest

from inventory.canonical import sha256
from inventory.errors import InputError, PermitError, RefusedByPermit
from reports.signature import ALGORITHMS, Algorithm, new_key, save_key
from scanner import cli
from scanner.permit_signature import Revocations, authority, beside, sign_permit
from tests.scanner.permits import permit_for
from tests.scanner.test_permit import GOOD
from tests.scanner.test_pipeline import pipeline_on, redis_says


@pytest.fixture
def permit(tmp_path: Path) -> Path:
    path = tmp_path / "p.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_by_an_operator_is_accepted_and_any_change_undoes_it(
    permit: Path, tmp_path: Path, algorithm: Algorithm, capsys: pytest.CaptureFixture[str]
) -> None:
    operators, others = tmp_path / "operators", tmp_path / "others"
    private, _ = save_key(new_key(algorithm), operators)
    save_key(new_key(algorithm), others)
    check = ["permit", "check", str(permit), "--operator-keys"]
    assert cli.main([*check, str(operators)]) == 4  # not signed at all
    assert cli.main(["permit", "sign", str(permit), "--key", str(private)]) == 0
    assert cli.main(["permit", "sign", str(permit), "--key", str(private)]) == 0
    assert len(beside(permit).read_text().splitlines()) == 1
    assert cli.main([*check, str(operators)]) == 0
    assert cli.main([*check, str(others)]) == 4
    permit.write_text(GOOD.replace("10.45.2.0/24", "10.45.2.0/23", 1), encoding="utf-8")
    assert cli.main([*check, str(operators)]) in (2, 4)
    permit.write_text(GOOD + "\n", encoding="utf-8")
    assert cli.main([*check, str(operators)]) == 4
    assert "no good signature" in capsys.readouterr().err


def test_two_operators_sign_side_by_side(permit: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        key = new_key("ed25519")
        save_key(key, tmp_path / name)
        sign_permit(permit, key)
    for name in ("a", "b"):
        allowed = authority(tmp_path / name, None)
        assert allowed.check(permit, "T-1", permit.read_bytes()) == "ed25519"


@pytest.mark.parametrize("content", [b"{}", b"\xff\xfe", b'{"algorithm": "rsa", "public_key": "", "signature": ""}'])
def test_a_broken_signature_file_is_named(permit: Path, tmp_path: Path, content: bytes) -> None:
    save_key(new_key("ed25519"), tmp_path / "keys")
    beside(permit).write_bytes(content)
    with pytest.raises(PermitError, match="line 1"):
        authority(tmp_path / "keys", None).check(permit, "T-1", permit.read_bytes())
    beside(permit).write_text('{"algorithm": "ed25519", "public_key": "!", "signature": "!"}\n')
    with pytest.raises(RefusedByPermit):
        authority(tmp_path / "keys", None).check(permit, "T-1", permit.read_bytes())


def test_a_folder_without_keys_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no operator key"):
        authority(tmp_path, None)


def test_revoked_by_id_or_by_digest(permit: Path, tmp_path: Path) -> None:
    listed = tmp_path / "revoked"
    data = permit.read_bytes()
    listed.write_text("# nothing yet\n")
    revocations = Revocations(listed)
    assert revocations.reason("T-1", sha256(data)) == ""
    listed.write_text("T-1 withdrawn by the owner\n")
    assert revocations.reason("T-1", sha256(data)) == "revoked: withdrawn by the owner"
    listed.write_text(f"{sha256(data)} wrong networks # see minutes\n")
    assert revocations.reason("T-1", sha256(data)) == "revoked: wrong networks"
    assert revocations.reason("T-2", sha256(b"")) == ""
    listed.unlink()
    assert "cannot be read" in revocations.reason("T-2", sha256(b""))
    with pytest.raises(RefusedByPermit, match="cannot be read"):
        authority(None, listed).check(permit, "T-2", data)


def test_a_permit_revoked_in_the_middle_stops_the_scan_before_the_next_packet() -> None:
    pipeline = pipeline_on(redis_says, permit_for("10.0.0.0/24"))
    sent: list[str] = []

    def revoked() -> str:
        return "revoked: test" if len(sent) >= 5 else ""

    original = pipeline.door.wire.connect

    async def counted(address: str, port: int, timeout: float) -> object:
        sent.append(address)
        return await original(address, port, timeout)

    pipeline.door.wire.connect = counted  # type: ignore[method-assign,assignment]
    pipeline.door.revoked = revoked
    assert asyncio.run(pipeline.run()) == "stopped"
    assert pipeline.why == "revoked: test"
    assert len(sent) == 5
    assert not [seen for seen in pipeline.store.observations("s").values() if "revoked" in seen.reason]
