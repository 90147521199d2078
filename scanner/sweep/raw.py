"""The raw socket of the SYN sweep, for the privileged helper alone: many packets in one system call (sendmmsg(2), recvmmsg(2)).

Packets go through the queueing discipline of the device, never around it, so that the kernel's gate on its egress hook sees them.
"""

import ctypes
import socket
import struct
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from scanner.sweep.frames import HEARD, SIZE, SynFrames, answers_only

ETH_P_IP = 0x0800
SO_ATTACH_FILTER, SO_SNDBUFFORCE, SO_RCVBUFFORCE = 26, 32, 33
BUFFER = 32 * 1024 * 1024
AT_ONCE = 256  # answers in one system call
MOST_TRIES = 3  # to hand packets to a kernel that is out of room
ETHERNET = 1


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Message(ctypes.Structure):  # struct mmsghdr
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vector", ctypes.c_void_p),
        ("vectors", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("behind_the_header", ctypes.c_uint32),  # struct msghdr is padded to whole words
        ("length", ctypes.c_uint32),
        ("at_the_end", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def _messages(base: int, size: int, count: int) -> tuple["ctypes.Array[_Message]", "ctypes.Array[_Vector]"]:
    vectors = (_Vector * count)(*[_Vector(base + number * size, size) for number in range(count)])
    messages = (_Message * count)()
    for number, message in enumerate(messages):
        message.vector, message.vectors = ctypes.addressof(vectors[number]), 1
    return messages, vectors


class RawSyn:
    """A `SynWire` on one interface; `macs` are the next hops of the hosts, in their order. Needs CAP_NET_RAW."""

    def __init__(self, interface: str, frames: SynFrames, macs: Sequence[bytes]) -> None:
        self.libc = ctypes.CDLL(None, use_errno=True)
        count, index = len(frames.hosts), socket.if_nametoindex(interface)
        self.out = (ctypes.c_char * (SIZE * count)).from_buffer(frames.buffer)
        hops = [struct.pack("=H2siHBB8s", socket.AF_PACKET, b"\x08\x00", index, 0, 0, 6, mac) for mac in macs]
        self.hops = ctypes.create_string_buffer(b"".join(hops), 20 * count)
        self.outgoing, self.out_vectors = _messages(ctypes.addressof(self.out), SIZE, count)
        for number, message in enumerate(self.outgoing):
            message.name, message.name_length = ctypes.addressof(self.hops) + 20 * number, 20
        self.heard = ctypes.create_string_buffer(HEARD * AT_ONCE)
        self.incoming, self.in_vectors = _messages(ctypes.addressof(self.heard), HEARD, AT_ONCE)
        code = b"".join(struct.pack("=HBBI", *step) for step in answers_only(frames.source_port))
        self.code = ctypes.create_string_buffer(code, len(code))
        self.transmit = self._open(SO_SNDBUFFORCE)
        self.listen = self._open(SO_RCVBUFFORCE)
        program = _Program(len(code) // 8, ctypes.addressof(self.code))
        self.listen.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(program))
        self.listen.bind((interface, ETH_P_IP))

    def _open(self, room: int) -> socket.socket:
        plain = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        plain.setblocking(False)
        try:
            plain.setsockopt(socket.SOL_SOCKET, room, BUFFER)
        except PermissionError:
            plain.setsockopt(socket.SOL_SOCKET, room - 25, BUFFER)  # SO_SNDBUF 7, SO_RCVBUF 8
        return plain

    def send(self, first: int, count: int) -> None:
        """See SynWire."""
        end, refused = first + count, 0
        while first < end:
            place = ctypes.byref(self.outgoing, first * ctypes.sizeof(_Message))
            sent = self.libc.sendmmsg(self.transmit.fileno(), place, end - first, 0)
            if sent > 0:
                first, refused = first + sent, 0
            elif (refused := refused + 1) >= MOST_TRIES:
                first, refused = first + 1, 0

    def receive(self) -> Iterator[bytes]:
        """See SynWire."""
        while True:
            count = self.libc.recvmmsg(self.listen.fileno(), self.incoming, AT_ONCE, 0, None)
            if count <= 0:
                return
            data = self.heard.raw
            for number in range(count):
                if self.incoming[number].length == HEARD:
                    yield data[number * HEARD : (number + 1) * HEARD]
            if count < AT_ONCE:
                return

    def close(self) -> None:
        """Let go of both sockets."""
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
