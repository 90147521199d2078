"""The SYN sweep: packets as the standards say, answers that nobody can make up, and nothing outside the permit."""

import asyncio
import ctypes
import json
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP

from scanner import helper
from scanner.door import Door, Guest
from scanner.memory_net import MemoryWire
from scanner.messages import WORTH_SHARING, Header, Messages, TwoHands
from scanner.pace import Pace
from scanner.sweep import ports as port_sweep
from scanner.sweep.frames import HEARD, SIZE, SynFrames, runs
from scanner.sweep.ports import SynAnswer
from scanner.sweep.syn import CLOSED, OPEN, WAITING, sweep
from tests.scanner.permits import permit_for

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOURCE = int(IPv4Address("10.8.0.1"))
FIRST = int(IPv4Address("10.9.0.1"))
BOUNDS = {"allow": ["10.9.0.0/24"], "deny": ["10.9.0.9/32"], "deny_ports": [9100], "rate": 1000, "host_rate": 40}


def frames(count: int) -> SynFrames:
    return SynFrames(SOURCE, 40_000, [FIRST + place for place in range(count)])


def told(packet: bytes, flags: int, *, further: int = 1) -> bytes:
    """What a host answers to one of our packets."""
    source, target, ours, port, sequence = struct.unpack("!12xIIHHI", packet[:28])
    head = struct.pack("!B11xII", 0x45, target, source)
    return head + struct.pack("!HHIIBB6x", port, ours, 77, (sequence + further) & 0xFFFFFFFF, 0x50, flags)


class Hosts:
    """A wire in memory: `flags` says what a host (its place) answers on a port; None is silence."""

    def __init__(self, made: SynFrames, flags: Callable[[int, int, int], int | None]) -> None:
        self.made, self.flags = made, flags
        self.left: list[tuple[int, int]] = []
        self.waiting: list[bytes] = []

    def send(self, first: int, count: int) -> None:
        for place in range(first, first + count):
            packet = bytes(self.made.buffer[place * SIZE : (place + 1) * SIZE])
            port = int.from_bytes(packet[22:24], "big")
            said = self.flags(place, port, self.left.count((place, port)))
            self.left.append((place, port))
            if said is not None:
                self.waiting.append(told(packet, said))

    @property
    def hosts(self) -> Sequence[int]:
        return self.made.hosts

    def aim(self, port: int) -> None:
        self.made.aim(port)

    def answers(self) -> Iterator[tuple[int, int, bool]]:
        while self.waiting:
            yield from self.made.answers(self.waiting.pop(0))


class Clock:
    now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def time(self) -> float:
        return self.now


@given(st.integers(1, 0xDFFFFFFF), st.lists(st.integers(1, 65535), min_size=1, max_size=5))
def test_every_packet_is_well_formed(host: int, ports: list[int]) -> None:
    made = SynFrames(SOURCE, 40_000, [host, host + 1])
    for port in ports:
        made.aim(port)
        for place in range(2):
            packet = bytes(made.buffer[place * SIZE : (place + 1) * SIZE])
            seen = IP(packet)
            seen[IP].chksum = None
            seen[TCP].chksum = None
            assert bytes(seen) == packet  # scapy's own checksums
            assert (seen[TCP].dport, seen[TCP].flags, seen[IP].dst) == (port, "S", str(IPv4Address(host + place)))


@given(st.binary(min_size=HEARD, max_size=HEARD), st.integers(0, 0xFFFFFFFF))
def test_only_what_acknowledges_our_number_is_an_answer(noise: bytes, further: int) -> None:
    made = frames(3)
    made.aim(443)
    packet = bytes(made.buffer[SIZE : 2 * SIZE])
    lies = told(packet, 0x10) + noise + (told(packet, 0x12, further=further) if further != 1 else b"")
    assert list(made.answers(told(packet, 0x12) + lies + told(packet, 0x14))) == [(1, 443, True), (1, 443, False)]


def test_open_closed_and_silent_are_told_apart_and_only_the_silent_are_asked_again() -> None:
    made = frames(4)
    clock = Clock()

    def flags(place: int, port: int, before: int) -> int | None:
        if place == 3:
            return None
        if place == 2 and before == 0:
            return None  # the first packet is lost
        return 0x12 if port == 22 else 0x14

    wire = Hosts(made, flags)
    result = sweep(wire, [22, 80, 443], rate=1000, host_rate=40, clock=clock.time, sleep=clock.sleep)
    assert [result.ports_of(place, OPEN) for place in range(4)] == [[22], [22], [22], []]
    assert [result.ports_of(place, CLOSED) for place in range(3)] == [[80, 443]] * 3
    assert result.ports_of(3, WAITING) == [22, 80, 443]
    assert result.sent == len(wire.left) == 12 + 6


