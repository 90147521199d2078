"""The sweep by connects: the same words as by SYN, sockets used again, and a bound on how many are held."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from scanner.door import Door, Guest
from scanner.gate import sealed
from scanner.memory_net import MemoryWire, nobody
from scanner.net import ConnectSweep
from scanner.pace import LENT, Pace
from scanner.sweep.connects import by_connects
from scanner.sweep.ports import sweep
from tests.scanner.permits import permit_for

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOSTS = ("127.45.7.1", "127.45.7.2")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """One host listens on one port; on the other host that port is closed."""
    with socket.create_server((HOSTS[0], 0)) as made:
        yield made


def free_port() -> int:
    with socket.create_server((HOSTS[0], 0)) as made:
        return int(made.getsockname()[1])


def test_open_and_closed_are_told_apart_and_a_refused_socket_is_used_again(listener: socket.socket) -> None:
    port, closed = listener.getsockname()[1], free_port()
    with closing(ConnectSweep(HOSTS, 8)) as wire, sealed():
        heard: list[tuple[int, int, bool]] = []
        for each in (closed, port):
            wire.aim(each)
            wire.send(0, 2)
            heard += wire.answers()
        until = time.monotonic() + 5
        while len(heard) < 4 and time.monotonic() < until:
            heard += wire.answers()
        assert sorted(heard) == sorted([(0, port, True), (1, port, False), (0, closed, False), (1, closed, False)])
        assert len(wire.free) <= 2
    with listener.accept()[0] as taken:
        assert taken.recv(1) == b""


def test_silence_holds_a_socket_no_longer_than_its_patience_and_no_more_than_may_be(listener: socket.socket) -> None:
    """A full backlog swallows connects: as silent as a host that drops them."""
    with socket.socket() as deaf:
        deaf.bind((HOSTS[0], 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        with closing(ConnectSweep((HOSTS[0],) * 12, 4, patience=0.05)) as wire:
            wire.aim(port)
            wire.send(0, 12)
            assert len(wire.held) <= 4
            heard = list(wire.answers())
            time.sleep(0.1)
            heard += wire.answers()
            assert wire.held == {}
            assert 0 < len(heard) < 12
            assert {is_open for _, _, is_open in heard} == {True}


def test_a_sweep_by_connects_stands_behind_the_permit_and_counts_what_left(listener: socket.socket) -> None:
    port, closed = listener.getsockname()[1], free_port()
    permit = permit_for("127.45.7.0/24", exclusions=["127.45.7.9"])
    door = Door(permit, MemoryWire(nobody), Pace(permit.pace, time.monotonic), now=lambda: NOW)
    guests = dict.fromkeys((*HOSTS, "127.45.7.9"), Guest("server", 2))
    with sealed():
        found = asyncio.run(sweep(door, guests, (port, closed), by_connects(permit.pace, 16)))
    assert found == {HOSTS[0]: {port: True, closed: False}, HOSTS[1]: {port: False, closed: False}}
    assert door.counters.packets == 4 + 3  # four questions; acknowledgement, farewell and its last word


def test_a_sweep_has_its_part_of_the_pace_and_gives_it_back() -> None:
    permit = permit_for("10.0.0.0/24")
    clock = [0.0]

    async def sleep(seconds: float) -> None:
        clock[0] += seconds

    async def everything() -> None:
        pace = Pace(permit.pace, lambda: clock[0], sleep)
        pace.reserve("office", permit.pace.total_packets)
        async with pace.lent("office") as rate:
            assert clock[0] == pytest.approx(1.0)  # what had its place before has left
            assert rate == LENT * permit.pace.total_packets
            assert pace.reserve("office", 1000) == pytest.approx(0.0)
            assert pace.reserve("office", 0) == pytest.approx(1000 / (permit.pace.total_packets - rate))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01), pace.lent("office"):
                    raise AssertionError("a second sweep at the same time")
        assert pace.total.rate == permit.pace.total_packets

    asyncio.run(everything())
