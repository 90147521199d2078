"""Trying the ports of one host, with a control endpoint before and after, so that a block is not taken for a closed port.

The result is an exchange like any other: it is stored as evidence, and `interpret` reads it again at every replay.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from inventory.endpoint import Endpoint
from inventory.errors import Closed, NotUnderstood, PermitOver, ProbeError, Refused, RefusedByPermit, Silent
from inventory.exchange import Exchange, Turn
from inventory.facts.host import HostFacts
from scanner.discovery.ports import UNUSED
from scanner.door import Door, Guest

KIND = "discovery"
KNOCK_TIMEOUT = 1.6  # seconds: the SYN, and once more after a second by the kernel
ALIVE_TIMEOUT = 0.9  # seconds: several ports are tried at once, so that a lost packet is made up for by the others
OPEN, CLOSED, SILENT, REFUSED, FORBIDDEN = "open", "closed-port", "timeout", "reset", "forbidden"
ANSWERS = (OPEN, CLOSED, REFUSED)
SECOND_LOOK = 1.0  # seconds before a host of which nothing was heard is tried again
SUSPICIOUS = 10  # open ports from which on the unused ones are tried too


@dataclass(frozen=True, slots=True)
class Sweep:
    """How each port answered: `open`, `closed-port`, `timeout`, `reset`, `forbidden`. `control` is a port that answered
    (0: none), `control_after` whether it did again at the end; `every_port_open` that unused ports answer too; `mac` the
    address by ARP, where the host is on one of our links; `heard` how it answered besides, such as `echo` or `udp/161`."""

    address: str
    ports: Mapping[int, str] = field(default_factory=dict)
    control: int = 0
    control_after: bool = False
    every_port_open: bool = False
    mac: str = ""
    heard: str = ""

    @property
    def alive(self) -> bool:
        """Did any port answer?"""
        return self.control != 0

    @property
    def open_ports(self) -> tuple[int, ...]:
        """The ports that accepted, in order."""
        return tuple(sorted(port for port, how in self.ports.items() if how == OPEN))


async def knock(door: Door, address: str, port: int, guest: Guest, timeout: float = KNOCK_TIMEOUT) -> str:
    """Try one port and give the word for how it answered."""
    try:
        await door.knock(address, port, guest, timeout)
    except Closed:
        return CLOSED
    except Silent:
        return SILENT
    except Refused:
        return REFUSED
    except PermitOver:
        raise
    except RefusedByPermit:
        return FORBIDDEN
    except ProbeError:
        return SILENT
    return OPEN


async def answers_at_all(door: Door, address: str, ports: Sequence[int], guest: Guest) -> bool:
    """Does any of a few ports answer? All at once; one by one where the host may be fragile, and no more than needed."""
    if not door.is_fragile(address, guest):
        return any(how in ANSWERS for how in (await _all(door, address, ports, guest, ALIVE_TIMEOUT)).values())
    for port in ports:
        if await knock(door, address, port, guest, ALIVE_TIMEOUT) in ANSWERS:
            return True
    return False


async def sweep(
    door: Door, address: str, ports: Iterable[int], guest: Guest, looked: Mapping[int, bool] | None = None
) -> Sweep:
    """Try all ports at the pace of the permit; what stayed silent is tried once more; then the control endpoint again. `looked` is
    a first look by SYN, which tried twice: open or closed; it stands for the connects, except where it saw nothing at all."""
    seen = await _all(door, address, ports, guest) if not looked else _as_seen(door, address, ports, guest, looked)
    control = _control(seen)
    if not control:  # a burst that was dropped on the way looks the same: nobody is called silent after one look
        await door.pace.sleep(SECOND_LOOK)
        seen = await _all(door, address, seen, guest)
        control = _control(seen)
    if not control:
        return Sweep(address, seen)
    if not looked:
        seen |= await _all(door, address, [port for port, how in seen.items() if how == SILENT], guest)
    everything = False
    if sum(how == OPEN for how in seen.values()) >= SUSPICIOUS:
        unused = await _all(door, address, UNUSED, guest)
        everything = all(how == OPEN for how in unused.values())
    again = await knock(door, address, control, guest) in ANSWERS
    return Sweep(address, dict(sorted(seen.items())), control, again, everything)


def _as_seen(
    door: Door, address: str, ports: Iterable[int], guest: Guest, looked: Mapping[int, bool]
) -> dict[int, str]:
    """A first look in the words of the connects."""
    seen = {}
    for port in ports:
        if port in looked:
            seen[port] = OPEN if looked[port] else CLOSED
        else:
            allowed = door.permit.decide(address, port, None, guest.intensity, guest.device_class).allowed
            seen[port] = SILENT if allowed else FORBIDDEN
    return seen


def _control(seen: dict[int, str]) -> int:
    """The lowest port that answered, 0 for none."""
    return next((port for port in sorted(seen) if seen[port] in ANSWERS), 0)


async def _all(
    door: Door, address: str, ports: Iterable[int], guest: Guest, timeout: float = KNOCK_TIMEOUT
) -> dict[int, str]:
    wanted = list(ports)
    answers = await asyncio.gather(*(knock(door, address, port, guest, timeout) for port in wanted))
    return dict(zip(wanted, answers, strict=True))


def to_exchange(seen: Sweep) -> Exchange:
    """The sweep as evidence: one turn a port, in order."""
    turns = tuple(Turn(f"tcp/{port}", end="" if how == OPEN else how) for port, how in sorted(seen.ports.items()))
    notes = {"control": str(seen.control), "control_after": str(int(seen.control_after))}
    if seen.every_port_open:
        notes["every_port_open"] = "1"
    if seen.mac:
        notes["mac"] = seen.mac
    if seen.heard:
        notes["heard"] = seen.heard
    return Exchange(KIND, Endpoint(seen.address), turns, notes)


def from_exchange(exchange: Exchange) -> Sweep:
    """The sweep that an exchange tells of. Raises NotUnderstood where it is none."""
    if exchange.kind != KIND:
        raise NotUnderstood("not a discovery")
    try:
        ports = {int(turn.label.removeprefix("tcp/")): turn.end or OPEN for turn in exchange.turns}
        control = int(exchange.notes.get("control", "0"))
    except ValueError as error:
        raise NotUnderstood(f"not a discovery: {error}") from error
    return Sweep(
        exchange.endpoint.address,
        ports,
        control,
        exchange.notes.get("control_after") == "1",
        exchange.notes.get("every_port_open") == "1",
        exchange.notes.get("mac", ""),
        exchange.notes.get("heard", ""),
    )


def interpret(exchange: Exchange) -> dict[str, list[HostFacts]]:
    """Pure: the facts of a discovery. Raises NotUnderstood, and Silent where nothing answered."""
    seen = from_exchange(exchange)
    if not seen.alive and not seen.mac and not seen.heard:
        raise Silent("nothing answered")
    how = list(seen.ports.values())
    return {
        "host": [
            HostFacts(
                answers=seen.alive or seen.heard.startswith("udp/"),
                open_ports=how.count(OPEN),
                closed_ports=how.count(CLOSED),
                silent_ports=how.count(SILENT),
                every_port_open=seen.every_port_open,
                shunned=seen.alive and not seen.control_after,
                mac=seen.mac or None,
            )
        ]
    }
