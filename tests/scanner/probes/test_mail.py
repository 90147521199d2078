"""SMTP, POP3 and IMAP: may a login go in clear text?"""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from scanner.probe import all_probes
from tests.scanner.asking import read, recorded

GREETING = {
    "smtp": b"220 mail.example ESMTP Postfix\r\n",
    "pop3": b"+OK Dovecot ready <1.2@mail>\r\n",
    "imap": b"* OK ready\r\n",
}


def both(probe: str, capabilities: bytes) -> list[Turn]:
    return [Turn("greeting", b"", GREETING[probe]), Turn("capabilities", b"", capabilities)]


@pytest.mark.parametrize(
    ("capabilities", "upgrade", "login"),
    [
        (b"250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n", True, True),
        (b"250-mail.example\r\n250 STARTTLS\r\n", True, False),
        (b"250-mail.example\r\n250 AUTH=LOGIN\r\n", False, True),
        (b"502 no\r\n", None, None),
    ],
)
def test_smtp(capabilities: bytes, upgrade: bool | None, login: bool | None) -> None:
    got = read("smtp", *both("smtp", capabilities), tls="no")
    assert (got.start_tls, got.plain_login) == (upgrade, login)
    assert read("smtp", *both("smtp", capabilities), tls="yes").plain_login is False


@pytest.mark.parametrize(
    ("capabilities", "upgrade", "login"),
    [
        (b"+OK\r\nSTLS\r\nUSER\r\n.\r\n", True, True),
        (b"+OK\r\nSTLS\r\nTOP\r\n.\r\n", True, False),
        (b"+OK\r\nSASL PLAIN\r\n.\r\n", False, True),
        (b"-ERR unknown command\r\n", None, None),
    ],
)
def test_pop3(capabilities: bytes, upgrade: bool | None, login: bool | None) -> None:
    got = read("pop3", *both("pop3", capabilities), tls="no")
    assert (got.start_tls, got.plain_login, got.apop) == (upgrade, login, True)


@pytest.mark.parametrize(
    ("capabilities", "upgrade", "login"),
    [
        (b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n", True, False),
        (b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na1 OK done\r\n", False, True),
        (b"* CAPABILITY IMAP4rev1\r\na1 OK done\r\n", False, True),
        (b"a1 BAD\r\n", None, None),
    ],
)
def test_imap(capabilities: bytes, upgrade: bool | None, login: bool | None) -> None:
    got = read("imap", *both("imap", capabilities), tls="no")
    assert (got.start_tls, got.plain_login) == (upgrade, login)


def test_a_mail_server_that_only_greets_tells_nothing_more() -> None:
    got = read("imap", Turn("greeting", b"", GREETING["imap"]), Turn("capabilities", b"", b"", "timeout"), tls="no")
    assert (got.answers, got.start_tls, got.plain_login) == (True, None, None)


@pytest.mark.parametrize("probe", ["smtp", "pop3", "imap"])
def test_another_protocol_is_not_understood(probe: str) -> None:
    for data in (b"SSH-2.0-x\r\n", b"220 (vsFTPd 3.0.3)\r\n", b""):
        with pytest.raises(NotUnderstood):
            all_probes()[probe].interpret(recorded(probe, Turn("greeting", b"", data)))
