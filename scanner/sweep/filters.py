"""Classic socket filters (bpf(4)): steps of (code, jump if true, jump if false, value), and how a socket gets one."""

import ctypes
import struct
from collections.abc import Sequence
from typing import Protocol

LOAD_BYTE, LOAD_HALF, LOAD_HALF_BEHIND, LOAD_BYTE_BEHIND, HEADER_LENGTH = 0x30, 0x28, 0x48, 0x50, 0xB1
UNLESS, IF_ANY_BIT, KEEP_BITS, RETURN = 0x15, 0x45, 0x54, 0x06
SOL_SOCKET, SO_ATTACH_FILTER = 1, 26
Step = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


class Filtered(Protocol):
    """A socket."""

    def setsockopt(self, level: int, option: int, value: bytes, /) -> None:
        """Set an option."""
        ...


def attach(plain: Filtered, steps: Sequence[Step]) -> None:
    """Let through only what the filter returns more than nothing for; the kernel takes a copy. Raises OSError."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps), len(steps) * 8)
    plain.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, bytes(_Program(len(steps), ctypes.addressof(code))))
