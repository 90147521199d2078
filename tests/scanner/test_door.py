"""Both directions of the door: nothing outside the permit leaves, and nothing that comes back is read without a bound."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.endpoint import Endpoint
from inventory.errors import Closed, Refused, RefusedByPermit, Silent
from lab.loopback import serve
from scanner.door import Door, Guest
from scanner.memory_net import MemoryWire, Network
from scanner.net import SocketWire, Wire
from scanner.pace import Pace
from scanner.permit import Permit
from scanner.wire.http import any_tls
from tests.scanner.permits import permit_for

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def door_to(wire: Wire, permit: Permit, **more: Any) -> Door:
    return Door(permit, wire, Pace(permit.pace, time.monotonic), now=lambda: NOW, **more)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def echo(endpoint: Endpoint, sent: bytes) -> bytes:
    return sent


@given(
    st.lists(st.tuples(st.integers(0, 511), st.integers(1, 65535), st.booleans()), min_size=1, max_size=30),
    st.sets(st.integers(0, 255), max_size=4),
    st.sets(st.integers(1, 65535), max_size=4),
)
def test_nothing_outside_the_permit_leaves(
    targets: list[tuple[int, int, bool]], excluded: set[int], denied: set[int]
) -> None:
    wire = MemoryWire(echo)
    permit = permit_for(
        "10.0.0.0/24", exclusions=[f"10.0.0.{low}" for low in excluded], denied_ports=sorted(denied), allowed_ports=[]
    )
    door = door_to(wire, permit)

    async def all_of_them() -> None:
        for low, port, udp in targets:
            address = f"10.0.{low >> 8}.{low & 255}"
            recorder = door.recorder("test", Endpoint(address, "udp" if udp else "tcp", port), Guest("server", 1))
            try:
                if udp:
                    await recorder.datagram("x", b"x")
                else:
                    async with recorder.connection() as connection:
                        await connection.ask("x", b"x")
            except RefusedByPermit:
                pass

    run(all_of_them())
    for endpoint in wire.left:
        assert endpoint.address.startswith("10.0.0.")
        assert int(endpoint.address.split(".")[3]) not in excluded
        assert endpoint.port not in denied
    expected = [
        (low, port) for low, port, _ in targets if low < 256 and permit.decide(f"10.0.0.{low}", port, NOW, 1).allowed
    ]
    assert len({(e.address, e.port) for e in wire.left}) == len(set(expected))


def test_nothing_outside_the_permit_leaves_on_loopback() -> None:
    """Real sockets: the listener on the excluded address sees nothing."""
    seen = []
    with socket.socket() as inside, socket.socket() as outside:
        inside.bind(("127.45.9.1", 0))
        outside.bind(("127.45.9.2", inside.getsockname()[1]))
        for listener in (inside, outside):
            listener.listen()
            listener.settimeout(0.5)
        permit = permit_for("127.45.9.0/30", exclusions=["127.45.9.2"])
        door = door_to(SocketWire(), permit)

        async def both() -> None:
            port = inside.getsockname()[1]
            await door.knock("127.45.9.1", port, Guest("server"))
            with pytest.raises(RefusedByPermit, match="excluded"):
                await door.knock("127.45.9.2", port, Guest("server"))

        run(both())
        for listener in (inside, outside):
            try:
                client, peer = listener.accept()
                client.close()
                seen.append(peer[0])
            except TimeoutError:
                seen.append("nothing")
    assert seen == ["127.0.0.1", "nothing"]
    assert door.counters.refused_by_permit == 1
    assert door.counters.connections == 1


def test_a_permit_that_expires_while_waiting_sends_nothing() -> None:
    wire = MemoryWire(echo)
    permit = permit_for("10.0.0.0/24", pace={"host_packets": 5})
    moments = [NOW]

    async def sleep(_: float) -> None:
        moments[0] = datetime(2100, 1, 1, tzinfo=UTC)

    door = Door(permit, wire, Pace(permit.pace, lambda: 0.0, sleep), now=lambda: moments[0])

    async def two() -> None:
        await door.knock("10.0.0.1", 80, Guest("server"))
        with pytest.raises(RefusedByPermit, match="expired"):
            await door.knock("10.0.0.1", 81, Guest("server"))

    run(two())
    assert [endpoint.port for endpoint in wire.left] == [80]


def test_a_revoked_permit_stops_the_next_packet() -> None:
    wire, why = MemoryWire(echo), [""]
    door = door_to(wire, permit_for("10.0.0.0/24"), revoked=lambda: why[0])

    async def two() -> None:
        await door.knock("10.0.0.1", 80, Guest("server"))
        why[0] = "revoked: on the list"
        with pytest.raises(RefusedByPermit, match="revoked"):
            await door.knock("10.0.0.1", 80, Guest("server"))

    run(two())
    assert len(wire.left) == 1


def _raise(error: Exception) -> Network:
    def network(endpoint: Endpoint, sent: bytes) -> bytes:
        raise error

    return network


@pytest.mark.parametrize("error", [Closed("c"), Silent("s"), Refused("r")])
def test_how_a_connect_ends_is_told_apart(error: Exception) -> None:
    door = door_to(MemoryWire(_raise(error)), permit_for("10.0.0.0/24"))
    with pytest.raises(type(error)):
        run(door.knock("10.0.0.1", 80, Guest("server")))


def test_a_closed_port_of_loopback_is_closed_for_tcp_and_udp() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        door = door_to(SocketWire(), permit_for("127.0.0.1/32"))
        with pytest.raises(Closed):
            run(door.knock("127.0.0.1", port, Guest("server")))
        with pytest.raises(Closed):
            run(door.recorder("t", Endpoint("127.0.0.1", "udp", port), Guest("server")).datagram("x", b"x"))


def _serve_once(action: Callable[[socket.socket], None]) -> tuple[threading.Thread, int]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def accept() -> None:
        with listener, listener.accept()[0] as client:
            client.settimeout(10)
            action(client)

    thread = threading.Thread(target=accept)
    thread.start()
    return thread, listener.getsockname()[1]


def _flood(client: socket.socket) -> None:
    try:
        for _ in range(2000):
            client.sendall(b"x" * 65536)
    except OSError:
        pass


def _reset(client: socket.socket) -> None:
    client.recv(1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def test_a_flood_is_read_up_to_the_limit_and_left() -> None:
    thread, port = _serve_once(_flood)
    door = door_to(SocketWire(), permit_for("127.0.0.1/32"))

    async def read() -> tuple[bytes, str]:
        recorder = door.recorder("t", Endpoint("127.0.0.1", "tcp", port), Guest("server"))
        async with recorder.connection() as connection:
            data = await connection.ask("flood", limit=1000)
        return data, recorder.exchange().turns[0].end

    data, end = run(read())
    thread.join()
    assert (len(data), end) == (1000, "limit")


def test_a_reset_before_any_byte_is_refused_and_recorded() -> None:
    thread, port = _serve_once(_reset)
    door = door_to(SocketWire(), permit_for("127.0.0.1/32"))
    recorder = door.recorder("t", Endpoint("127.0.0.1", "tcp", port), Guest("server"))

    async def read() -> None:
        async with recorder.connection() as connection:
            await connection.ask("hello", b"ab")

    with pytest.raises(Refused):
        run(read())
    thread.join()
    assert recorder.exchange().turns[0].end == "reset"


def test_a_conversation_with_a_twin_is_recorded_turn_by_turn() -> None:
    with serve("redis", {}) as (address, port):
        door = door_to(SocketWire(), permit_for("127.0.0.1/32"))
        recorder = door.recorder("redis", Endpoint(address, "tcp", port), Guest("server"))

        async def ping() -> None:
            async with recorder.connection() as connection:
                await connection.ask("ping", b"*1\r\n$4\r\nPING\r\n", until=b"\r\n")
                await connection.ask_exactly("again", b"*1\r\n$4\r\nPING\r\n", lambda data: 7)

        run(ping())
    assert [(turn.label, turn.received, turn.end) for turn in recorder.exchange().turns] == [
        ("ping", b"+PONG\r\n", ""),
        ("again", b"+PONG\r\n", ""),
    ]
    assert door.counters.connections == 1
    assert door.counters.bytes_sent == 28
    assert door.counters.bytes_received == 14
    assert door.counters.malformed == 0


def test_being_too_busy_to_look_is_not_silence() -> None:
    """The answer lies in the kernel while this process is busy past the deadline: it is read all the same."""
    with serve("redis", {}) as (address, port):
        door = door_to(SocketWire(), permit_for("127.0.0.1/32"))

        async def block(seconds: float) -> None:
            await asyncio.sleep(0.01)
            time.sleep(seconds)

        async def knock() -> None:
            await asyncio.gather(door.knock("127.0.0.1", port, Guest("server"), 0.05), block(0.4))

        async def ask() -> bytes:
            recorder = door.recorder("t", Endpoint(address, "tcp", port), Guest("server"))
            async with recorder.connection() as connection:
                asking = connection.ask("ping", b"*1\r\n$4\r\nPING\r\n", until=b"\r\n", timeout=0.1)
                heard, _ = await asyncio.gather(asking, block(0.5))
                return heard

        run(knock())
        assert run(ask()) == b"+PONG\r\n"
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))

    async def late_refusal() -> None:
        where = closed.getsockname()[1]
        await asyncio.gather(door.knock("127.0.0.1", where, Guest("server"), 0.001), block(0.2))

    with closed, pytest.raises(Closed):
        run(late_refusal())


def test_an_alert_that_came_meanwhile_is_a_reset_for_who_sends_too() -> None:
    """In TLS 1.3 a server refuses a missing certificate only after the handshake (RFC 8446 4.4.2.4)."""

    async def late() -> None:
        stream = await SocketWire().connect(address, port, 2.0)
        try:
            await stream.start_tls(any_tls(), None)
            await asyncio.sleep(0.3)  # the alert comes while nobody reads
            for _ in range(20):
                await stream.send(b"hello")
                await asyncio.sleep(0.05)
        finally:
            stream.close()

    settings = {"minimum": "1.3", "certificate": {"common_name": "late"}, "client_certificate": "required"}
    with serve("tls", settings) as (address, port), pytest.raises(ConnectionError):
        run(late())
