"""The one network door: permit and pace stand before every connection and datagram, bounds around every read."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial

from inventory.endpoint import Endpoint
from inventory.errors import Closed, NotUnderstood, PermitOver, Refused, RefusedByPermit, Silent
from inventory.exchange import Exchange, Turn
from scanner.net import Stream, Wire
from scanner.pace import Pace, Patience
from scanner.permit import Permit

CONNECT_TIMEOUT = 3.0  # seconds; a lost SYN is sent again by the kernel after one
LATE = 0.05  # seconds after which a timer that rings says that we were busy
MOST_LATE_LOOKS = 20
SYN = 1  # packets that a connect to a closed port costs
HANDSHAKE_AND_CLOSE = 3  # packets that an answered connect costs besides: ACK, FIN, last ACK
SEGMENT = 1448  # bytes of payload in one packet


async def in_time(wait: Callable[[], Awaitable[bytes]], due: float) -> bytes:
    """Wait until the loop's time `due`; where this machine was too busy to look in time, look again for as long as it was late:
    being late is not the other side's silence. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    for _ in range(MOST_LATE_LOOKS):
        try:
            async with asyncio.timeout_at(due):
                return await wait()
        except TimeoutError:
            late = loop.time() - due
            if late < LATE:
                raise
            due = loop.time() + late
    raise TimeoutError


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Counters:
    """What was sent and heard, for the do-no-harm part of the report. Packets of TCP are an estimate from above."""

    packets: int = 0
    connections: int = 0
    datagrams: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    largest_burst: int = 0
    refused_by_permit: int = 0
    malformed: int = 0  # nothing of ours ever is: all well-formed or not sent


@dataclass(frozen=True, slots=True)
class Guest:
    """For whom the door is opened: what is known of the host, and how far the question goes."""

    device_class: str | None = None
    intensity: int = 1
    act: str = ""


class Door:
    """Everything that leaves goes through here. `now` gives the time for the permit, `revoked` says why not any
    more; `knocks_at_once` bounds the sockets that discovery holds open."""

    def __init__(
        self,
        permit: Permit,
        wire: Wire,
        pace: Pace,
        now: Callable[[], datetime] = utc_now,
        revoked: Callable[[], str] = lambda: "",
        knocks_at_once: int = 256,
    ) -> None:
        self.permit = permit
        self.wire = wire
        self.pace = pace
        self.now = now
        self.revoked = revoked
        self.counters = Counters()
        self.knocks = asyncio.Semaphore(knocks_at_once)

    def check(self, address: str, port: int, guest: Guest) -> None:
        """Raises RefusedByPermit with the reason, or PermitOver. Asked before and after waiting for the pace."""
        decision = self.permit.decide(address, port, None, guest.intensity, guest.device_class, guest.act)
        if not decision.allowed:
            self.counters.refused_by_permit += 1
            raise RefusedByPermit(decision.why)
        over = self.over()
        if over:
            self.counters.refused_by_permit += 1
            raise PermitOver(over)

    def over(self) -> str:
        """Why the permit does not hold now, or "" where it does."""
        held = self.permit.when(self.now())
        return self.revoked() or ("" if held.allowed else held.why)

    async def admit(self, endpoint: Endpoint, guest: Guest, packets: int, connections: int) -> None:
        """Wait until this may leave, and count it. Raises RefusedByPermit."""
        self.check(endpoint.address, endpoint.port, guest)
        zone = self.zone_name(endpoint.address)
        await self.pace.wait(endpoint.address, zone, self.is_fragile(endpoint.address, guest), packets, connections)
        self.check(endpoint.address, endpoint.port, guest)
        self._sent(endpoint.address, packets)

    def _sent(self, address: str, packets: int) -> None:
        self.counters.packets += packets
        self.pace.sent(address, packets)
        self.counters.largest_burst = self.pace.largest_burst

    def more(self, address: str, packets: int, connections: int = 0) -> None:
        """Count and charge packets that followed from what was admitted."""
        self._sent(address, packets)
        self.pace.owe(address, self.zone_name(address), packets, connections)

    def zone_name(self, address: str) -> str:
        """The zone of an address, "" outside."""
        zone = self.permit.zone_of(address)
        return zone.name if zone is not None else ""

    def is_fragile(self, address: str, guest: Guest) -> bool:
        """Must the host be asked one connection at a time?"""
        zone = self.permit.zone_of(address)
        return zone is None or zone.is_fragile(guest.device_class)

    def one_of_few(self, address: str, guest: Guest) -> AbstractAsyncContextManager[None]:
        """Hold this while a connection to the host is open."""
        return self.pace.one_of_few(address, self.is_fragile(address, guest))

    async def knock(self, address: str, port: int, guest: Guest, timeout: float = CONNECT_TIMEOUT) -> None:
        """Connect and hang up: returns where something listens. Raises Closed, Silent, Refused or RefusedByPermit."""
        endpoint = Endpoint(address, "tcp", port)
        fragile = self.is_fragile(address, guest)
        async with self.one_of_few(address, guest) if fragile else nullcontext():
            await self.admit(endpoint, guest, SYN, 1 if fragile else 0)
            async with self.knocks:
                stream = await self.wire.connect(address, port, timeout)
                stream.close()
            self.more(address, HANDSHAKE_AND_CLOSE, 0 if fragile else 1)
            self.counters.connections += 1

    async def connect(self, endpoint: Endpoint) -> Stream:
        """A connection that was admitted. Raises Closed, Silent or Refused."""
        stream = await self.wire.connect(endpoint.address, endpoint.port, CONNECT_TIMEOUT)
        self.more(endpoint.address, HANDSHAKE_AND_CLOSE)
        self.counters.connections += 1
        return stream

    def recorder(self, kind: str, endpoint: Endpoint, guest: Guest) -> "DoorRecorder":
        """A recorder for one probe on one endpoint."""
        return DoorRecorder(self, kind, endpoint, guest)

    def finished(self) -> dict[str, int]:
        """The counters as a plain mapping, for the store."""
        return asdict(self.counters)


