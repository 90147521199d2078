"""A host in one text: every section is read by its own reader, on the lines of the whole, and secrets leave it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.configuration import detect, hide, read
from inventory.fact import all_tables

HEADS = (
    "/etc/passwd",
    "uname -a",
    "/etc/os-release",
    "nft list ruleset",
    "/etc/logrotate.conf",
    "iptables -S",
    "/etc/none",
)


def host(*parts: tuple[str, str]) -> str:
    return "\n".join(f"==> {name} <==\n{text}\n" for name, text in parts)


def values(text: str) -> dict[str, object]:
    return {name: value for row in read(text, "host.txt", "host").rows for name, value in row.values.items()}


def test_settings_of_several_files_are_one_row_on_their_own_lines() -> None:
    text = host(
        ("/etc/login.defs", "PASS_MAX_DAYS 90"),
        ("/etc/security/pwquality.conf", "minlen = 10\nminclass = 3"),
        ("/etc/sysctl.conf", "net.ipv4.tcp_syncookies = 1"),
    )
    found = read(text, "host.txt")
    assert (found.family, found.not_understood) == ("host", ())
    rows = {row.table: row for row in found.rows}
    assert dict(rows["host_config"].values) == {
        "password_days": 90,
        "password_minimum_length": 10,
        "password_complexity": True,
    }
    assert text.split("\n")[rows["host_config"].lines["password_complexity"][0] - 1] == "minclass = 3"
    assert dict(rows["sysctl"].values) == {"syn_cookies": 1}


@pytest.mark.parametrize(
    ("section", "text", "column", "expected"),
    [
        ("/etc/passwd", "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh", "extra_root", 1),
        ("/etc/passwd", "root:x:0:0::/:/bin/sh", "empty_passwords", None),
        ("passwd -S -a", "root PS 2025-01-01 0 90 7 -1\nguest NP 2025-01-01 0 90 7 -1", "empty_passwords", 1),
        ("systemctl is-enabled auditd", "enabled", "audit_enabled", True),
        ("systemctl is-enabled auditd", "static", "audit_enabled", None),
        ("/etc/logrotate.conf", "monthly\nrotate 6", "log_days", 180),
        ("/etc/logrotate.conf", "/var/log/x {\n daily\n rotate 900\n}", "log_days", None),
        ("iptables -S", "-P INPUT DROP", "default_deny", True),
        ("iptables -S", "-P INPUT ACCEPT", "firewall_enabled", False),
        (
            "nft list ruleset",
            "chain input {\ntype filter hook input priority 0; policy accept;\n}",
            "default_deny",
            False,
        ),
        ("/etc/apt/sources.list", "deb http://10.45.1.2/kylin stable main", "repositories_overseas", 0),
        ("/etc/yum.repos.d/a.repo", "baseurl=http://mirror.centos.org/7", "repositories_overseas", 1),
        ("/etc/yum.repos.d/a.repo", "baseurl=http://mirror.example.net/7", "repositories_overseas", None),
        ("uname -a", "Linux a 5.10.0-1 #1 SMP x x aarch64 GNU/Linux", "architecture", "aarch64"),
    ],
)
def test_a_section_says_what_its_file_or_command_says(section: str, text: str, column: str, expected: object) -> None:
    assert values(host((section, text))).get(column) == expected


def test_a_section_that_nobody_reads_is_not_understood() -> None:
    found = read(host(("/etc/os-release", "ID=kylin"), ("/etc/issue", "welcome")), "host.txt")
    assert (found.lines_total, len(found.not_understood)) == (2, 1)


def test_headings_stay_and_what_shadow_holds_leaves() -> None:
    text = host(("passwd -S -a", "root PS"), ("/etc/shadow", "root:$6$salt$secret-hash:20000:0:99999:7:::"))
    hidden = hide(text)
    assert "secret-hash" not in hidden
    assert "==> passwd -S -a <==" in hidden
    assert detect(hidden, "x.txt") == "host"


@given(st.lists(st.tuples(st.sampled_from(HEADS), st.text(max_size=60)), max_size=4))
def test_no_text_makes_the_reader_fail(parts: list[tuple[str, str]]) -> None:
    for row in read(host(*parts), "host.txt", "host").rows:
        all_tables()[row.table].model(**row.values)
