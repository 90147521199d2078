"""A network in memory: one function answers for all hosts. For tests of the door, of probes and of the pipeline."""

import asyncio
import ssl
from collections.abc import Callable

from inventory.endpoint import Endpoint
from inventory.errors import NotUnderstood, Silent
from scanner.net import TlsState

Network = Callable[[Endpoint, bytes], bytes]
"""What a host says. Called with b"" for a connect (the result is the greeting, maybe empty), then with all bytes of each
send. Raises Closed, Silent or Refused to act so; a result of b"" to a send is silence."""


class MemoryStream:
    """A connection to a function."""

    def __init__(self, wire: "MemoryWire", endpoint: Endpoint, greeting: bytes) -> None:
        self.wire = wire
        self.endpoint = endpoint
        self.waiting = bytearray(greeting)
        self.came = asyncio.Event()

    async def send(self, data: bytes) -> None:
        """See scanner.net.Stream."""
        self.wire.left.append(self.endpoint)
        self.waiting += self.wire.network(self.endpoint, data)
        self.came.set()

    async def receive(self, size: int) -> bytes:
        """See scanner.net.Stream. Silence ends at once, as if the time were over."""
        if not self.waiting:
            raise TimeoutError
        data = bytes(self.waiting[:size])
        del self.waiting[:size]
        return data

    async def start_tls(self, context: ssl.SSLContext, server_name: str | None) -> TlsState:
        """See scanner.net.Stream. There is no TLS in memory."""
        raise NotUnderstood(f"no TLS in memory for {server_name}, whatever the context ({type(context).__name__})")

    def close(self) -> None:
        """See scanner.net.Stream."""


class MemoryDatagrams:
    """A datagram socket to a function."""

    def __init__(self, wire: "MemoryWire", endpoint: Endpoint) -> None:
        self.wire = wire
        self.endpoint = endpoint
        self.waiting: list[bytes] = []

    async def send(self, data: bytes) -> None:
        """See scanner.net.Datagrams."""
        self.wire.left.append(self.endpoint)
        answer = self.wire.network(self.endpoint, data)
        if answer:
            self.waiting.append(answer)

    async def receive(self, size: int) -> bytes:
        """See scanner.net.Datagrams."""
        if not self.waiting:
            raise TimeoutError
        return self.waiting.pop(0)[:size]

    def close(self) -> None:
        """See scanner.net.Datagrams."""


class MemoryWire:
    """`left` lists where something was sent, in order: what a counter on the far side would see."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.left: list[Endpoint] = []

    async def connect(self, address: str, port: int, timeout: float) -> MemoryStream:
        """See scanner.net.Wire. Nothing takes time here; a function that is silent raises Silent."""
        assert timeout > 0
        endpoint = Endpoint(address, "tcp", port)
        self.left.append(endpoint)
        return MemoryStream(self, endpoint, self.network(endpoint, b""))

    async def datagrams(self, address: str, port: int) -> MemoryDatagrams:
        """See scanner.net.Wire."""
        return MemoryDatagrams(self, Endpoint(address, "udp", port))


def nobody(endpoint: Endpoint, sent: bytes) -> bytes:
    """A network without hosts."""
    raise Silent(f"{endpoint} after {len(sent)} bytes")
