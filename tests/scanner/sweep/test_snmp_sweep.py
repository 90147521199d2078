"""The SNMP sweep: nothing outside the permit leaves, an answer counts only from whom it was asked, and the silent are asked again."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import NotUnderstood, PermitOver
from lab.field import Field, FieldServer
from scanner.door import Door, Guest
from scanner.gate import sealed
from scanner.memory_net import MemoryWire
from scanner.net import SweepSocket
from scanner.pace import Pace
from scanner.permit import Permit
from scanner.sweep.admission import Admission
from scanner.sweep.snmp import ACT, MOST_IN_A_BURST, Question, Swept, bindings, request_id, sweep
from scanner.wire.ber import INTEGER, OCTETS, SEQUENCE, pack, pack_identifier, pack_integer
from scanner.wire.snmp import read_message
from tests.scanner.permits import permit_for

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SERVER = Guest("server", 2)
QUESTION = Question(b"public")
Peer = tuple[str, int]


def response(number: int, text: bytes = b"a switch") -> bytes:
    """A response with one value, encoded apart from the sweep's own template."""
    one = pack(SEQUENCE, pack_identifier("1.3.6.1.2.1.1.1.0") + pack(OCTETS, text))
    inside = pack_integer(number) + pack_integer(0) + pack_integer(0) + pack(SEQUENCE, one)
    return pack(SEQUENCE, pack(INTEGER, b"\x01") + pack(OCTETS, b"public") + pack(0xA2, inside))


def asked_number(data: bytes) -> int:
    return int.from_bytes(data[17:21], "big")


