"""SNMPv3 with a user: read through the door, and neither user nor password is kept."""

import threading
from collections.abc import Iterator

import pytest
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context

from inventory.errors import InputError
from scanner.probe import Asking
from scanner.wire.usm import user_data
from tests.scanner.asking import ask, row

CREDENTIAL = {
    "user": "city-reader",
    "authentication": "sha256",
    "authentication_password": "canary-Auth-4500",
    "privacy": "aes",
    "privacy_password": "canary-Priv-4500",
}


@pytest.fixture(scope="module")
def agent() -> Iterator[tuple[str, int]]:
    """An SNMPv3 agent on loopback, in a thread with a loop of its own."""
    import asyncio

    loop, ready, where = asyncio.new_event_loop(), threading.Event(), []

    def serve() -> None:
        asyncio.set_event_loop(loop)
        served = engine.SnmpEngine()
        transport = udp.UdpTransport().open_server_mode(("127.0.0.1", 0))
        config.add_transport(served, udp.DOMAIN_NAME, transport)
        config.add_v3_user(
            served,
            CREDENTIAL["user"],
            config.USM_AUTH_HMAC192_SHA256,
            CREDENTIAL["authentication_password"],
            config.USM_PRIV_CFB128_AES,
            CREDENTIAL["privacy_password"],
        )
        config.add_vacm_user(served, 3, CREDENTIAL["user"], "authPriv", (1, 3, 6, 1, 2, 1))
        shown = context.SnmpContext(served)
        cmdrsp.GetCommandResponder(served, shown)
        loop.run_until_complete(transport._lport)
        where.append(transport.transport.get_extra_info("sockname"))
        ready.set()
        loop.run_forever()
        served.close_dispatcher()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(20)
    yield where[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)


def test_a_user_reads_what_nobody_else_may(agent: tuple[str, int]) -> None:
    exchange, ended = ask("snmp", *agent, Asking(contact="tests", credentials={"snmpv3": CREDENTIAL}), transport="udp")
    assert ended is None
    got = row(exchange)
    assert got.v3 is True
    assert "PySNMP" in got.system_description
    assert got.system_object.startswith("1.3.6.1.4.1.")
    kept = exchange.to_bytes()
    for secret in (CREDENTIAL["user"], CREDENTIAL["authentication_password"], CREDENTIAL["privacy_password"]):
        assert secret.encode() not in kept
        assert all(secret.encode() not in turn.sent + turn.received for turn in exchange.turns)


def test_without_the_user_only_the_engine_is_known(agent: tuple[str, int]) -> None:
    exchange, ended = ask("snmp", *agent, transport="udp")
    assert ended is None
    got = row(exchange)
    assert (got.v3, got.system_description) == (True, None)


def test_a_user_that_is_refused_changes_nothing_else(agent: tuple[str, int]) -> None:
    wrong = CREDENTIAL | {"user": "nobody"}
    exchange, ended = ask("snmp", *agent, Asking(contact="tests", credentials={"snmpv3": wrong}), transport="udp")
    assert ended is None
    assert exchange.notes["v3:trouble"]
    assert row(exchange).system_description is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"user": ""}, "user is missing"),
        ({"authentication": "sha3"}, "unknown authentication 'sha3'"),
        ({"privacy_password": ""}, "privacy_password is missing"),
        ({"colour": "red"}, "unknown field 'colour'"),
    ],
)
def test_a_bad_credential_is_named(change: dict[str, str], named: str) -> None:
    with pytest.raises(InputError, match=named):
        user_data(CREDENTIAL | change)
