"""Which ports of many hosts are open, by SYN packets of the privileged helper: under the permit, at its pace, never where fragile
devices stand."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from inventory.errors import PermitOver
from scanner.door import Door, Guest
from scanner.pace import LENT
from scanner.sweep.admission import Admission

STANDARD = 2  # the intensity that a sweep of ports needs
TRIES = 2
WAIT = 1.0  # seconds after each round
MOST_HOSTS = 1024  # in one request
REQUEST_SECONDS = 5.0  # of sending in one request, before the permit is looked at again
START = 30.0  # seconds that a request may take besides, on a busy machine


@dataclass(frozen=True, slots=True)
class SynAnswer:
    """Address → port → open (True) or closed (False); a port that is not there was silent, an address that is not there could not
    be asked. `sent` packets left."""

    states: Mapping[str, Mapping[int, bool]] = field(default_factory=dict)
    sent: int = 0


AskSyn = Callable[[Sequence[str], Sequence[int], float, float], Awaitable[SynAnswer]]


def admitted(
    door: Door, guests: Mapping[str, Guest], ports: Sequence[int]
) -> dict[tuple[str, tuple[int, ...]], list[str]]:
    """(zone, ports that may be asked) → addresses. Left out: IPv6, fragile hosts, intensities below standard, and whatever the
    permit refuses (counted)."""
    admissions: dict[Guest, list[tuple[int, Admission]]] = {}
    by_stretch: dict[tuple[Guest, int], tuple[int, ...]] = {}
    found: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for address, guest in guests.items():
        if not ports or ":" in address or guest.intensity < STANDARD or door.is_fragile(address, guest):
            continue
        if guest not in admissions:
            admissions[guest] = [
                (port, Admission(door.permit, port, guest.intensity, guest.device_class, guest.act)) for port in ports
            ]
        stretch = admissions[guest][0][1].stretch(int(IPv4Address(address)))
        if (guest, stretch) not in by_stretch:
            by_stretch[guest, stretch] = tuple(
                port for port, admission in admissions[guest] if admission.zones[stretch] is not None
            )
        allowed = by_stretch[guest, stretch]
        door.counters.refused_by_permit += len(ports) - len(allowed)
        if allowed:
            found.setdefault((door.zone_name(address), allowed), []).append(address)
    return found


def _requests(
    addresses: Sequence[str], ports: Sequence[int], rate: float, host_rate: float
) -> Iterator[tuple[Sequence[str], Sequence[int]]]:
    """Parts that take no longer than `REQUEST_SECONDS` each to send once."""
    width = max(1, int(host_rate * REQUEST_SECONDS))
    for first in range(0, len(ports), width):
        some = ports[first : first + width]
        height = max(1, min(MOST_HOSTS, int(rate * REQUEST_SECONDS) // len(some)))
        for start in range(0, len(addresses), height):
            yield addresses[start : start + height], some


async def sweep(
    door: Door, guests: Mapping[str, Guest], ports: Sequence[int], ask: AskSyn
) -> dict[str, dict[int, bool]]:
    """Address → port → open or closed, of those that could be asked; a port that is not there was silent, or refused by the
    permit. Raises PermitOver when the permit ends meanwhile."""
    limits = door.permit.pace
    found: dict[str, dict[int, bool]] = {}
    unasked: set[str] = set()
    for (zone, allowed), addresses in sorted(admitted(door, guests, ports).items()):
        rate = LENT * min(limits.zone_packets, limits.total_packets)
        for hosts, some in _requests(addresses, allowed, rate, min(limits.host_packets, rate)):
            answer = await _ask(door, zone, hosts, some, ask)
            opened = sum(sum(states.values()) for states in answer.states.values())
            door.counters.packets += answer.sent + opened  # our kernel resets what answered
            door.counters.largest_burst = max(door.counters.largest_burst, min(len(some), limits.host_packets))
            door.pace.reserve(zone, opened)
            unasked.update(address for address in hosts if address not in answer.states)
            for address, states in answer.states.items():
                found.setdefault(address, {}).update(states)
    return {address: states for address, states in found.items() if address not in unasked}


async def _ask(door: Door, zone: str, hosts: Sequence[str], ports: Sequence[int], ask: AskSyn) -> SynAnswer:
    """One request, at the part of the pace that is left to it. Raises PermitOver."""
    async with door.pace.lent(zone) as rate:
        over = door.over()
        if over:
            door.counters.refused_by_permit += 1
            raise PermitOver(over)
        once = max(len(hosts) * len(ports) / rate, len(ports) / door.permit.pace.host_packets)
        return await ask(hosts, ports, rate, TRIES * (once + WAIT) + START)
