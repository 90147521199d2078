"""Who answers a datagram: hosts that drop pings and have no TCP port for us may still speak SNMP, BACnet or the time of day.

A host is asked only on ports on which questions would be asked of it anyway, with the first words of the protocol, and once
more where it was silent. An answer says that somebody is there, and nothing else.
"""

import asyncio
from collections.abc import Iterable, Mapping

from inventory.endpoint import Endpoint
from inventory.errors import PermitOver, RefusedByPermit
from scanner.door import Door, Guest
from scanner.net import SweepWire, packed_address
from scanner.probes import bacnet, coap, ipmi, ntp
from scanner.wire.openings import snmp_discovery

WAIT = 1.0  # seconds for late answers, after each round
TRIES = 2
LOOK = 0.02  # seconds between two looks for answers
OPENINGS: Mapping[int, bytes] = {
    123: ntp.CLIENT,
    161: snmp_discovery(),
    623: ipmi.request(),
    5683: coap.REQUEST,
    47808: bacnet.WHO_IS,
}
"""Port → first words, identify only."""


async def heard(
    door: Door, wire: SweepWire, guests: Mapping[str, Guest], ports: Mapping[str, Iterable[int]]
) -> dict[str, str]:
    """Address → `udp/PORT` that it answered on. `ports`: address → UDP ports that are asked of it. IPv6 is left out. Raises
    PermitOver."""
    asked: dict[bytes, tuple[str, int]] = {}
    found: dict[str, str] = {}

    def collect() -> None:
        for data, peer in wire.receive():
            door.counters.bytes_received += len(data)
            if peer in asked:
                address, port = asked[peer]
                found.setdefault(address, f"udp/{port}")

    async def ask(address: str, guest: Guest) -> None:
        for port in sorted(OPENINGS.keys() & set(ports.get(address, ()))):
            collect()
            if address in found:
                return
            try:
                await door.admit(Endpoint(address, "udp", port), guest, 1, 0)
            except PermitOver:
                raise
            except RefusedByPermit:
                continue
            peer = port.to_bytes(2, "big") + packed_address(address)
            asked[peer] = address, port
            wire.send(len(OPENINGS[port]), OPENINGS[port], peer)
            door.counters.datagrams += 1
            door.counters.bytes_sent += len(OPENINGS[port])

    for _ in range(TRIES):
        waiting = {address: guest for address, guest in guests.items() if ":" not in address and address not in found}
        await asyncio.gather(*(ask(address, guest) for address, guest in waiting.items()))
        left = WAIT
        while left > 0 and asked and len(found) < len(guests):
            await door.pace.sleep(LOOK)
            left -= LOOK
            collect()
    return found
