"""Sockets: the only module that opens any, apart from the privileged helper. What may be sent is decided in `door`."""

import asyncio
import errno
import os
import select
import socket
import ssl
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Protocol

from inventory.errors import Closed, NotUnderstood, ProbeError, Refused, Silent
from scanner.gate import opening
from scanner.messages import SOCKET_ADDRESS, Messages

SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33  # socket(7), Linux
SWEEP_BUFFER = 32 * 1024 * 1024  # bytes
LARGEST_ANSWER = 2048  # bytes of an answer to a sweep that are read
AT_ONCE = 256  # datagrams of a sweep in one system call
CONNECT_PATIENCE = 1.6  # seconds: the SYN, and once more after a second by the kernel
CONNECT_LOOK = 0.01  # seconds to wait for room
UNDECIDED = frozenset({errno.EINPROGRESS, errno.EALREADY})
PEER = 6  # octets of a port and an IPv4 address
UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT})


def packed_address(address: str) -> bytes:
    """The four octets of an IPv4 address. Raises OSError for whatever is none."""
    return socket.inet_pton(socket.AF_INET, address)


class Stream(Protocol):
    """One open TCP connection."""

    async def send(self, data: bytes) -> None:
        """Hand over all bytes. Raises ConnectionError."""
        ...

    async def receive(self, size: int) -> bytes:
        """At most `size` bytes, b"" after the end. Raises ConnectionError."""
        ...

    async def start_tls(self, context: ssl.SSLContext, server_name: str | None) -> "TlsState":
        """Continue inside TLS. Raises NotUnderstood, TimeoutError or ConnectionError."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class TlsState(Protocol):
    """What a handshake agreed on."""

    certificate: bytes
    version: str
    cipher: str


class Datagrams(Protocol):
    """One UDP socket bound to one peer."""

    async def send(self, data: bytes) -> None:
        """Send one datagram. Raises ConnectionError where ICMP said that the port is unreachable."""
        ...

    async def receive(self, size: int) -> bytes:
        """The next datagram of the peer. Raises ConnectionError as `send` does."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Wire(Protocol):
    """How bytes leave: real sockets, or a function in memory for tests."""

    async def connect(self, address: str, port: int, timeout: float) -> Stream:
        """A TCP connection within `timeout` seconds. Raises Closed, Silent or Refused."""
        ...

    async def datagrams(self, address: str, port: int) -> Datagrams:
        """A UDP socket towards the peer; nothing is sent yet."""
        ...


class SweepWire(Protocol):
    """One UDP socket towards very many peers. A peer is six octets: port and IPv4 address in the order of the network."""

    def send(self, size: int, data: bytes, peers: bytes) -> None:
        """Send datagrams of `size` octets each, one behind the other in `data`, to as many peers; what the kernel does not take
        is lost, as it may be on the way."""
        ...

    def receive(self) -> Iterator[tuple[bytes, bytes]]:
        """What has come by now, each datagram with its peer; of a long one the beginning."""
        ...


class Handshake:
    """A finished handshake, as `TlsState`."""

    def __init__(self, layer: ssl.SSLObject) -> None:
        self.certificate = layer.getpeercert(binary_form=True) or b""
        self.version = layer.version() or ""
        self.cipher = (layer.cipher() or ("", "", 0))[0]


class SocketStream:
    """A TCP connection: the socket itself, which costs least, and asyncio's streams from where TLS begins inside it."""

    def __init__(self, plain: socket.socket) -> None:
        self.plain = plain
        self.inside: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, data: bytes) -> None:
        """See Stream. What the peer's alert says of an earlier record comes out here, too, as asyncio keeps it for the next call."""
        if self.inside is None:
            await asyncio.get_running_loop().sock_sendall(self.plain, data)
            return
        try:
            self.inside[1].write(data)
            await self.inside[1].drain()
        except ssl.SSLError as error:
            raise ConnectionResetError(str(error)) from error

    async def receive(self, size: int) -> bytes:
        """See Stream."""
        if self.inside is None:
            return await asyncio.get_running_loop().sock_recv(self.plain, size)
        try:
            return await self.inside[0].read(size)
        except ssl.SSLError as error:
            raise ConnectionResetError(str(error)) from error

    async def start_tls(self, context: ssl.SSLContext, server_name: str | None) -> Handshake:
        """See Stream."""
        if self.inside is None:
            self.inside = await asyncio.open_connection(sock=self.plain, limit=1 << 18)
        writer = self.inside[1]
        try:
            await writer.start_tls(context, server_hostname=server_name or "", ssl_handshake_timeout=10.0)
        except ssl.SSLError as error:
            raise NotUnderstood(f"TLS handshake failed: {error.reason or error}") from error
        layer = writer.get_extra_info("ssl_object")
        if layer is None:
            raise NotUnderstood("TLS handshake failed: ended by the other side")
        return Handshake(layer)

    def close(self) -> None:
        """See Stream. Inside TLS the peer's farewell is not awaited: it may never come."""
        if self.inside is None:
            self.plain.close()
        elif self.inside[1].get_extra_info("ssl_object") is not None:
            self.inside[1].transport.abort()
        else:
            self.inside[1].close()


