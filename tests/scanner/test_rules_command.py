"""`chengjian rules` and `chengjian waiver`: what a person and a script get from them."""

import json
from pathlib import Path

import openpyxl
import pytest

from scanner.cli import main

WAIVERS = """waivers:
  - {id: W1, rule: ds-redis-authentication, where: {zone: office}, reason: test bench, approver: Li,
     approved: "2026-05-01", expires: "2026-07-31"}
"""


def test_list_as_json_has_what_others_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert len(rules) >= 105
    assert {"id", "pack", "subject", "severity", "weight", "clauses"} <= set(rules[0])
    packs = [rule["pack"] for rule in rules]
    assert packs.count("data-security") >= 60
    assert packs.count("domestic-autonomy") >= 45


def test_list_with_a_profile_shows_effective_parameters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "p.yaml"
    profile.write_text("id: p\npacks: [data-security]\nparameters: {ds-tls-version: {minimum: 0x0304}}\n")
    assert main(["rules", "list", "--profile", str(profile), "--json"]) == 0
    rules = {rule["id"]: rule for rule in json.loads(capsys.readouterr().out)["rules"]}
    assert rules["ds-tls-version"]["parameters"] == {"minimum": 0x0304}
    assert not any(rule["pack"] == "domestic-autonomy" for rule in rules.values())
    profile.write_text("id: p\nparameters: {ds-tls-version: {minimum: 0x0300}}\n")
    assert main(["rules", "list", "--profile", str(profile)]) == 2
    assert "less strict" in capsys.readouterr().err


def test_test_lint_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == []
    assert main(["rules", "lint"]) == 0
    assert main(["rules", "show", "ds-telnet-enabled", "--lang", "en"]) == 0
    assert "vendor: VRP" in capsys.readouterr().out
    assert main(["rules", "show", "ds-nothing"]) == 2


def test_coverage_says_for_every_clause_what_covers_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "coverage", "--scope", "3", "--standard", "GB/T 22239-2019", "--json"]) == 0
    clauses = {one["clause"]: one for one in json.loads(capsys.readouterr().out)["clauses"]}
    assert "ds-telnet-enabled" in clauses["GB/T 22239-2019 8.1.4.1 c"]["rules"]
    assert clauses["GB/T 22239-2019 8.1.4.6 a"]["state"] == "impossible"
    assert all(one["rules"] or one["state"] in ("manual", "impossible") for one in clauses.values())


def test_a_new_rule_loads_and_its_examples_pass_as_they_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "city"
    for rule, subject in [("cy-camera-login", "rtsp"), ("cy-tls-suites", "tls"), ("cy-parts", "software")]:
        assert main(["rules", "new", rule, "--subject", subject, "--pack", str(folder)]) == 0
    assert main(["rules", "lint", "--pack", str(folder)]) == 0
    capsys.readouterr()
    assert main(["rules", "test", "--allow-unsigned-packs", "--pack", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"] > 105
    written = (folder / "cy-camera-login.yaml").read_text()
    assert main(["rules", "new", "cy-camera-login", "--subject", "rtsp", "--pack", str(folder)]) == 2
    assert (folder / "cy-camera-login.yaml").read_text() == written
    assert main(["rules", "new", "cy-x", "--subject", "nothing", "--pack", str(folder)]) == 2


def test_a_failing_example_and_a_bad_pack_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "city"
    assert main(["rules", "new", "cy-camera-login", "--subject", "rtsp", "--pack", str(folder)]) == 0
    path = folder / "cy-camera-login.yaml"
    path.write_text(path.read_text().replace("verdict: fail", "verdict: partial"))
    assert main(["rules", "lint", "--pack", str(folder)]) == 1
    assert "no example for fail" in capsys.readouterr().out
    path.write_text(path.read_text().replace("verdict: partial", "verdict: fail").replace("null}", "true}"))
    assert main(["rules", "test", "--allow-unsigned-packs", "--pack", str(folder)]) == 1
    assert "cy-camera-login example 3: expected not_assessed, got pass" in capsys.readouterr().out


def test_waivers_are_linted_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(WAIVERS)
    assert main(["waiver", "lint", str(path), "--at", "2026-06-01"]) == 0
    assert main(["waiver", "list", str(path), "--at", "2026-09-01", "--json"]) == 0
    assert '"holds": false' in capsys.readouterr().out
    path.write_text(WAIVERS.replace("ds-redis-authentication", "ds-nothing"))
    assert main(["waiver", "lint", str(path), "--at", "2026-06-01"]) == 1
    path.write_text("waivers: 3\n")
    assert main(["waiver", "lint", str(path)]) == 2


def test_the_coverage_matrix_as_a_spreadsheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "matrix" / "coverage.xlsx"
    assert main(["rules", "coverage", "--scope", "3", "--format", "xlsx", "--out", str(path)]) == 0
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    rows = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert "ds-telnet-enabled" in str(rows["GB/T 22239-2019 8.1.4.1 c"][6])
    assert rows["GB/T 22239-2019 8.1.4.6 a"][4] == "网络侧无法判定 impossible from the network"
