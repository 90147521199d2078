"""The raw socket of the SYN sweep, for the privileged helper alone: many packets in one system call (sendmmsg(2), recvmmsg(2)).

Packets go through the queueing discipline of the device, never around it, so that the kernel's gate on its egress hook sees them.
"""

import socket
import struct
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from scanner.messages import Messages, TwoHands
from scanner.sweep.filters import attach
from scanner.sweep.frames import HEARD, SIZE, SynFrames, answers_only

ETH_P_IP = 0x0800
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33
BUFFER = 32 * 1024 * 1024
AT_ONCE = 256  # answers in one system call
LINK_ADDRESS = 20  # octets of struct sockaddr_ll (packet(7))


class RawSyn:
    """A `PortWire` on one interface; `macs` are the next hops of the hosts, in their order. Needs CAP_NET_RAW."""

    def __init__(self, interface: str, frames: SynFrames, macs: Sequence[bytes]) -> None:
        self.frames = frames
        index = socket.if_nametoindex(interface)
        hops = [struct.pack("=H2siHBB8s", socket.AF_PACKET, b"\x08\x00", index, 0, 0, 6, mac) for mac in macs]
        self.outgoing = TwoHands(Messages(frames.buffer, SIZE, bytearray(b"".join(hops)), LINK_ADDRESS))
        self.incoming = Messages(bytearray(HEARD * AT_ONCE), HEARD, bytearray(LINK_ADDRESS * AT_ONCE), LINK_ADDRESS)
        self.transmit = self._open(SO_SNDBUFFORCE)
        self.listen = self._open(SO_RCVBUFFORCE)
        attach(self.listen, answers_only(frames.source_port))
        self.listen.bind((interface, ETH_P_IP))

    def _open(self, room: int) -> socket.socket:
        plain = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        plain.setblocking(False)
        try:
            plain.setsockopt(socket.SOL_SOCKET, room, BUFFER)
        except PermissionError:
            plain.setsockopt(socket.SOL_SOCKET, room - 25, BUFFER)  # SO_SNDBUF 7, SO_RCVBUF 8
        return plain

    @property
    def hosts(self) -> Sequence[int]:
        """See PortWire: IPv4 addresses as whole numbers."""
        return self.frames.hosts

    def aim(self, port: int) -> None:
        """See PortWire."""
        self.frames.aim(port)

    def send(self, first: int, count: int) -> None:
        """See PortWire."""
        self.outgoing.send(self.transmit.fileno(), first, count)

    def answers(self) -> Iterator[tuple[int, int, bool]]:
        """See PortWire. What the filter lets through is no shorter than the part that is looked at."""
        incoming, descriptor, read = self.incoming, self.listen.fileno(), self.frames.answers
        view = memoryview(incoming.data)
        while (count := incoming.receive(descriptor)) > 0:
            yield from read(view[: HEARD * count])
            if count < AT_ONCE:
                return

    def close(self) -> None:
        """Let go of both sockets and of the second thread."""
        self.outgoing.close()
        self.transmit.close()
        self.listen.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def held_port(source: str) -> socket.socket:
    """A socket that holds a free TCP port at this address, so that nobody else's connection uses it; it does not listen."""
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.bind((source, 0))
    return holder
