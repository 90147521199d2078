"""Time stamps of bundles (RFC 3161), from a small authority that OpenSSL runs in a temporary folder, without a network."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from inventory.errors import InputError, WorkspaceError
from reports.bundle import MANIFEST, attach, check, export
from reports.container import Container, ContainerWriter
from reports.signature import new_key
from reports.timestamp import check_answer, check_nonce, load_roots, member_name, request
from scanner.cli import main
from tests.reports.workspaces import workspace

SETTINGS = """\
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
crypto_device = builtin
"""
STAMPS = "extendedKeyUsage=critical,timeStamping"


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Authority:
    """A root, a certificate that it issued, and `openssl ts` to answer requests with it."""

    folder: Path

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, asked: bytes) -> bytes:
        (self.folder / "asked").write_bytes(asked)
        signer = ("-signer", self.folder / "own.pem", "-inkey", self.folder / "own.key")
        files = ("-queryfile", self.folder / "asked", "-out", self.folder / "answer")
        openssl("ts", "-reply", "-config", self.folder / "settings", *signer, *files)
        return (self.folder / "answer").read_bytes()


def authority(folder: Path) -> Authority:
    folder.mkdir()
    (folder / "settings").write_text(SETTINGS.format(folder=folder))
    (folder / "serial").write_text("1001\n")
    for name, subject in (("root", "/CN=root"), ("own", "/CN=time")):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", folder / f"{name}.key")
        issuer: list[str | Path] = ["-CA", folder / "root.pem", "-CAkey", folder / "root.key"] if name == "own" else []
        extension = STAMPS if name == "own" else "keyUsage=critical,keyCertSign"
        openssl(
            "req", "-new", "-x509", "-key", folder / f"{name}.key", *issuer, "-days", "3650",
            "-subj", subject, "-addext", extension, "-out", folder / f"{name}.pem",
        )  # fmt: skip
    return Authority(folder)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority") / "a")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    target = tmp_path / "a.bundle"
    with workspace() as store:
        export(store, "s1", target, [new_key("ed25519")])
    return target


def manifest_of(bundle: Path) -> bytes:
    with Container(bundle) as container:
        return container.read(MANIFEST)


def test_a_request_is_over_the_manifest_and_openssl_reads_it(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "q").write_bytes(request(manifest_of(bundle)))
    text = openssl("ts", "-query", "-in", tmp_path / "q", "-text")
    assert "Hash Algorithm: sha256" in text
    assert "Certificate required: yes" in text
    assert "Nonce: 0x" in text
    shown = "".join(line[11:].split("   ")[0] for line in text.splitlines() if line.startswith("    00"))
    assert shown.replace(" ", "").replace("-", "") == check(bundle).manifest_sha256


def test_a_stamped_bundle_verifies_and_its_other_parts_keep_their_bytes(bundle: Path, here: Authority) -> None:
    before = bundle.read_bytes()
    with Container(bundle) as container:
        parts = {name: container.read(name) for name in container.members}
    stamped = attach(bundle, here.answer(request(manifest_of(bundle))))
    with Container(bundle) as container:
        assert {name: container.read(name) for name in container.members if name != stamped.part} == parts
        assert list(container.members)[-1] == stamped.part
    assert bundle.read_bytes() != before
    assert [item.verified for item in check(bundle).timestamps] == [False]
    (seen,) = check(bundle, roots=load_roots(here.roots)).timestamps
    assert (seen.verified, seen.time) == (True, stamped.time)
    assert seen.time.endswith("Z")


def test_two_time_stamps_lie_in_canonical_order_whichever_came_first(bundle: Path, here: Authority) -> None:
    plain = bundle.read_bytes()
    answers = [here.answer(request(manifest_of(bundle))) for _ in range(2)]
    results = []
    for order in (answers, answers[::-1]):
        bundle.write_bytes(plain)
        for answer in order:
            attach(bundle, answer)
        results.append(bundle.read_bytes())
    assert results[0] == results[1]
    assert len(check(bundle, roots=load_roots(here.roots)).timestamps) == 2
    with pytest.raises(WorkspaceError, match="already there"):
        attach(bundle, answers[0])
    assert bundle.read_bytes() == results[1]


def test_a_token_for_another_digest_is_refused_and_nothing_is_written(bundle: Path, here: Authority) -> None:
    before = bundle.read_bytes()
    foreign = here.answer(request(b"another manifest"))
    with pytest.raises(InputError, match="another digest"):
        attach(bundle, foreign)
    assert bundle.read_bytes() == before
    with Container(bundle) as container, ContainerWriter(bundle) as writer:
        for name in container.members:
            writer.add(name, container.chunks(name))
        writer.add(member_name(foreign), [foreign])
    with pytest.raises(WorkspaceError, match="another digest") as caught:
        check(bundle)
    assert member_name(foreign) in str(caught.value)


def test_a_changed_byte_of_the_time_stamp_is_refused_by_name(bundle: Path, here: Authority) -> None:
    part = attach(bundle, here.answer(request(manifest_of(bundle)))).part
    data = bundle.read_bytes()
    with Container(bundle) as container:
        parts = {name: container.read(name) for name in container.members}
        place = container.members[part]
    for offset in range(0, place.size, 29):
        changed = bytearray(data)
        changed[place.start + offset] ^= 0x10
        bundle.write_bytes(changed)
        with pytest.raises(WorkspaceError) as caught:
            check(bundle)
        assert part in str(caught.value)
    with ContainerWriter(bundle) as writer:
        for name, content in parts.items():
            writer.add(name, [content[:-1] + bytes([content[-1] ^ 1]) if name == part else content])
    with pytest.raises(WorkspaceError, match="under another digest") as caught:
        check(bundle)
    assert part in str(caught.value)


def test_a_forged_signature_never_leads_to_the_root(bundle: Path, here: Authority) -> None:
    """The last bytes of an answer are the authority's signature: whoever changes them and files the answer anew is caught."""
    manifest, roots = manifest_of(bundle), load_roots(here.roots)
    answer = here.answer(request(manifest))
    assert check_answer(answer, manifest, "a", roots).verified
    for back in range(1, 33):
        forged = answer[:-back] + bytes([answer[-back] ^ 0x04]) + answer[len(answer) - back + 1 :]
        with pytest.raises(InputError, match=r"does not lead to a root|not a time stamp|canonical"):
            check_answer(forged, manifest, "a", roots)


def test_any_flipped_byte_of_an_answer_ends_in_one_clear_error_or_the_same_time(bundle: Path, here: Authority) -> None:
    manifest, roots = manifest_of(bundle), load_roots(here.roots)
    answer = here.answer(request(manifest))
    good = check_answer(answer, manifest, "a", roots)
    refused = 0
    for position in range(len(answer)):
        changed = answer[:position] + bytes([answer[position] ^ 0x21]) + answer[position + 1 :]
        try:
            seen = check_answer(changed, manifest, "a", roots)
        except InputError:
            refused += 1
        else:
            assert (seen.time, seen.serial) == (good.time, good.serial)
    assert refused > len(answer) * 0.9


def test_a_wrong_root_and_a_missing_time_stamp_are_refused(bundle: Path, here: Authority, tmp_path: Path) -> None:
    other = authority(tmp_path / "other")
    with pytest.raises(WorkspaceError, match="there is no time stamp"):
        check(bundle, roots=load_roots(here.roots))
    part = attach(bundle, here.answer(request(manifest_of(bundle)))).part
    with pytest.raises(WorkspaceError, match="does not lead to a root that you trust") as caught:
        check(bundle, roots=load_roots(other.roots))
    assert part in str(caught.value)


def test_an_answer_to_another_request_is_refused(bundle: Path, here: Authority) -> None:
    mine, other = request(manifest_of(bundle)), request(manifest_of(bundle))
    answer = here.answer(mine)
    check_nonce(answer, mine, "a")
    with pytest.raises(InputError, match="nonce"):
        check_nonce(answer, other, "a")
    with pytest.raises(InputError, match="not a time stamp request"):
        check_nonce(answer, b"\x30\x00", "a")


@pytest.mark.parametrize("wrong", [b"", b"\x30\x00", b"\xff" * 50, b"\x30\x05\x30\x03\x02\x01\x02"])
def test_what_is_no_answer_is_refused(bundle: Path, wrong: bytes) -> None:
    """Among them the short answer with which an authority rejects a request."""
    with pytest.raises(InputError, match=r"not a time stamp answer|did not grant"):
        attach(bundle, wrong)


def test_the_command_asks_attaches_and_verifies(
    bundle: Path, here: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, answer = tmp_path / "q.tsq", tmp_path / "a.tsr"
    assert main(["bundle", "timestamp", str(bundle), "--request", str(asked)]) == 0
    assert main(["bundle", "timestamp", str(bundle), "--request", str(asked)]) == 2, "no request is overwritten"
    assert main(["bundle", "timestamp", str(bundle)]) == 2
    answer.write_bytes(here.answer(asked.read_bytes()))
    assert main(["bundle", "timestamp", str(bundle), "--attach", str(answer), "--request", str(asked)]) == 0
    capsys.readouterr()
    assert main(["bundle", "verify", str(bundle)]) == 0
    assert "not verified" in capsys.readouterr().out
    assert main(["bundle", "verify", str(bundle), "--timestamp-roots", str(here.roots), "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["timestamps"]
    assert shown["verified"] is True
    asked.write_bytes(b"no certificate")
    assert main(["bundle", "verify", str(bundle), "--timestamp-roots", str(asked)]) == 2
