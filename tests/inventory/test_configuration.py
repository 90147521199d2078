"""Reading of configurations: families, facts with their lines, what was not understood, and what is never kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.configuration import Reading, all_families, blanked, decode, detect, hide, read, split_lines
from inventory.errors import ImportFormatError
from inventory.fact import all_tables

DATA = Path(__file__).parent.parent / "data" / "config"


def reading(name: str) -> Reading:
    return read(decode((DATA / name).read_bytes(), name), name)


def value(found: Reading, table: str, column: str) -> tuple[object, tuple[int, ...]]:
    for row in found.rows:
        if row.table == table and column in row.values:
            return row.values[column], row.lines.get(column, ())
    return None, ()


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("vrp-bad.cfg", "vrp"),
        ("vrp-good.cfg", "vrp"),
        ("comware-bad.cfg", "comware"),
        ("comware-good.cfg", "comware"),
        ("ruijie-bad.cfg", "ruijie"),
        ("ruijie-good.cfg", "ruijie"),
        ("ios-bad.cfg", "ios"),
        ("ios-good.cfg", "ios"),
        ("zte-bad.cfg", "zte"),
        ("sshd_config.bad", "sshd"),
        ("redis-bad.conf", "redis"),
        ("mosquitto-bad.conf", "mosquitto"),
        ("nginx-bad.conf", "nginx"),
        ("pg_hba-bad.conf", "pg_hba"),
    ],
)
def test_a_family_is_recognised_by_its_content_and_every_line_of_ours_is_understood(name: str, family: str) -> None:
    text = decode((DATA / name).read_bytes(), name)
    assert detect(text, "some-file.txt") == family
    found = reading(name)
    assert found.not_understood == ()
    assert found.lines_understood == found.lines_total > 0


def test_every_fact_of_every_reading_fits_its_table_and_names_lines_of_the_file() -> None:
    for path in sorted(DATA.iterdir()):
        found = reading(path.name)
        last = len(split_lines(decode(path.read_bytes(), path.name)))
        for row in found.rows:
            model = all_tables()[row.table].model
            model(**row.values)
            assert set(row.lines) <= set(model.model_fields)
            assert all(1 <= line <= last for lines in row.lines.values() for line in lines)


@pytest.mark.parametrize(
    ("name", "table", "column", "expected", "lines"),
    [
        ("vrp-bad.cfg", "telnet", "answers", True, (5, 47)),
        ("vrp-bad.cfg", "device_config", "http_enabled", True, (6,)),
        ("vrp-bad.cfg", "ftp", "plain_login", True, (7,)),
        ("vrp-bad.cfg", "ssh", "protocol_1", True, (8,)),
        ("vrp-bad.cfg", "ssh", "cipher_weak", True, (9,)),
        ("vrp-bad.cfg", "device_config", "password_default", True, (20,)),
        ("vrp-bad.cfg", "device_config", "password_plain", True, (20,)),
        ("vrp-bad.cfg", "device_config", "acl_permit_any", True, (33,)),
        ("vrp-bad.cfg", "snmp", "default_community", True, (36,)),
        ("vrp-bad.cfg", "snmp", "write_community", True, (37,)),
        ("vrp-bad.cfg", "device_config", "log_buffer", False, (40,)),
        ("vrp-bad.cfg", "device_config", "vty_unauthenticated", True, (45,)),
        ("vrp-bad.cfg", "device_config", "console_authenticated", False, (43,)),
        ("vrp-bad.cfg", "device_config", "idle_minutes", 0, (46,)),
        ("vrp-bad.cfg", "device_config", "password_days", 0, (17,)),
        ("vrp-bad.cfg", "device_config", "password_change_first_login", False, (18,)),
        ("vrp-good.cfg", "telnet", "answers", False, (5, 66)),
        ("vrp-good.cfg", "device_config", "password_plain", False, (26,)),
        ("vrp-good.cfg", "device_config", "acl_permit_any", False, (36, 41)),
        ("vrp-good.cfg", "device_config", "snmp_plain_versions", False, (50, 51)),
        ("vrp-good.cfg", "device_config", "vty_acl", True, (63,)),
        ("vrp-good.cfg", "device_config", "syslog_servers", 1, (55,)),
        ("vrp-good.cfg", "device_config", "aaa_servers", 1, (31,)),
        ("comware-bad.cfg", "device_config", "vty_unauthenticated", True, (28,)),
        ("comware-bad.cfg", "snmp", "default_write_community", True, (33,)),
        ("comware-bad.cfg", "device_config", "password_plain", True, (40,)),
        ("comware-good.cfg", "device_config", "password_minimum_length", 10, (12,)),
        ("comware-good.cfg", "device_config", "login_tries", 5, (15,)),
        ("comware-good.cfg", "device_config", "idle_minutes", 10, (28,)),
        ("ruijie-bad.cfg", "telnet", "answers", True, (4,)),
        ("ruijie-bad.cfg", "device_config", "acl_permit_any", True, (13,)),
        ("ruijie-bad.cfg", "device_config", "vty_unauthenticated", True, (27,)),
        ("ruijie-bad.cfg", "device_config", "password_default", True, (6, 7)),
        ("ruijie-good.cfg", "device_config", "telnet_enabled", False, (4, 34)),
        ("ios-bad.cfg", "device_config", "vty_unauthenticated", True, (32,)),
        ("ios-bad.cfg", "device_config", "source_route", True, (13,)),
        ("ios-bad.cfg", "snmp", "default_write_community", True, (26,)),
        ("ios-good.cfg", "device_config", "password_weak_hash", False, (12, 13)),
        ("zte-bad.cfg", "telnet", "answers", True, (14,)),
        ("sshd_config.bad", "ssh", "root_password_login", True, (3,)),
        ("redis-bad.conf", "redis", "authentication_required", False, (4, 2)),
        ("redis-good.conf", "redis", "authentication_required", True, (7,)),
        ("mosquitto-bad.conf", "mqtt", "anonymous", True, (2,)),
        ("nginx-bad.conf", "web_config", "directory_listing", True, (9,)),
        ("nginx-bad.conf", "web_config", "weak_suites", True, (15,)),
        ("nginx-bad.conf", "tls", "oldest_version", 0x0301, (14,)),
        ("pg_hba-bad.conf", "postgresql", "trusted", True, (4,)),
    ],
)
def test_a_fact_stands_on_the_lines_that_say_it(
    name: str, table: str, column: str, expected: object, lines: tuple[int, ...]
) -> None:
    assert value(reading(name), table, column) == (expected, lines)


def test_what_a_file_does_not_say_stays_unknown() -> None:
    found = read("sysname A\n#\nuser-interface vty 0 4\n authentication-mode aaa\n", "a.cfg")
    assert value(found, "device_config", "telnet_enabled") == (None, ())
    assert value(found, "device_config", "ntp_servers") == (None, ())
    assert all(row.table == "device_config" for row in found.rows)


def test_a_fact_on_a_port_carries_the_port_that_the_file_sets() -> None:
    assert {(row.table, row.transport, row.port) for row in reading("sshd_config.bad").rows} == {("ssh", "tcp", 2222)}


def test_lines_of_interest_point_at_the_line() -> None:
    seen = {(item.line, item.word) for item in reading("ios-bad.cfg").interest}
    assert {
        (12, "http_on"),
        (23, "permit_any"),
        (25, "snmp_default_string"),
        (32, "vty_no_auth"),
        (33, "telnet_on"),
    } <= seen


def test_a_good_device_has_no_line_of_a_bad_class() -> None:
    bad = {
        "telnet_on",
        "http_on",
        "ftp_on",
        "snmp_community",
        "plain_or_weak_password",
        "vty_no_auth",
        "permit_any",
        "weak_ssh",
    }
    for name in ("vrp-good.cfg", "comware-good.cfg", "ios-good.cfg"):
        assert not bad & {item.word for item in reading(name).interest}, name


def test_text_in_gb18030_is_read() -> None:
    assert reading("vrp-gb18030.cfg").name == "智慧桂雁"


def test_binary_and_oversized_files_are_refused_with_the_file_name() -> None:
    with pytest.raises(ImportFormatError, match=r"core\.bin"):
        decode(b"\x7fELF\x00\x00", "core.bin")


def test_a_file_of_no_known_family_is_counted_and_nothing_is_claimed() -> None:
    found = read("alpha beta\ngamma delta\n", "notes.txt")
    assert (found.family, found.lines_total, found.lines_understood, found.rows) == ("unknown", 2, 0, ())


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ImportFormatError, match="known"):
        read("", "a.cfg", "nonsense")


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (" local-user bob password cipher Kx-93!aZ", " local-user bob password cipher **clear**"),
        (" local-user bob password simple bob", " local-user bob password simple **weak**"),
        (" password hash $h$6$abc$def", " password hash ******"),
        ("snmp-agent community read cipher S3cretRead acl 2001", "snmp-agent community read cipher ****** acl 2001"),
        ("snmp-agent community read public", "snmp-agent community read public"),
        ("snmp-server community S3cret RO 99", "snmp-server community ****** RO 99"),
        (
            "snmp-server community encrypted S3cret view AllView ro",
            "snmp-server community encrypted ****** view AllView ro",
        ),
        ("username op privilege 15 secret 5 $1$ab$cd", "username op privilege 15 secret 5 ******"),
        ("enable password cisco", "enable password **weak**"),
        ("tacacs-server key 7 0822455D0A16", "tacacs-server key 7 ******"),
        (" ospf authentication-mode md5 1 cipher Xyzzy-9", " ospf authentication-mode md5 1 cipher **clear**"),
        ("requirepass hunter2hunter2", "requirepass ******"),
        ("rocommunity S3cret 10.0.0.0/8", "rocommunity ****** 10.0.0.0/8"),
        ('createUser op SHA "first-secret" AES "second-secret"', 'createUser op SHA "******" AES "******"'),
        ("password = hunter2hunter2", "password = ******"),
        ("  password expire 90", "  password expire 90"),
        ("service password-encryption", "service password-encryption"),
        ("key chain ROUTING", "key chain ROUTING"),
        ("snmp-server host 10.0.0.9 S3cret", "snmp-server host 10.0.0.9 ******"),
        ("snmp-server host 10.0.0.9 vrf M informs S3cret", "snmp-server host 10.0.0.9 vrf M informs ******"),
        ("snmp-server host 10.0.0.9 traps version 2c S3cret", "snmp-server host 10.0.0.9 traps version 2c ******"),
        ("snmp-server host 10.0.0.9 public", "snmp-server host 10.0.0.9 public"),
        ("snmp-server host 10.0.0.9 source-interface mgmt0", "snmp-server host 10.0.0.9 source-interface mgmt0"),
        (
            "snmp-server host inside 10.0.0.9 community S3cret version 2c",
            "snmp-server host inside 10.0.0.9 community ****** version 2c",
        ),
        (" host 10.0.0.9 traps version 2c encrypted 0822", " host 10.0.0.9 traps version 2c encrypted ******"),
        ("snmp-server community 0 S3cret", "snmp-server community 0 ******"),
        ("snmp-server community 7 ro", "snmp-server community ****** ro"),
        ("set snmp community S3cret authorization read-only", "set snmp community ****** authorization read-only"),
        ("    community S3cret {", "    community ****** {"),
        ("set psksecret ENC AbC9", "set psksecret ENC ******"),
        ('pre-shared-key ascii-text "$9$abc"', 'pre-shared-key ascii-text "******"'),
        ("standby 1 authentication S3cret", "standby 1 authentication ******"),
        (" authentication pre-share", " authentication pre-share"),
        ("mgmt-user admin root 3f4a9b", "mgmt-user admin root ******"),
        ("primary_conninfo = 'host=10.0.0.1 password=S3cret'", "primary_conninfo = 'host=10.0.0.1 password=******'"),
        ("remote_password S3cret", "remote_password ******"),
        ("   wpa-passphrase S3cret99 ", "   wpa-passphrase ****** "),
        ("snmpv3 user u auth md5 auth-pass plaintext S3cret", "snmpv3 user u auth md5 auth-pass plaintext ******"),
        ("informsink 10.0.0.9 S3cret", "informsink 10.0.0.9 ******"),
        ("proxy -v 2c -c S3cret 10.0.0.9", "proxy -v 2c -c ****** 10.0.0.9"),
        ("        fastcgi_pass php:9000;", "        fastcgi_pass php:9000;"),
        ("password_file /etc/mosquitto/passwd", "password_file /etc/mosquitto/passwd"),
        ("ntp server 10.0.0.1 key 12", "ntp server 10.0.0.1 key 12"),
    ],
)
def test_secrets_leave_the_line_and_nothing_else_does(line: str, hidden: str) -> None:
    assert hide(line) == hidden


@given(st.text(max_size=400))
def test_hiding_twice_is_hiding_once_and_keeps_the_lines(text: str) -> None:
    once = hide(text)
    assert len(split_lines(once)) == len(split_lines(text))
    assert hide(once) == once


WORDS = st.sampled_from(
    ["undo", "no", "snmp-agent", "community", "read", "line", "vty", "0", "4", "rule", "permit", "ip", "any", "{", "}", ";", "listen", "<a>",
     "password", "simple", "#", "!", "interface", "aaa", "-p", "=", '"', "\x00", "server", "quit", "banner", "^C", "acl", "3000", "address", "0.0.0.0"]
)  # fmt: skip


@given(st.lists(st.lists(WORDS, max_size=6), max_size=12), st.integers(0, 3))
def test_no_text_makes_a_reader_fail(lines: list[list[str]], indent: int) -> None:
    text = "\n".join(" " * (indent * (index % 3)) + " ".join(words) for index, words in enumerate(lines))
    for name in all_families():
        found = read(text, "random.cfg", name)
        assert 0 <= found.lines_understood <= found.lines_total
        assert found.lines_total - found.lines_understood == len(found.not_understood)
        for row in found.rows:
            all_tables()[row.table].model(**row.values)


@given(st.text(max_size=300))
def test_no_characters_make_a_reader_fail(text: str) -> None:
    for name in all_families():
        read(text, "random.cfg", name)


def test_blocks_without_an_end_are_blanked_in_one_pass_and_keep_the_lines() -> None:
    """A text of many openings must not be searched to its end for each of them."""
    text = "a\n<!-- b\n--> c\n" + "<!--\n" * 50_000
    bare = blanked(text, "<!--", "-->")
    assert bare.startswith("a\n\n c\n")
    assert bare.count("\n") == text.count("\n")
    assert blanked("BEGIN\nx\nEND", "BEGIN", "END", inside=True) == "BEGIN\n\nEND"


def test_a_private_key_leaves_the_file() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEsecret\n-----END RSA PRIVATE KEY-----\n"
    assert "MIIEsecret" not in hide(key)
    assert hide(key).count("\n") == key.count("\n")