class Agents:
    """A wire in memory; `says` gives the datagrams that come back for one that left."""

    def __init__(self, says: Callable[[bytes, Peer], Iterable[tuple[bytes, Peer]]]) -> None:
        self.says = says
        self.left: list[tuple[bytes, Peer]] = []
        self.waiting: list[tuple[bytes, Peer]] = []

    def send(self, size: int, data: bytes, peers: bytes) -> None:
        assert len(data) * 6 == size * len(peers)
        for place in range(len(peers) // 6):
            one, peer = data[place * size : (place + 1) * size], named(peers[place * 6 : place * 6 + 6])
            self.left.append((one, peer))
            self.waiting += self.says(one, peer)

    def receive(self) -> Iterator[tuple[bytes, bytes]]:
        while self.waiting:
            data, peer = self.waiting.pop(0)
            yield data, packed(peer)


def named(peer: bytes) -> Peer:
    """Address and port of six octets."""
    return str(IPv4Address(peer[2:])), int.from_bytes(peer[:2], "big")


def packed(peer: Peer) -> bytes:
    return peer[1].to_bytes(2, "big") + IPv4Address(peer[0]).packed


def door_of(permit: Permit, now: Callable[[], datetime] = lambda: NOW) -> Door:
    return Door(permit, MemoryWire(lambda endpoint, data: b""), Pace(permit.pace, time.monotonic), now=now)


def swept(wire: Agents, door: Door, addresses: Iterable[str], guest: Guest = SERVER, timeout: float = 0.0) -> Swept:
    return asyncio.run(sweep(door, wire, addresses, guest, QUESTION, timeout=timeout))


@given(
    st.lists(st.integers(0, 1023), min_size=1, max_size=40),
    st.sets(st.integers(0, 511), max_size=4),
    st.booleans(),
    st.booleans(),
    st.sampled_from([SERVER, Guest("ot", 2), Guest(None, 1), Guest("server", 3)]),
)
def test_nothing_outside_the_permit_leaves(
    numbers: list[int], excluded: set[int], listed: bool, denied: bool, guest: Guest
) -> None:
    first = int(IPv4Address("10.0.0.0"))
    permit = permit_for(
        "10.0.0.0/24",
        "10.0.2.0/24",
        classes={"server": 2, "ot": 1},
        exclusions=sorted({str(IPv4Address(first + number)) for number in excluded}),
        acts=[ACT] if listed else [],
        denied_ports=[161] if denied else [],
    )
    wire, door = Agents(lambda data, peer: [(response(asked_number(data)), peer)]), door_of(permit)
    addresses = [str(IPv4Address(first + number)) for number in numbers]
    result = swept(wire, door, addresses, guest)
    allowed = {
        address
        for address in addresses
        if permit.decide(address, 161, NOW, guest.intensity, guest.device_class, ACT).allowed
    }
    assert {peer for _, peer in wire.left} == {(address, 161) for address in allowed}
    assert set(result.answers) == allowed
    assert set(result.refused) == set(addresses) - allowed
    assert door.counters.packets == door.counters.datagrams == len(wire.left) == result.sent
    assert door.counters.bytes_sent == sum(len(data) for data, _ in wire.left)


@given(st.integers(0, 0xFFFFFFFF), st.integers(1, 65535), st.integers(0, 3))
def test_an_admission_is_the_permits_decision(address: int, port: int, intensity: int) -> None:
    permit = permit_for(
        "10.0.0.0/24", "10.9.0.0/16", "224.0.0.0/8", exclusions=["10.9.3.0/24", "10.0.0.7"], denied_ports=[161]
    )
    near = int(IPv4Address("10.9.2.250")) + address % 300
    for number in (address, near):
        said = permit.decide(IPv4Address(number), port, None, intensity, "server").allowed
        assert (Admission(permit, port, intensity, "server").zone(number) == "office") is said


def test_the_silent_are_asked_again_and_then_named() -> None:
    wire = Agents(lambda data, peer: [(response(asked_number(data)), peer)] if peer[0] != "10.0.0.3" else [])
    result = swept(wire, door_of(permit_for("10.0.0.0/29", acts=[ACT])), [f"10.0.0.{last}" for last in range(1, 6)])
    assert result.silent == ["10.0.0.3"]
    assert [peer[0] for _, peer in wire.left].count("10.0.0.3") == 2
    assert result.sent == 6


def test_an_answer_counts_only_from_whom_it_was_asked() -> None:
    def lies(data: bytes, peer: Peer) -> list[tuple[bytes, Peer]]:
        number = asked_number(data)
        return [
            (response(number), ("10.0.0.99", peer[1])),
            (response(number + 1), peer),
            (response(number), (peer[0], 162)),
            (b"\x30", peer),
            (b"", peer),
        ]

    result = swept(Agents(lies), door_of(permit_for("10.0.0.0/24", acts=[ACT])), ["10.0.0.1"])
    assert result.answers == {}
    assert result.strange == 10
    assert result.silent == ["10.0.0.1"]


def test_a_permit_that_ends_stops_the_sweep() -> None:
    times = iter([NOW, datetime(2199, 1, 1, tzinfo=UTC)])
    wire = Agents(lambda data, peer: [])
    door = door_of(permit_for("10.0.0.0/22", acts=[ACT]), now=lambda: next(times))
    with pytest.raises(PermitOver):
        swept(wire, door, [f"10.0.{third}.{last}" for third in range(4) for last in range(1, 200)])
    assert len(wire.left) == MOST_IN_A_BURST


def test_the_pace_is_kept() -> None:
    clock, slept = [0.0], []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    permit = permit_for("10.0.0.0/24", acts=[ACT])
    permit = permit.model_copy(update={"pace": permit.pace.model_copy(update={"total_packets": 100})})
    wire = Agents(lambda data, peer: [(response(asked_number(data)), peer)])
    door = Door(permit, MemoryWire(lambda endpoint, data: b""), Pace(permit.pace, lambda: clock[0], sleep), lambda: NOW)
    result = swept(wire, door, [f"10.0.0.{last}" for last in range(1, 201)])
    assert len(result.answers) == 200
    assert clock[0] == pytest.approx(1.99)


@given(st.integers(0x01000000, 0x7FFFFFFF), st.binary(max_size=300))
def test_a_response_is_read_as_the_probe_reads_it(number: int, text: bytes) -> None:
    data = response(number, text)
    assert QUESTION.request_id(data) == request_id(data) == number
    values = read_message(data).values
    assert QUESTION.bindings(data) == bindings(data)
    assert [(tag, content) for _, tag, content in bindings(data)] == [(v.tag, v.content) for v in values.values()]


@given(st.binary(max_size=64), st.integers(0, 60))
def test_any_bytes_are_taken(noise: bytes, cut: int) -> None:
    for data in (noise, response(0x01020304)[:cut] + noise):
        for read in (request_id, QUESTION.request_id, bindings, QUESTION.bindings):
            try:
                read(data)
            except NotUnderstood:
                continue


def test_a_field_of_stations_answers() -> None:
    server = FieldServer(Field(count=300, silent_every=10))
    server.start()
    permit = permit_for("127.0.0.0/8", acts=[ACT])
    first = int(IPv4Address(server.field.first))
    addresses = [str(IPv4Address(first + place)) for place in range(300)]
    try:
        with closing(SweepSocket()) as wire:
            work = sweep(door_of(permit), wire, addresses, SERVER, QUESTION, port=server.port, timeout=1.0)
            result = asyncio.run(work)
    finally:
        server.stop()
    assert len(result.answers) == 270
    assert result.silent == [address for place, address in enumerate(addresses) if place % 10 == 9]


def test_the_socket_sends_through_the_sealed_gate() -> None:
    with closing(SweepSocket()) as wire, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.bind(("127.0.0.1", 0))
        ours.settimeout(5)
        with sealed():
            wire.send(4, b"oncemore", packed(ours.getsockname()) * 2)
        data, peer = ours.recvfrom(64)
        assert data == b"once"
        assert ours.recvfrom(64)[0] == b"more"
        ours.sendto(b"again", peer)
        heard: list[tuple[bytes, bytes]] = []
        while not heard:
            heard += wire.receive()
        assert heard == [(b"again", packed(ours.getsockname()))]