def test_neither_a_host_nor_the_whole_is_asked_faster_than_its_pace() -> None:
    made, clock = frames(10), Clock()
    wire = Hosts(made, lambda place, port, before: 0x14)
    sweep(wire, list(range(1, 41)), rate=1000, host_rate=10, clock=clock.time, sleep=clock.sleep)
    assert clock.now >= 39 / 10
    clock.now = 0.0
    sweep(wire, list(range(1, 41)), rate=100, host_rate=100, clock=clock.time, sleep=clock.sleep)
    assert clock.now >= 0.98 * 399 / 100


@given(st.binary(max_size=40).map(lambda data: bytes(octet % 3 for octet in data)), st.integers(1, 8))
def test_runs_are_the_zeros(row: bytes, most: int) -> None:
    places = [place for first, count in runs(row, most) for place in range(first, first + count)]
    assert places == [place for place, state in enumerate(row) if state == 0]


@given(
    st.dictionaries(
        st.integers(0, 300), st.sampled_from([Guest("server", 2), Guest("ot", 2), Guest("server", 1), Guest(None, 2)])
    ),
    st.lists(st.integers(1, 65535), min_size=1, max_size=6, unique=True),
)
def test_the_helper_is_asked_for_nothing_outside_the_permit(guests: dict[int, Guest], ports: list[int]) -> None:
    permit = permit_for("10.9.0.0/24", classes={"server": 2, "ot": 1}, exclusions=["10.9.0.9"], denied_ports=[ports[0]])
    door = Door(permit, MemoryWire(lambda endpoint, data: b""), Pace(permit.pace, time.monotonic), now=lambda: NOW)
    asked: set[tuple[str, int]] = set()

    async def ask(addresses: Sequence[str], some: Sequence[int], rate: float, patience: float) -> SynAnswer:
        asked.update((address, port) for address in addresses for port in some)
        return SynAnswer({address: {some[0]: True} for address in addresses}, len(addresses) * len(some))

    named = {str(IPv4Address(FIRST - 1 + number)): guest for number, guest in guests.items()}
    found = asyncio.run(port_sweep.sweep(door, named, ports, ask))
    expected = {
        (address, port)
        for address, guest in named.items()
        if guest == Guest("server", 2)
        for port in ports
        if permit.decide(address, port, NOW, 2, "server").allowed
    }
    assert asked == expected
    assert set(found) == {address for address, _ in expected}
    assert door.counters.packets == len(expected) + sum(len(states) for states in found.values())


@pytest.mark.parametrize(
    "request_",
    [
        {"syn": ["10.9.1.1"], "ports": [22]},
        {"syn": ["10.9.0.9"], "ports": [22]},
        {"syn": ["10.9.0.1"], "ports": [9100]},
        {"syn": ["10.9.0.1"], "ports": [0]},
        {"syn": ["10.9.0.1"], "ports": ["22"]},
        {"syn": ["10.9.0.1"], "ports": 22},
        {"syn": ["10.9.0.1"] * 200, "ports": list(range(10_000, 20_000))},
        {"syn": ["10.9.0.1"], "ports": [22], "rate": 0},
    ],
)
def test_the_helper_refuses_what_lies_outside_its_bounds(request_: dict[str, object]) -> None:
    _, bounds = helper.answer(json.dumps(BOUNDS), None)
    said, _ = helper.answer(json.dumps(request_), bounds)
    assert "error" in said


def test_without_a_pace_for_hosts_the_helper_sends_no_syn() -> None:
    _, bounds = helper.answer(json.dumps({**BOUNDS, "host_rate": 0}), None)
    said, _ = helper.answer(json.dumps({"syn": ["10.9.0.1"], "ports": [22]}), bounds)
    assert said == {"error": "no pace for SYN sweeps"}


def test_messages_have_the_layout_of_the_kernel() -> None:
    word = ctypes.sizeof(ctypes.c_void_p)
    assert ctypes.sizeof(Header) == 8 * word  # seven words of struct msghdr, its length and padding
    assert Header.length.offset == 7 * word


class Recorded(Messages):
    """Messages that note which were handed to the kernel."""

    def __init__(self, count: int) -> None:
        super().__init__(bytearray(count), 1, bytearray(count), 1)
        self.sent: list[int] = []

    def send(self, descriptor: int, first: int, count: int) -> None:
        self.sent += range(first, first + count)


@pytest.mark.parametrize(("first", "count"), [(0, 1), (3, WORTH_SHARING - 1), (0, WORTH_SHARING), (7, 101)])
def test_two_hands_send_each_message_once_and_all_before_they_return(first: int, count: int) -> None:
    made = Recorded(first + count)
    hands = TwoHands(made)
    hands.send(0, first, count)
    assert sorted(made.sent) == list(range(first, first + count))
    hands.close()
