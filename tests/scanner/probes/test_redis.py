"""Redis: commands before a login, in the clear and inside TLS."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probes.redis import interpret
from tests.scanner.asking import facts, read, recorded


def test_a_store_that_anybody_may_read() -> None:
    with serve("redis") as (address, port):
        got = facts("redis", address, port)
    assert (got.speaks_redis, got.authentication_required, got.tls) == (True, False, False)


def test_a_store_that_wants_a_password() -> None:
    with serve("redis", {"password": "x"}) as (address, port):
        got = facts("redis", address, port)
    assert (got.authentication_required, got.protected_mode, got.version) == (True, False, None)


def test_protected_mode_refuses_without_saying_more() -> None:
    exchange = recorded("redis", Turn("ping", b"", b"-DENIED Redis is running in protected mode\r\n"), tls="yes")
    got = read("redis", *exchange.turns, tls="yes")
    assert (got.authentication_required, got.protected_mode, got.tls) == (None, True, True)
    assert interpret(exchange)["database"][0].decided is False  # type: ignore[attr-defined]


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"-ERR unknown"])
def test_another_protocol_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("redis", Turn("ping", b"", data)))
