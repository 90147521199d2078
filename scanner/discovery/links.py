"""Who is on our own links, by ARP and neighbour discovery through the privileged helper: one small packet an address instead of
many connects."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from inventory.endpoint import Endpoint
from inventory.errors import PermitOver, RefusedByPermit
from scanner.door import Door, Guest

CHUNK = 256  # addresses asked together
TRIES = 2
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Address → MAC of those that answered; those on our links that did not. All others are elsewhere."""

    answers: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


AskLinks = Callable[[Sequence[str]], Awaitable[Neighbours]]


async def neighbours(door: Door, guests: Mapping[str, Guest], ask: AskLinks) -> Neighbours:
    """Ask a few addresses (address → guest), the silent ones once more. Those that the permit refuses are left out."""
    answers: dict[str, str] = {}
    silent = frozenset(guests)
    asked_at_all = False
    for _ in range(TRIES):
        allowed = await admitted(door, {address: guests[address] for address in sorted(silent)})
        if not allowed:
            break
        found = await ask(allowed)
        asked_at_all = True
        answers |= found.answers
        silent = found.silent
    return Neighbours(answers, silent if asked_at_all else frozenset())


async def admitted(door: Door, guests: Mapping[str, Guest]) -> list[str]:
    """Those to whom one packet may leave now, each counted."""

    async def admit(address: str, guest: Guest) -> str | None:
        try:
            await door.admit(Endpoint(address), guest, 1, 0)
        except PermitOver:
            raise
        except RefusedByPermit:
            return None
        return address

    found = await asyncio.gather(*(admit(address, guest) for address, guest in guests.items()))
    return [address for address in found if address is not None]


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Lists of at most `size` items."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk
