"""Looking for hosts, the cheapest way first: on our own links by ARP and neighbour discovery, elsewhere by an echo, then by the
ports that are likeliest, then by datagrams and an SNMP sweep. And a first look, by SYN, at the ports of those who wait for
their turn.

Every way stands behind permit and pace; one that is not there (no raw sockets, the act not listed) is left out, and what it
would have found is found by the next, or stays unanswered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from scanner.discovery import datagrams
from scanner.discovery import sweep as discovery
from scanner.discovery.links import TRIES, AskLinks, Neighbours, admitted, neighbours
from scanner.discovery.ports import LIKELY
from scanner.door import Door, Guest
from scanner.net import SweepWire
from scanner.sweep import ports as port_sweep
from scanner.sweep import snmp

AskEcho = Callable[[Sequence[str]], Awaitable[frozenset[str]]]
MOST_COMMUNITIES = 3  # that look for hosts


@dataclass(frozen=True, slots=True)
class Ways:
    """What there is besides connects: each None where it is not."""

    links: AskLinks | None = None
    echo: AskEcho | None = None
    syn: port_sweep.AskSyn | None = None
    datagrams: Callable[[], AbstractContextManager[SweepWire]] | None = None


@dataclass(slots=True)
class Scouted:
    """What was seen before a host had its turn: its MAC on a link of ours, how it was heard elsewhere, and how its ports answered
    SYN packets: open or closed, silent where there is nothing."""

    macs: dict[str, str] = field(default_factory=dict)
    heard: dict[str, str] = field(default_factory=dict)
    ports: dict[str, dict[int, bool]] = field(default_factory=dict)


class Scout:
    """Looks for hosts; guests say how each address may be asked. All of it raises PermitOver."""

    def __init__(self, door: Door, ways: Ways, communities: Iterable[str] = ()) -> None:
        self.door, self.ways = door, ways
        self.seen = Scouted()
        self.communities = tuple(dict.fromkeys(("public", *communities)))[:MOST_COMMUNITIES]

    async def on_links(self, guests: Mapping[str, Guest]) -> Neighbours:
        """Who is on our links, who is silent there; all others are elsewhere. MACs are remembered."""
        if self.ways.links is None or not guests:
            return Neighbours()
        near = await neighbours(self.door, guests, self.ways.links)
        self.seen.macs |= near.answers
        return near

    async def echo(self, guests: Mapping[str, Guest]) -> set[str]:
        """Who answers an ICMP echo; remembered."""
        found: set[str] = set()
        if self.ways.echo is None:
            return found
        for _ in range(TRIES):
            allowed = await admitted(self.door, {a: guest for a, guest in guests.items() if a not in found})
            if not allowed:
                break
            found |= await self.ways.echo(allowed)
        self.seen.heard |= dict.fromkeys(found, "echo")
        return found

    async def elsewhere(
        self, guests: Mapping[str, Guest], likely: Mapping[str, Sequence[int]], udp: Mapping[str, Iterable[int]]
    ) -> set[str]:
        """Who answers at all: `likely` are the TCP ports to try at each address, `udp` those on which it would be asked."""
        found = await self.echo(guests)
        left = {address: guest for address, guest in guests.items() if address not in found}
        found |= await self.by_ports(left, likely)
        left = {address: guest for address, guest in left.items() if address not in found}
        return found | await self.by_datagrams(left, udp)

    async def by_ports(self, guests: Mapping[str, Guest], likely: Mapping[str, Sequence[int]]) -> set[str]:
        """Who answers on a likely port: by SYN where that may be, by connects where not."""
        found: set[str] = set()
        swept: set[str] = set()
        if self.ways.syn is not None:
            for ports in sorted({tuple(likely.get(address, LIKELY)) for address in guests}):
                group = {a: _standard(guest) for a, guest in guests.items() if tuple(likely.get(a, LIKELY)) == ports}
                states = await port_sweep.sweep(self.door, group, ports, self.ways.syn)
                swept |= states.keys()
                found |= {address for address, answers in states.items() if answers}

        async def knock(address: str, guest: Guest) -> None:
            if await discovery.answers_at_all(self.door, address, likely.get(address, LIKELY), guest):
                found.add(address)

        await asyncio.gather(*(knock(address, guest) for address, guest in guests.items() if address not in swept))
        return found

    async def by_datagrams(self, guests: Mapping[str, Guest], udp: Mapping[str, Iterable[int]]) -> set[str]:
        """Who answers the first words of a protocol over UDP, or SNMP with a community where the permit lists that act."""
        if self.ways.datagrams is None or not guests:
            return set()
        with self.ways.datagrams() as wire:
            found = await datagrams.heard(self.door, wire, guests, udp)
        self.seen.heard |= found
        left = {a: guest for a, guest in guests.items() if a not in found and snmp.PORT in udp.get(a, ())}
        return found.keys() | await self.by_communities(left)

    async def by_communities(self, guests: Mapping[str, Guest]) -> set[str]:
        """Who answers SNMP v2c with a listed community: old agents ignore what they do not know, engine discovery too."""
        found: set[str] = set()
        if self.ways.datagrams is None or snmp.ACT not in self.door.permit.acts:
            return found
        for guest in set(guests.values()):
            for community in self.communities:
                there = [a for a, each in guests.items() if each == guest and a not in found]
                with self.ways.datagrams() as wire:
                    question = snmp.Question(community.encode())
                    swept = await snmp.sweep(self.door, wire, there, guest, question, timeout=1.0)
                found |= swept.answers.keys()
        self.seen.heard |= dict.fromkeys(found, f"udp/{snmp.PORT}")
        return found

    async def first_look(self, guests: Mapping[str, Guest], ports: Sequence[int]) -> None:
        """See by SYN how these ports answer, where that may be; remembered."""
        if self.ways.syn is not None:
            standard = {address: _standard(guest) for address, guest in guests.items()}
            self.seen.ports |= await port_sweep.sweep(self.door, standard, ports, self.ways.syn)


def _standard(guest: Guest) -> Guest:
    return Guest(guest.device_class, port_sweep.STANDARD)