class DoorRecorder:
    """Gathers the turns of one probe on one endpoint (`scanner.probe.Recorder`)."""

    def __init__(self, door: Door, kind: str, endpoint: Endpoint, guest: Guest) -> None:
        self.door = door
        self.patience: Patience | None = None  # the probe's deadline, which stands still while we wait
        self.kind = kind
        self.endpoint = endpoint
        self.guest = guest
        self.turns: list[Turn] = []
        self.notes: dict[str, str] = {}
        self.opened = 0

    def note(self, key: str, value: str) -> None:
        """See scanner.probe.Recorder."""
        self.notes[key] = value

    def exchange(self) -> Exchange:
        """See scanner.probe.Recorder."""
        return Exchange(self.kind, self.endpoint, tuple(self.turns), dict(self.notes))

    async def admit(self, packets: int, connections: int) -> None:
        """As `Door.admit`; the deadline stands still meanwhile."""
        with self.patience.paused() if self.patience is not None else nullcontext():
            await self.door.admit(self.endpoint, self.guest, packets, connections)

    @asynccontextmanager
    async def _turn_to_connect(self) -> AsyncIterator[None]:
        """Hold a place among the connections to the host; the deadline stands still until it is our turn."""
        async with AsyncExitStack() as held:
            with self.patience.paused() if self.patience is not None else nullcontext():
                await held.enter_async_context(self.door.one_of_few(self.endpoint.address, self.guest))
                await self.door.admit(self.endpoint, self.guest, SYN, 1)
            yield

    @asynccontextmanager
    async def connection(self, *, tls: ssl.SSLContext | None = None) -> AsyncIterator["DoorConnection"]:
        """See scanner.probe.Recorder."""
        async with self._turn_to_connect():
            number = self.opened
            self.opened += 1
            stream = await self.door.connect(self.endpoint)
            try:
                connection = DoorConnection(self, stream, number)
                if tls is not None:
                    await connection.start_tls("tls", tls, None)
                yield connection
            finally:
                stream.close()

    async def datagram(
        self, label: str, payload: bytes, *, answers: int = 1, limit: int = 65507, timeout: float = 2.0, tries: int = 2
    ) -> Sequence[bytes]:
        """See scanner.probe.Recorder."""
        number = self.opened
        self.opened += 1
        wire = await self.door.wire.datagrams(self.endpoint.address, self.endpoint.port)
        heard: list[bytes] = []
        try:
            for _ in range(tries):
                await self.admit(1 + len(payload) // SEGMENT, 0)
                self.door.counters.datagrams += 1
                self.door.counters.bytes_sent += len(payload)
                await wire.send(payload)
                due = asyncio.get_running_loop().time() + timeout
                with suppress(TimeoutError):
                    while len(heard) < answers:
                        heard.append(await in_time(partial(wire.receive, limit), due))
                if heard:
                    break
        except ConnectionError as error:
            self.turns.append(Turn(label, payload, b"", "closed-port", number))
            raise Closed("ICMP port unreachable") from error
        finally:
            wire.close()
        self.door.counters.bytes_received += sum(len(data) for data in heard)
        if not heard:
            self.turns.append(Turn(label, payload, b"", "timeout", number))
            raise Silent("no datagram came back")
        for position, data in enumerate(heard):
            self.turns.append(Turn(label, payload if position == 0 else b"", data, "", number))
        return heard


class DoorConnection:
    """One TCP connection through the door (`scanner.probe.Connection`)."""

    def __init__(self, recorder: DoorRecorder, stream: Stream, number: int) -> None:
        self.recorder = recorder
        self.stream = stream
        self.number = number

    async def ask(
        self, label: str, payload: bytes = b"", *, until: bytes | None = None, limit: int = 65536, timeout: float = 3.0
    ) -> bytes:
        """See scanner.probe.Connection."""
        return await self._ask(label, payload, lambda data: until is not None and until in data, limit, timeout)

    async def ask_exactly(
        self,
        label: str,
        payload: bytes,
        size: Callable[[bytes], int | None],
        *,
        limit: int = 65536,
        timeout: float = 3.0,
    ) -> bytes:
        """See scanner.probe.Connection."""

        def enough(data: bytes) -> bool:
            wanted = size(data)
            return wanted is not None and len(data) >= wanted

        return await self._ask(label, payload, enough, limit, timeout)

    async def _ask(
        self, label: str, payload: bytes, enough: Callable[[bytes], bool], limit: int, timeout: float
    ) -> bytes:
        heard = bytearray()
        end = ""
        try:
            if payload:
                await self._send(payload, timeout)
            while not enough(bytes(heard)):
                if len(heard) >= limit:
                    end = "limit"
                    break
                due = asyncio.get_running_loop().time() + timeout
                data = await in_time(partial(self.stream.receive, limit - len(heard)), due)
                if not data:
                    end = "closed"
                    break
                heard += data
        except TimeoutError:
            end = "timeout"
        except ConnectionError:
            end = "reset"
        door = self.recorder.door
        door.counters.bytes_received += len(heard)
        door.more(self.recorder.endpoint.address, len(heard) // (2 * SEGMENT) + 1)
        self.recorder.turns.append(Turn(label, payload, bytes(heard), end, self.number))
        if end == "reset" and not heard:
            raise Refused("connection reset")
        return bytes(heard)

    async def _send(self, payload: bytes, timeout: float) -> None:
        recorder = self.recorder
        await recorder.admit(1 + len(payload) // SEGMENT, 0)
        recorder.door.counters.bytes_sent += len(payload)
        async with asyncio.timeout(timeout):
            await self.stream.send(payload)

    async def start_tls(self, label: str, context: ssl.SSLContext, server_name: str | None = None) -> None:
        """See scanner.probe.Connection. The turn's `received` is the peer's certificate (DER); the notes `LABEL.version`
        and `LABEL.cipher` say what was agreed."""
        recorder = self.recorder
        await recorder.admit(3, 0)
        try:
            async with asyncio.timeout(10.0):
                state = await self.stream.start_tls(context, server_name)
        except (NotUnderstood, TimeoutError, ConnectionError) as error:
            recorder.turns.append(Turn(label, b"", b"", "tls-error", self.number))
            raise NotUnderstood(f"TLS handshake failed: {error}") from error
        recorder.note(f"{label}.version", state.version)
        recorder.note(f"{label}.cipher", state.cipher)
        recorder.turns.append(Turn(label, b"", state.certificate, "", self.number))
