"""What every twin is: one protocol on the wire, spoken by our own code from public protocol facts.

A twin is one module in `lab/twins/`; its name is the module's name and its `TWIN` is the class. The class names its
usual port and a frozen dataclass of settings, so that a wrong key in `city.yaml` is refused and never silently ignored.

Twins are deliberately simple servers: one thread a connection, bounded reads, no state beyond what the protocol needs.
"""

import contextlib
import socket
import ssl
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, ClassVar

READ_LIMIT = 65_536
IDLE_SECONDS = 30.0


class TwinError(ValueError):
    """Settings that a twin does not know or cannot use."""


class ClientGoneError(Exception):
    """The other side has gone, or stayed silent for too long."""


class Connection:
    """A client's connection with bounded reads; reading raises `ClientGoneError` when the client has gone."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(IDLE_SECONDS)
        self._kept = b""

    def read(self, limit: int = READ_LIMIT) -> bytes:
        """Whatever has come, at least one byte and at most `limit`."""
        if self._kept:
            data, self._kept = self._kept[:limit], self._kept[limit:]
            return data
        try:
            data = self.sock.recv(limit)
        except OSError as error:
            raise ClientGoneError from error
        if not data:
            raise ClientGoneError
        return data

    def read_exactly(self, count: int) -> bytes:
        """Exactly `count` bytes (at most READ_LIMIT)."""
        if not 0 <= count <= READ_LIMIT:
            raise ClientGoneError
        data = b""
        while len(data) < count:
            data += self.read(count - len(data))
        return data

    def read_until(self, mark: bytes, limit: int = READ_LIMIT) -> bytes:
        """Up to and including `mark`; what follows is kept for the next read."""
        data = b""
        while mark not in data:
            data += self.read()
            if len(data) > limit:
                raise ClientGoneError
        head, _, tail = data.partition(mark)
        self._kept = tail + self._kept
        return head + mark

    def read_line(self) -> bytes:
        """One line without its end (CR LF or LF)."""
        return self.read_until(b"\n", 4096).rstrip(b"\r\n")

    def send(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise ClientGoneError from error

    def start_tls(self, context: ssl.SSLContext) -> None:
        """From here on the conversation runs inside TLS."""
        try:
            self.sock = context.wrap_socket(self.sock, server_side=True)
        except (OSError, ValueError) as error:
            raise ClientGoneError from error

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()

    def interrupt(self) -> None:
        """Wake a thread that reads or writes; it then sees `ClientGoneError`."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class Twin(ABC):
    """A server of one protocol at one address and port."""

    port: ClassVar[int]
    transport: ClassVar[str]
    Settings: ClassVar[type]

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        self.settings = read_settings(self.Settings, settings or {})
        self.address: tuple[str, int] = ("", 0)
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    @abstractmethod
    def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen at `host`:`port` (0 takes a free one) and give the address in use."""

    @abstractmethod
    def stop(self) -> None:
        """Stop listening, end every conversation and wait for its thread."""

    def _run(self, work: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join(5)


def read_settings(kind: type, values: Mapping[str, Any]) -> Any:
    """Settings as the twin's frozen dataclass; lists become tuples. Raises TwinError with the unknown key."""
    known = {field.name for field in fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise TwinError(f"unknown setting {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})


class TcpTwin(Twin):
    """A twin over TCP: `session` holds one conversation in a thread of its own."""

    transport = "tcp"

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(settings)
        self._listener: socket.socket | None = None
        self._open: set[Connection] = set()
        self._lock = threading.Lock()
        self.connections = 0

    @abstractmethod
    def session(self, connection: Connection) -> None:
        """One conversation; returning closes the connection."""

    def start(self, host: str, port: int) -> tuple[str, int]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(256)
        except OSError:
            listener.close()
            raise
        self._listener = listener
        self.address = listener.getsockname()[:2]
        self._run(self._accept, listener)
        return self.address

    def stop(self) -> None:
        self._stopping.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.interrupt()
        self._join()

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            connection = Connection(sock)
            with self._lock:
                self._open.add(connection)
                self.connections += 1
            self._run(self._converse, connection)

    def _converse(self, connection: Connection) -> None:
        try:
            with contextlib.suppress(ClientGoneError):
                self.session(connection)
        finally:
            connection.close()
            with self._lock:
                self._open.discard(connection)


class UdpTwin(Twin):
    """A twin over UDP: `answer` maps one datagram to the datagrams that go back."""

    transport = "udp"

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(settings)
        self._socket: socket.socket | None = None

    @abstractmethod
    def answer(self, datagram: bytes) -> Iterable[bytes]:
        """The answers to one datagram; none is silence."""

    def start(self, host: str, port: int) -> tuple[str, int]:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind((host, port))
        except OSError:
            sock.close()
            raise
        sock.settimeout(0.2)
        self._socket = sock
        self.address = sock.getsockname()[:2]
        self._run(self._serve, sock)
        return self.address

    def stop(self) -> None:
        self._stopping.set()
        self._join()
        if self._socket is not None:
            self._socket.close()

    def _serve(self, sock: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                datagram, peer = sock.recvfrom(READ_LIMIT)
            except TimeoutError:
                continue
            except OSError:
                return
            for reply in self.answer(datagram):
                with contextlib.suppress(OSError):
                    sock.sendto(reply, peer)
