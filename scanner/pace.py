"""Pace: how many packets and connections a second may leave, per host, per zone and in total.

The arithmetic is pure (`Bucket.reserve` takes the time); `Pace.wait` sleeps for what it says. Sends are spaced evenly,
without bursts: within any second at most `rate` units begin, plus the cost of one send.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from scanner.permit import PaceLimits

CONNECTIONS_AT_ONCE = 8  # to one host that is not fragile
LENT = 0.5  # part of the pace that a sweep may have


@dataclass(slots=True)
class Bucket:
    """Units a second, paid afterwards: a send starts when everything before it has been paid off. Time in seconds."""

    rate: float
    paid_until: float = 0.0

    def reserve(self, now: float, cost: float) -> float:
        """Seconds to wait before sending something that costs `cost` units; the place in the queue is taken."""
        start = max(now, self.paid_until)
        self.paid_until = start + cost / self.rate
        return start - now

    def charge(self, now: float, cost: float) -> None:
        """Pay for something that was sent already."""
        self.paid_until = max(now, self.paid_until) + cost / self.rate


@dataclass(slots=True)
class BurstCounter:
    """The largest number of packets that began within any one second. Times come in order."""

    largest: int = 0
    recent: deque[tuple[float, int]] = field(default_factory=deque)
    sum: int = 0

    def count(self, now: float, packets: int) -> None:
        """Note that `packets` were sent at `now`."""
        self.recent.append((now, packets))
        self.sum += packets
        while self.recent[0][0] <= now - 1.0:
            self.sum -= self.recent.popleft()[1]
        self.largest = max(self.largest, self.sum)


class Patience:
    """A deadline that stands still while we wait for our own pace: a device is not blamed for our politeness."""

    def __init__(self, deadline: asyncio.Timeout) -> None:
        self.deadline = deadline
        self.waiting = 0
        self.left = 0.0

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Around a wait of ours; waits may overlap."""
        now = asyncio.get_running_loop().time
        if self.waiting == 0:
            self.left = (self.deadline.when() or now()) - now()
            self.deadline.reschedule(None)
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1
            if self.waiting == 0:
                self.deadline.reschedule(now() + self.left)


@dataclass(slots=True)
class _Host:
    packets: Bucket
    connections: Bucket
    at_once: asyncio.Semaphore
    burst: BurstCounter = field(default_factory=BurstCounter)


class Pace:
    """Buckets for every host and zone and for the whole scan. `clock` gives seconds, `sleep` waits."""

    def __init__(
        self,
        limits: PaceLimits,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.limits = limits
        self.clock = clock
        self.sleep = sleep
        self.total = Bucket(limits.total_packets)
        self.zones: dict[str, Bucket] = {}
        self.hosts: dict[str, _Host] = {}
        self.largest_burst = 0
        self.lending = asyncio.Lock()

    def _host(self, address: str, fragile: bool) -> _Host:
        found = self.hosts.get(address)
        if found is None:
            each = min(self.limits.fragile_connections, self.limits.host_connections)
            found = self.hosts[address] = _Host(
                Bucket(self.limits.host_packets),
                Bucket(each if fragile else self.limits.host_connections),
                asyncio.Semaphore(1 if fragile else CONNECTIONS_AT_ONCE),
            )
        return found

    def one_of_few(self, address: str, fragile: bool) -> AbstractAsyncContextManager[None]:
        """Hold this while a connection to the host is open: one at a time where it is fragile."""
        return self._host(address, fragile).at_once

    async def wait(self, address: str, zone: str, fragile: bool, packets: int, connections: int) -> None:
        """Wait until `packets` and `connections` may be sent to the host."""
        now = self.clock()
        host = self._host(address, fragile)
        zone_bucket = self.zones.setdefault(zone, Bucket(self.limits.zone_packets))
        delay = max(
            host.packets.reserve(now, packets),
            host.connections.reserve(now, connections) if connections else 0.0,
            zone_bucket.reserve(now, packets),
            self.total.reserve(now, packets),
        )
        if delay > 0:
            await self.sleep(delay)

    def reserve(self, zone: str, packets: int) -> float:
        """Seconds to wait before `packets` to as many hosts of a zone, one each, may leave; their place is taken. A sweep keeps
        the pace of a host by the time between its rounds."""
        now = self.clock()
        zone_bucket = self.zones.setdefault(zone, Bucket(self.limits.zone_packets))
        return max(zone_bucket.reserve(now, packets), self.total.reserve(now, packets))

    @asynccontextmanager
    async def lent(self, zone: str) -> AsyncIterator[float]:
        """Leave a part of the zone's and of the total pace to a sweep while this lasts, one sweep at a time; gives packets a second.
        It begins when everything that had its place before has left."""
        async with self.lending:
            rate = LENT * min(self.limits.zone_packets, self.limits.total_packets)
            buckets = self.zones.setdefault(zone, Bucket(self.limits.zone_packets)), self.total
            for bucket in buckets:
                bucket.rate -= rate
            try:
                await self.sleep(self.reserve(zone, 0))
                yield rate
            finally:
                for bucket in buckets:
                    bucket.rate += rate

    def sent(self, address: str, packets: int) -> None:
        """Note what left now, for the largest burst."""
        host = self.hosts[address]
        host.burst.count(self.clock(), packets)
        self.largest_burst = max(self.largest_burst, host.burst.largest)

    def forget(self, address: str) -> None:
        """Let go of the buckets of a host that will not be asked again."""
        self.hosts.pop(address, None)

    def owe(self, address: str, zone: str, packets: int, connections: int) -> None:
        """Charge what turned out to be sent besides (an answered connection has more packets than a closed port)."""
        now = self.clock()
        host = self.hosts[address]
        host.packets.charge(now, packets)
        if connections:
            host.connections.charge(now, connections)
        self.zones[zone].charge(now, packets)
        self.total.charge(now, packets)
