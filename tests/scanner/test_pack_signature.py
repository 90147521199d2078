"""Packs from outside the product: signed by an operator, or allowed by whoever runs the command; never taken silently."""

import json
from pathlib import Path

import pytest

from inventory.store import Store
from reports.canonical_form import read_report
from reports.report import Report
from reports.signature import ALGORITHMS, Algorithm
from scanner.cli import main
from tests.scanner.test_passport import live

RULE = "cy-telnet-silent"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of one rule that loads and whose examples hold."""
    folder = tmp_path / "town"
    assert main(["rules", "new", RULE, "--subject", "telnet", "--pack", str(folder)]) == 0
    return folder


def keys(tmp_path: Path, algorithm: Algorithm, name: str = "keys") -> Path:
    folder = tmp_path / name
    assert main(["bundle", "keygen", "--algorithm", algorithm, "--out", str(folder)]) == 0
    return folder


def sign(pack: Path, folder: Path, algorithm: Algorithm) -> None:
    (key,) = folder.glob(f"*{algorithm}*.key")
    assert main(["rules", "sign", str(pack), "--key", str(key)]) == 0


def rules_test(pack: Path, *more: str) -> int:
    return main(["rules", "test", "--pack", str(pack), *more])


def test_an_unsigned_pack_is_refused_and_the_way_out_is_said(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules_test(pack) == 2
    said = capsys.readouterr().err
    assert "not signed" in said
    assert "--allow-unsigned-packs" in said
    assert rules_test(pack, "--allow-unsigned-packs") == 0


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_pack_that_an_operator_signed_is_taken_and_a_stranger_s_is_not(
    pack: Path, tmp_path: Path, algorithm: Algorithm, capsys: pytest.CaptureFixture[str]
) -> None:
    own, other = keys(tmp_path, algorithm), keys(tmp_path, algorithm, "other")
    sign(pack, own, algorithm)
    assert rules_test(pack, "--operator-keys", str(own)) == 0
    assert rules_test(pack) == 2
    assert "no operator's key is given" in capsys.readouterr().err
    assert rules_test(pack, "--operator-keys", str(other)) == 2
    assert "no good signature" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename"])
def test_a_signature_covers_every_file_and_every_name(pack: Path, tmp_path: Path, change: str) -> None:
    assert main(["rules", "new", "cy-telnet-second", "--subject", "telnet", "--pack", str(pack)]) == 0
    own = keys(tmp_path, "ed25519")
    sign(pack, own, "ed25519")
    rule = pack / f"{RULE}.yaml"
    if change == "edit":
        rule.write_bytes(rule.read_bytes() + b"# more\n")
    elif change == "add":
        (pack / "cy-third.yaml").write_bytes(rule.read_bytes().replace(RULE.encode(), b"cy-third"))
    elif change == "remove":
        rule.unlink()
    else:
        pack = pack.rename(tmp_path / "village")
    assert rules_test(pack, "--operator-keys", str(own)) == 2


def test_no_pack_takes_the_name_of_one_of_the_product(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "data-security"
    assert main(["rules", "new", RULE, "--subject", "telnet", "--pack", str(folder)]) == 0
    assert rules_test(folder, "--allow-unsigned-packs") == 2
    assert "pack of the product" in capsys.readouterr().err


def report_of(workspace: Path) -> Report:
    with Store.open(workspace) as store:
        return read_report(store.report("live"))


def test_a_scan_is_judged_by_the_pack_and_stays_so_without_the_folder(pack: Path, tmp_path: Path) -> None:
    city = tmp_path / "city.db"
    live(city, "10.45.10.2", answers=True)
    words = ["judge", "--workspace", str(city), "--fail-on", "none"]
    assert main([*words, "--pack", str(pack)]) == 2
    assert main([*words, "--pack", str(pack), "--allow-unsigned-packs"]) == 0
    first = report_of(city)
    assert "town" in [used.id for used in first.generated_from.packs]
    assert any(rule.id == RULE for rule in first.rules)
    pack.rename(tmp_path / "gone")
    assert main(words) == 0
    assert report_of(city) == first
    bundle = tmp_path / "city.zip"
    assert main(["bundle", "export", "--workspace", str(city), "--out", str(bundle)]) == 0
    assert main(["bundle", "verify", str(bundle)]) == 0


def test_a_scan_refuses_an_unsigned_pack_before_any_packet(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.scanner.test_guides import PERMIT, REGISTER

    permit = tmp_path / "permit.yaml"
    permit.write_text(PERMIT, encoding="utf-8")
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    words = ["scan", str(permit), "--workspace", str(tmp_path / "c.db"), "--dry-run", "--pack", str(pack)]
    assert main(words) == 2
    assert "not signed" in capsys.readouterr().err
    assert main([*words, "--allow-unsigned-packs"]) == 0


def test_a_vendor_checks_by_a_signed_pack_of_the_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack, rule = tmp_path / "town", "cy-telnet-wanted"  # the rule of the template wants Telnet on
    assert main(["rules", "new", rule, "--subject", "device_config", "--pack", str(pack)]) == 0
    configuration = tmp_path / "switch.cfg"
    configuration.write_text("sysname S1\n#\nundo telnet server enable\n#\nreturn\n", encoding="utf-8")
    words = ["selfcheck", "--config", str(configuration), "--json"]
    assert main([*words, "--pack", str(pack)]) == 2
    assert "not signed" in capsys.readouterr().err
    folder = keys(tmp_path, "ed25519")
    sign(pack, folder, "ed25519")
    capsys.readouterr()
    assert main([*words, "--pack", str(pack), "--operator-keys", str(folder)]) == 1
    assert rule in {one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]}
    main(words)
    assert rule not in {one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]}
