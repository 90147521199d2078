"""MQTT: an anonymous connection is tried only where the permit says so."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking
from scanner.probes.mqtt import interpret
from tests.scanner.asking import facts, read, recorded

ALLOWED = Asking(acts=frozenset({"anonymous-session"}), contact="tests", tls=False)


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_broker_is_read_over_the_network(anonymous: bool) -> None:
    with serve("mqtt", {"anonymous": anonymous}) as (address, port):
        got = facts("mqtt", address, port, ALLOWED)
    assert (got.answers, got.anonymous, got.plain_listener) == (True, anonymous, True)


def test_without_the_act_it_stays_open_who_may_connect() -> None:
    with serve("mqtt", {"anonymous": True}) as (address, port):
        got = facts("mqtt", address, port, Asking(contact="tests", tls=False))
    assert (got.answers, got.anonymous) == (True, None)


@pytest.mark.parametrize(("code", "anonymous"), [(0, True), (4, False), (5, False)])
def test_the_return_code_decides(code: int, anonymous: bool) -> None:
    got = read("mqtt", Turn("connect-4", b"", bytes([0x20, 2, 0, code])), tls="yes")
    assert (got.anonymous, got.return_code, got.plain_listener) == (anonymous, code, None)


def test_anything_else_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("mqtt", Turn("unknown-level", b"", b"HTTP/1.1 400 Bad Request\r\n\r\n")))
