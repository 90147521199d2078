"""A sweep of ports without a window: every port of every host once, round the hosts, and again where nothing came.

Pure but for the wire and the clock that it is handed. Ports that answered are not asked again; a silent host costs its packets and
one wait a round, not a timeout a port.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from scanner.sweep.frames import runs

WAITING, OPEN, CLOSED = 0, 1, 2
MOST_IN_A_BURST = 256
BURST_SECONDS = 0.01
LOOK = 0.002  # seconds between two looks for answers


class PortWire(Protocol):
    """Where questions for many hosts leave, aimed at one port at a time, and answers come in. A place counts `hosts`."""

    @property
    def hosts(self) -> Sequence[object]:
        """Who is asked."""
        ...

    def aim(self, port: int) -> None:
        """Turn all questions to this port."""
        ...

    def send(self, first: int, count: int) -> None:
        """Ask these places; what the kernel does not take is lost."""
        ...

    def answers(self) -> Iterator[tuple[int, int, bool]]:
        """What has come by now: place, port, and whether it is open."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """`states[port index × hosts + place]` (`hosts`: how many) is WAITING (silent), OPEN or CLOSED; `sent` questions left."""

    hosts: int
    ports: tuple[int, ...]
    states: bytes
    sent: int

    def states_of(self, place: int) -> bytes:
        """The states of one host, in the order of the ports."""
        return self.states[place :: self.hosts]

    def ports_of(self, place: int, state: int) -> list[int]:
        """The ports of one host in a state."""
        return [port for port, seen in zip(self.ports, self.states_of(place), strict=True) if seen == state]


class _Run:
    def __init__(
        self,
        wire: PortWire,
        ports: Sequence[int],
        rate: float,
        host_rate: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.wire, self.clock, self.sleep = wire, clock, sleep
        self.ports, self.rate, self.host_rate = tuple(dict.fromkeys(ports)), rate, host_rate
        self.count = len(wire.hosts)
        self.rows = {port: number * self.count for number, port in enumerate(self.ports)}
        self.states = bytearray(len(self.ports) * self.count)
        self.sent = 0
        self.due = self.next_row = clock()

    def round(self) -> None:
        """Everything that waits, once; no host more often than its rate allows."""
        size = max(1, min(MOST_IN_A_BURST, int(self.rate * BURST_SECONDS)))
        for number, port in enumerate(self.ports):
            row = bytes(self.states[number * self.count : (number + 1) * self.count])
            if WAITING not in row:
                continue
            self.wire.aim(port)
            self.until(self.next_row)
            self.next_row = max(self.next_row, self.clock()) + 1.0 / self.host_rate
            for first, count in runs(row, size):
                self.until(self.due)
                self.due = max(self.due, self.clock() - BURST_SECONDS) + count / self.rate
                self.wire.send(first, count)
                self.sent += count
            self.hear()

    def until(self, due: float) -> None:
        """Wait until then, with an ear on the wire."""
        while (left := due - self.clock()) > 0:
            self.hear()
            self.sleep(min(left, LOOK))

    def hear(self) -> None:
        states, rows = self.states, self.rows
        for place, port, is_open in self.wire.answers():
            at = rows.get(port, -self.count) + place
            if at >= 0 and states[at] == WAITING:
                states[at] = OPEN if is_open else CLOSED

    def listen(self, wait: float) -> None:
        """Wait for late answers, as long as any is missing."""
        end = self.clock() + wait
        self.hear()
        while WAITING in self.states and self.clock() < end:
            self.sleep(LOOK)
            self.hear()


def sweep(
    wire: PortWire,
    ports: Sequence[int],
    *,
    rate: float,
    host_rate: float,
    wait: float = 1.0,
    tries: int = 2,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Swept:
    """Ask `ports` of all hosts of the wire: at most `rate` packets a second, `host_rate` to one host; `wait` seconds after each
    of `tries` rounds."""
    run = _Run(wire, ports, rate, host_rate, clock, sleep)
    for _ in range(tries):
        if WAITING not in run.states:
            break
        run.round()
        run.listen(wait)
    return Swept(run.count, run.ports, bytes(run.states), run.sent)
