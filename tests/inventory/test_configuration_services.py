"""Services: what holds for the network alone counts, includes leave things open, and editors' habits change nothing."""

from pathlib import Path

import pytest

from inventory.configuration import decode, detect, read

DATA = Path(__file__).parent.parent / "data" / "config"


def said(family: str, text: str) -> dict[tuple[str, int], object]:
    """(column, port) → value."""
    found = read(text, "a.conf", family)
    return {(name, row.port): one for row in found.rows for name, one in row.values.items()}


@pytest.mark.parametrize(
    ("family", "text", "column", "port", "expected"),
    [
        ("snmpd", "agentaddress 127.0.0.1,[::1]\nrocommunity public default\n", "default_community", 161, None),
        ("snmpd", "agentaddress udp:161\nrocommunity public default\n", "default_community", 161, True),
        ("snmpd", "rocommunity public default\n", "default_community", 161, True),
        ("snmpd", "rouser -s usm op priv\n", "unencrypted_level", 161, False),
        ("snmpd", "rouser op auth\n", "unencrypted_level", 161, True),
        ("snmpd", "rouser op priv\n", "plain_versions", 161, False),
        ("snmpd", "rouser op priv\nincludeDir /etc/snmp/snmpd.conf.d\n", "plain_versions", 161, None),
        ("mosquitto", "allow_anonymous true\n", "anonymous", 1883, None),
        ("mosquitto", "listener 1883\nallow_anonymous true\n", "anonymous", 1883, True),
        ("mosquitto", "listener 1883 127.0.0.1\nallow_anonymous true\n", "anonymous", 1883, None),
        ("mosquitto", "per_listener_settings true\nlistener 1883 127.0.0.1\nallow_anonymous true\nlistener 1884\nallow_anonymous false\n", "anonymous", 1884, False),
        ("vsftpd", "ssl_enable=YES\nforce_local_logins_ssl=NO\n", "implicit_tls", 21, False),
        ("vsftpd", "ssl_enable=YES\nforce_local_logins_ssl=NO\nimplicit_ssl=YES\n", "implicit_tls", 21, True),
        ("vsftpd", "ssl_enable=YES\n", "implicit_tls", 21, None),
        ("sshd", "Ciphers +3des-cbc\n", "cipher_weak", 22, True),
        ("sshd", "Ciphers +3des-cbc\n", "cipher_aead", 22, True),
        ("sshd", "Ciphers -3des-cbc\n", "cipher_weak", 22, None),
        ("sshd", "Match User a\n PermitRootLogin yes\n", "root_login", 22, None),
        ("sshd", "PermitRootLogin no\nPermitRootLogin yes\n", "root_login", 22, False),
        ("nginx", "server { listen 443 ssl; ssl_certificate a; }", "sm_enabled", 0, False),
        ("nginx", "server { listen 443 ssl; ssl_certificate a; include tls.conf; }", "sm_enabled", 0, None),
        ("nginx", "http { include mime.types; server { listen 443 ssl; ssl_certificate a; } }", "sm_enabled", 0, False),
        ("pg_hba", "host all all 127.0.0.1/32 trust\n", "trusted", 5432, None),
        ("pg_hba", "host all all 10.0.0.0 255.0.0.0 trust\n", "trusted", 5432, True),
        ("mysql", "[mysqldump]\nbind-address = 0.0.0.0\n!includedir /etc/mysql/conf.d/\n", "listens_everywhere", 3306, None),
        ("sysctl", "net/ipv4/conf/all/accept_redirects = 1\n", "accept_redirects", 0, True),
    ],
)  # fmt: skip
def test_what_a_service_says_of_itself(family: str, text: str, column: str, port: int, expected: object) -> None:
    assert said(family, text).get((column, port)) == expected


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_line_ends_and_byte_order_marks_change_nothing(path: Path) -> None:
    """Files that were saved on Windows: CR LF, UTF-8 and UTF-16 with a byte order mark, or GB18030."""
    plain = decode(path.read_bytes(), path.name)
    expected = read(plain, path.name)
    crossed = plain.replace("\r\n", "\n").replace("\n", "\r\n")
    for data in (
        b"\xef\xbb\xbf" + crossed.encode(),
        crossed.encode("gb18030"),
        b"\xff\xfe" + crossed.encode("utf-16-le"),
    ):
        text = decode(data, path.name)
        assert detect(text, "some-file.txt") == detect(plain, "some-file.txt")
        assert read(text, path.name) == expected