class SocketDatagrams:
    """A connected UDP socket, so that ICMP errors come back to it and nobody else's datagrams do."""

    def __init__(self, plain: socket.socket) -> None:
        self.plain = plain

    async def send(self, data: bytes) -> None:
        """See Datagrams."""
        await asyncio.get_running_loop().sock_sendall(self.plain, data)

    async def receive(self, size: int) -> bytes:
        """See Datagrams."""
        return await asyncio.get_running_loop().sock_recv(self.plain, size)

    def close(self) -> None:
        """See Datagrams."""
        self.plain.close()


def outcome_of(error: OSError) -> ProbeError:
    """What a failed connect means."""
    if isinstance(error, ConnectionRefusedError):
        return Closed(str(error))
    if isinstance(error, ConnectionError):
        return Refused(str(error))
    if error.errno in UNREACHABLE:
        return Silent(f"unreachable: {error.strerror}")
    return ProbeError(f"connect: {error.strerror or error}")


async def _connected(plain: socket.socket, address: str, port: int, timeout: float) -> None:
    """Connect within the time. Raises OSError, and Silent where the kernel has heard nothing either: on a busy machine we may
    be late to look, and being late is not silence. One function looks, once: the kernel tells an error to the first who asks."""
    loop = asyncio.get_running_loop()
    error: int | None = plain.connect_ex((address, port))
    if error == errno.EINPROGRESS:
        watch = select.poll()
        watch.register(plain, select.POLLOUT)
        if watch.poll(0):  # a near host has answered by now
            error = plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error == errno.EINPROGRESS:
        settled: asyncio.Future[int | None] = loop.create_future()

        def settle(*, late: bool) -> None:
            if not settled.done():
                silent = late and not watch.poll(0)
                settled.set_result(None if silent else plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

        loop.add_writer(plain.fileno(), partial(settle, late=False))
        timer = loop.call_later(timeout, partial(settle, late=True))
        try:
            error = await settled
        finally:
            timer.cancel()
            loop.remove_writer(plain.fileno())
    if error is None:
        raise Silent("no answer to the connect")
    if error:
        raise OSError(error, os.strerror(error))


class SocketWire:
    """The real network."""

    def _open(self, address: str, kind: socket.SocketKind) -> socket.socket:
        plain = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        plain.setblocking(False)
        return plain

    async def connect(self, address: str, port: int, timeout: float) -> SocketStream:
        """See Wire."""
        plain = self._open(address, socket.SOCK_STREAM)
        try:
            with opening():
                await _connected(plain, address, port, timeout)
            if plain.getsockname() == plain.getpeername():  # a port of ours met itself (loopback, RFC 9293 3.5)
                raise Closed("connected to itself")
        except OSError as error:
            plain.close()
            raise outcome_of(error) from error
        except BaseException:
            plain.close()
            raise
        return SocketStream(plain)

    async def datagrams(self, address: str, port: int) -> SocketDatagrams:
        """See Wire."""
        plain = self._open(address, socket.SOCK_DGRAM)
        try:
            with opening():
                await asyncio.get_running_loop().sock_connect(plain, (address, port))
        except OSError as error:
            plain.close()
            raise outcome_of(error) from error
        except BaseException:
            plain.close()
            raise
        return SocketDatagrams(plain)


class SweepSocket:
    """A real `SweepWire` over IPv4: not blocking, with as much room for answers as the kernel gives."""

    def __init__(self) -> None:
        self.plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.plain.setblocking(False)
        for forced, asked in ((SO_RCVBUFFORCE, socket.SO_RCVBUF), (SO_SNDBUFFORCE, socket.SO_SNDBUF)):
            try:
                self.plain.setsockopt(socket.SOL_SOCKET, forced, SWEEP_BUFFER)
            except PermissionError:
                self.plain.setsockopt(socket.SOL_SOCKET, asked, SWEEP_BUFFER)
        self.incoming = Messages(bytearray(LARGEST_ANSWER * AT_ONCE), LARGEST_ANSWER, self._names(), SOCKET_ADDRESS)
        self.outgoing = self.incoming  # made anew for the size of what is sent

    @staticmethod
    def _names() -> bytearray:
        """Addresses of the family, with room for port and address."""
        return bytearray((socket.AF_INET.to_bytes(2, sys.byteorder) + bytes(SOCKET_ADDRESS - 2)) * AT_ONCE)

    def send(self, size: int, data: bytes, peers: bytes) -> None:
        """See SweepWire."""
        if self.outgoing is self.incoming or self.outgoing.room != size:
            self.outgoing = Messages(bytearray(size * AT_ONCE), size, self._names(), SOCKET_ADDRESS)
        names = self.outgoing.names
        for start in range(0, len(peers) // PEER, AT_ONCE):
            some = peers[start * PEER : (start + AT_ONCE) * PEER]
            count = len(some) // PEER
            self.outgoing.data[: count * size] = data[start * size : (start + count) * size]
            for place in range(PEER):
                names[2 + place : count * SOCKET_ADDRESS : SOCKET_ADDRESS] = some[place::PEER]
            with opening():
                self.outgoing.send(self.plain.fileno(), 0, count)

    def receive(self) -> Iterator[tuple[bytes, bytes]]:
        """See SweepWire."""
        incoming, descriptor = self.incoming, self.plain.fileno()
        data, names = memoryview(incoming.data), memoryview(incoming.names)
        while (count := incoming.receive(descriptor)) > 0:
            for number, size in enumerate(incoming.lengths(count)):
                at, name = number * LARGEST_ANSWER, number * SOCKET_ADDRESS + 2
                yield bytes(data[at : at + size]), bytes(names[name : name + PEER])
            if count < AT_ONCE:
                return

    def close(self) -> None:
        """Let go of it."""
        self.plain.close()


class ConnectSweep:
    """A `PortWire` of TCP connects, for where there are no raw sockets. A socket that was refused is used again; one that heard
    nothing is held for `patience` seconds, in which the kernel asks a second time, and no more than `most` are held."""

    def __init__(self, hosts: Sequence[str], most: int, patience: float = CONNECT_PATIENCE) -> None:
        self.hosts, self.most, self.patience = tuple(hosts), most, patience
        self.family = socket.AF_INET6 if any(":" in host for host in hosts) else socket.AF_INET
        self.port = 0
        self.free: list[socket.socket] = []
        self.held: dict[int, tuple[socket.socket, int, int, float]] = {}  # by descriptor, oldest first
        self.heard: list[tuple[int, int, bool]] = []
        self.poll = select.epoll()

    def aim(self, port: int) -> None:
        """See PortWire."""
        self.port = port

    def send(self, first: int, count: int) -> None:
        """See PortWire."""
        end = first + count
        with opening():
            while first < end:
                while (room := self.most - len(self.held)) <= 0:
                    self._look(CONNECT_LOOK)
                upto = min(end, first + room)
                self._begin(range(first, upto))
                first = upto

    def _begin(self, places: Sequence[int]) -> None:
        begun = []
        for place in places:
            plain = self.free.pop() if self.free else self._open()
            if not self._decide(plain, place, self.port):
                begun.append((plain, place))
        for plain, place in begun:  # most have been answered by now, without any waiting
            if not self._decide(plain, place, self.port):
                self.held[plain.fileno()] = plain, place, self.port, time.monotonic() + self.patience
                self.poll.register(plain, select.EPOLLOUT)

    def _open(self) -> socket.socket:
        return socket.socket(self.family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)

    def _decide(self, plain: socket.socket, place: int, port: int) -> bool:
        """Connect, or ask what came of it; False while nothing has."""
        error = plain.connect_ex((self.hosts[place], port))
        if error in UNDECIDED:
            return False
        if error == 0:
            self.heard.append((place, port, plain.getsockname() != plain.getpeername()))
            plain.close()
        else:
            if error == errno.ECONNREFUSED:
                self.heard.append((place, port, False))
            self.free.append(plain)
        return True

    def _look(self, timeout: float = 0.0) -> None:
        """See what came of those that are held, and let go of whom nothing was heard of in time."""
        for descriptor, _ in self.poll.poll(timeout) if self.held else ():
            plain, place, port, _ = self.held.pop(descriptor)
            self.poll.unregister(descriptor)
            if not self._decide(plain, place, port):
                plain.close()
        now = time.monotonic()
        for plain, _, _, due in list(islice(self.held.values(), AT_ONCE)):
            if due > now:
                break
            del self.held[plain.fileno()]
            plain.close()

    def answers(self) -> Iterator[tuple[int, int, bool]]:
        """See PortWire."""
        with opening():
            self._look()
        heard, self.heard = self.heard, []
        return iter(heard)

    def close(self) -> None:
        """Let go of everything."""
        for plain in (*self.free, *(each[0] for each in self.held.values())):
            plain.close()
        self.poll.close()
