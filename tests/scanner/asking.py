"""Runs a probe through the network door against loopback, or interprets bytes that a test wrote down."""

import asyncio
import time
from typing import Any

from inventory.endpoint import Endpoint, Transport
from inventory.errors import ProbeError
from inventory.exchange import Exchange, Turn, from_bytes
from inventory.reduction import reduce
from scanner.door import Door, Guest
from scanner.net import SocketWire
from scanner.pace import Pace
from scanner.permit import Permit
from scanner.probe import Asking, all_probes
from tests.scanner.permits import permit_for

KEY = b"a key of the tests"
FAST = {"host_packets": 10_000, "host_connections": 1_000, "zone_packets": 1_000_000, "total_packets": 1_000_000}


def loopback_permit() -> Permit:
    """All of 127/8, every port, no pace to speak of."""
    return permit_for("127.0.0.0/8", pace=FAST, allowed_ports=[], valid_to="2999-12-31")


def ask(
    probe: str, address: str, port: int, asking: Asking | None = None, transport: Transport = "tcp"
) -> tuple[Exchange, ProbeError | None]:
    """Run `collect` against a server on loopback: the reduced evidence, and how it ended where it did not go well."""
    permit = loopback_permit()
    door = Door(permit, SocketWire(), Pace(permit.pace, time.monotonic))
    recorder = door.recorder(probe, Endpoint(address, transport, port), Guest("server", 2))

    async def run() -> ProbeError | None:
        try:
            await all_probes()[probe].collect(recorder, asking or Asking(contact="tests"))
        except ProbeError as error:
            return error
        finally:
            await asyncio.sleep(0)  # transports say goodbye in the next round of the loop
        return None

    ended = asyncio.run(run())
    return from_bytes(reduce(recorder.exchange(), KEY).to_bytes()), ended


def facts(probe: str, address: str, port: int, asking: Asking | None = None, transport: Transport = "tcp") -> Any:
    """The one row of the probe's own table, read from a live answer."""
    exchange, ended = ask(probe, address, port, asking, transport)
    assert ended is None, ended
    return row(exchange)


def row(exchange: Exchange) -> Any:
    """The one row of the probe's own table."""
    probe = all_probes()[exchange.kind]
    rows = probe.interpret(exchange)[probe.table]
    assert len(rows) == 1
    return rows[0]


def recorded(probe: str, *turns: Turn, **notes: str) -> Exchange:
    """An exchange as it would have been stored: reduced."""
    endpoint = Endpoint("10.0.0.1", all_probes()[probe].transport, 1)
    return reduce(Exchange(probe, endpoint, turns, notes), KEY)


def read(probe: str, *turns: Turn, **notes: str) -> Any:
    """The one row that the probe reads from these turns."""
    return row(recorded(probe, *turns, **notes))
