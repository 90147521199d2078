"""The sweep of ports by connects, where there are no raw sockets: in a thread of its own, so that nothing else waits for it."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import closing

from scanner.net import CONNECT_PATIENCE, ConnectSweep
from scanner.permit import PaceLimits
from scanner.sweep.ports import AskSyn, SynAnswer
from scanner.sweep.syn import CLOSED, OPEN, Swept, sweep

MORE_WHEN_OPEN = 2  # packets: the handshake's and the farewell's last words, beside the one that the sweep counts


class Stopped(Exception):
    """Nobody waits for the result any more."""


def by_connects(limits: PaceLimits, most: int) -> AskSyn:
    """A way to sweep ports, at the pace for connections to one host; `most` sockets are held at once."""

    async def ask(addresses: Sequence[str], ports: Sequence[int], rate: float, _: float) -> SynAnswer:
        stop = threading.Event()

        def sleep(seconds: float) -> None:
            if stop.wait(seconds):
                raise Stopped

        def work() -> Swept:
            with closing(ConnectSweep(addresses, most)) as wire:
                host_rate = float(min(limits.host_connections, limits.host_packets))
                return sweep(wire, ports, rate=rate, host_rate=host_rate, wait=CONNECT_PATIENCE, tries=1, sleep=sleep)

        try:
            swept = await asyncio.to_thread(work)
        finally:
            stop.set()
        opened = swept.states.count(OPEN)
        states = {
            address: {
                port: state == OPEN
                for port, state in zip(swept.ports, swept.states_of(place), strict=True)
                if state in (OPEN, CLOSED)
            }
            for place, address in enumerate(addresses)
        }
        return SynAnswer(states, swept.sent + MORE_WHEN_OPEN * opened)

    return ask
