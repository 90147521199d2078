"""What findings of a self-check rest on: a line of the file that speaks of them, or its owner's word that the file is whole."""

import json
import re
from pathlib import Path

import pytest

from inventory.configuration import decode, split_lines
from scanner.replay import replay
from scanner.selfcheck import check
from scanner.selfcheck_source import SCAN, load_source
from tests.scanner.test_selfcheck import BAD, DATA, NOW, bad, run

# What a line must say for a finding of this rule to rest on it.
CARRIED_BY = {
    "ds-telnet-enabled": r"telnet|inbound all|input all",
    "ds-config-web-plain": r"http|web-?server|web-manager",
    "ds-ftp-plain-login": r"ftp|ssl_enable",
    "ds-snmp-default-community": r"communit|com2sec",
    "ds-snmp-plain-versions": r"snmp|communit|com2sec",
    "ds-snmp-write-community": r"communit",
    "ds-config-snmp-sources": r"communit",
    "ds-config-permit-any": r"permit|^\s*rule name",
    "ds-config-default-permit": r"permit",
    "ds-config-login-open": r"no login|none|nopassword",
    "ds-config-login-shared": r"login|password",
    "ds-config-login-sources": r"vty|telnet",
    "ds-config-idle-timeout": r"timeout",
    "ds-config-password-plain": r"password|secret|key|simple",
    "ds-config-password-default": r"password|secret",
    "ds-config-password-reversible": r"password|secret|key",
    "ds-ssh-protocol-1": r"ssh|protocol",
    "ds-ssh-cipher": r"cipher|encryption",
    "ds-config-source-route": r"source-route",
    "ds-config-smart-install": r"vstack",
}
OWN_FILES = sorted(path for folder in (DATA, DATA.parent / "decided") for path in folder.glob("*.c*"))


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_every_finding_rests_on_a_line_that_speaks_of_it(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    """A default of the system, or of another one, is no line of the file: no finding of a class without a line of it."""
    document = json.loads(run(capsys, "--config", path, "--json")[1])
    lines = split_lines(decode(path.read_bytes(), path.name))
    for one in document["findings"]:
        if one["verdict"] in BAD and one["rule"] in CARRIED_BY:
            assert one["lines"], one["rule"]
            for number in one["lines"]:
                assert re.search(CARRIED_BY[one["rule"]], lines[number - 1], re.IGNORECASE), (one["rule"], number)


def test_an_excerpt_that_ends_like_a_whole_one_is_not_taken_for_whole(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.cfg").write_text("sysname A\n#\nuser-interface vty 0 4\n acl 2001 inbound\n#\nreturn\n", "utf-8")
    assert bad(json.loads(run(capsys, "--config", tmp_path / "a.cfg", "--json")[1])) == {}
    found = bad(json.loads(run(capsys, "--config", tmp_path / "a.cfg", "--json", "--complete")[1]))
    assert found["ds-config-log-server"] == (6,)


def test_what_a_complete_configuration_leaves_out_is_not_set(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.cfg").write_text("sysname A\n#\nuser-interface vty 0 4\n acl 2001 inbound\n", encoding="utf-8")
    _, out, _ = run(capsys, "--config", tmp_path / "a.cfg", "--complete", "--json")
    document = json.loads(out)
    assert {"ds-config-time-server", "ds-config-log-server"} <= set(bad(document))
    assert {one["correction"] for one in document["findings"] if one["rule"] == "ds-config-log-server"} == {
        "add: info-center loghost HOST"
    }


def test_that_a_configuration_is_whole_stands_in_the_evidence() -> None:
    """A passport made with `--complete` replays to the same facts."""
    checked = check([load_source(DATA / "vrp-bad.cfg", complete=True)], now=NOW)
    before = checked.store.facts(SCAN, "device_config")
    assert [row.model_dump()["syslog_servers"] for rows in before.values() for row in rows] == [0]
    replay(checked.store, SCAN)
    assert checked.store.facts(SCAN, "device_config") == before
