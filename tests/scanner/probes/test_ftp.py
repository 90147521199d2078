"""FTP: TLS and anonymous access, seen from the replies alone."""

import pytest

from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking
from tests.scanner.asking import ask, facts, read, row

ALLOWED = Asking(acts=frozenset({"anonymous-session"}), contact="tests")
GREETING = Turn("greeting", b"", b"220 (vsFTPd 3.0.3)\r\n")


def test_an_anonymous_server_without_tls() -> None:
    with serve("ftp", {"anonymous": True}) as (address, port):
        got = facts("ftp", address, port, ALLOWED)
    assert (got.anonymous, got.plain_login, got.tls_offered, got.tls_required) == (True, True, False, False)


def test_a_server_that_requires_tls() -> None:
    with serve("ftp", {"tls": True, "require_tls": True}) as (address, port):
        got = facts("ftp", address, port, ALLOWED)
    assert (got.plain_login, got.tls_offered, got.tls_required) == (False, True, True)


@pytest.mark.parametrize("anonymous", [True, False])
def test_where_names_are_taken_inside_tls_only_the_answer_there_decides(*, anonymous: bool) -> None:
    with serve("ftp", {"tls": True, "require_tls": True, "anonymous": anonymous}) as (address, port):
        got = facts("ftp", address, port, ALLOWED)
    assert (got.anonymous, got.plain_login, got.tls_required) == (anonymous, False, True)


def test_a_refusal_outside_tls_says_nothing_of_the_name() -> None:
    refused = Turn("user", b"", b"530 Anonymous sessions must use encryption.\r\n")
    assert read("ftp", GREETING, Turn("auth-tls", b"", b"234 ok\r\n"), refused).anonymous is None


def test_without_the_act_no_name_is_sent_and_the_facts_are_missing() -> None:
    with serve("ftp", {"anonymous": True}) as (address, port):
        exchange, _ = ask("ftp", address, port)
    assert not any(turn.sent.startswith(b"USER") for turn in exchange.turns)
    assert (row(exchange).anonymous, row(exchange).plain_login, row(exchange).tls_offered) == (None, None, False)


def test_a_refusal_that_says_nothing_of_tls_leaves_open_why() -> None:
    got = read("ftp", GREETING, Turn("auth-tls", b"", b"234 ok\r\n"), Turn("user", b"", b"530 Not logged in.\r\n"))
    assert (got.plain_login, got.tls_required, got.anonymous) == (None, None, False)


@pytest.mark.parametrize(("reply", "anonymous"), [(b"230 in\r\n", True), (b"530 no\r\n", False), (b"", None)])
def test_the_password_reply_decides(reply: bytes, anonymous: bool | None) -> None:
    got = read("ftp", GREETING, Turn("user", b"", b"331 please\r\n"), Turn("pass", b"", reply))
    assert got.anonymous is anonymous
