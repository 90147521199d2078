"""Many messages in one system call (sendmmsg(2), recvmmsg(2)). Opens nothing: it works on a socket that a door has opened.

Data and names lie one behind the other in plain buffers, so that a column of octets is set for all messages at once.
"""

import ctypes
from concurrent.futures import ThreadPoolExecutor

SOCKET_ADDRESS = 16  # octets of struct sockaddr_in (ip(7))
WORTH_SHARING = 64  # messages
MOST_TRIES = 3  # to hand a message to a kernel that is out of room
_LIBC = ctypes.CDLL(None, use_errno=True)


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Header(ctypes.Structure):
    """struct mmsghdr; struct msghdr within it is padded to whole words."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vector", ctypes.c_void_p),
        ("vectors", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("behind_the_header", ctypes.c_uint32),
        ("length", ctypes.c_uint32),
        ("at_the_end", ctypes.c_uint32),
    )


_SIZE, _WORDS, _LENGTH = ctypes.sizeof(Header), ctypes.sizeof(Header) // 4, Header.length.offset // 4


class Messages:
    """Messages of `room` octets each over `data`, with names (addresses of peers) of `name` octets each over `names`."""

    def __init__(self, data: bytearray, room: int, names: bytearray, name: int) -> None:
        self.data, self.names, self.room = data, names, room
        self.count = len(data) // room
        self._data = (ctypes.c_char * len(data)).from_buffer(data)
        self._names = (ctypes.c_char * len(names)).from_buffer(names)
        base = ctypes.addressof(self._data)
        self._vectors = (_Vector * self.count)(*[_Vector(base + number * room, room) for number in range(self.count)])
        self._headers = (Header * self.count)()
        for number, header in enumerate(self._headers):
            header.vector, header.vectors = ctypes.addressof(self._vectors[number]), 1
            header.name, header.name_length = ctypes.addressof(self._names) + number * name, name
        self._words = memoryview(self._headers).cast("B").cast("I")

    def send(self, descriptor: int, first: int, count: int) -> None:
        """Send these; what the kernel does not take is lost."""
        end, refused = first + count, 0
        while first < end:
            place = ctypes.byref(self._headers, first * _SIZE)
            sent = _LIBC.sendmmsg(descriptor, place, end - first, 0)
            if sent > 0:
                first, refused = first + sent, 0
            elif (refused := refused + 1) >= MOST_TRIES:
                first, refused = first + 1, 0

    def receive(self, descriptor: int) -> int:
        """Fill as many as have come, without waiting; their number, -1 where nothing has."""
        return int(_LIBC.recvmmsg(descriptor, self._headers, self.count, 0, None))

    def lengths(self, count: int) -> list[int]:
        """Octets of the first messages after `receive`."""
        return self._words[_LENGTH : _WORDS * count : _WORDS].tolist()


class TwoHands:
    """Sends messages like `Messages.send`; of many, a second thread sends a half, as the kernel does its work on the processor that
    calls it, and Python lets go of its lock for that long."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages
        self.second = ThreadPoolExecutor(1)

    def send(self, descriptor: int, first: int, count: int) -> None:
        """Send these, all of them before it returns."""
        half = count // 2 if count >= WORTH_SHARING else 0
        if not half:
            self.messages.send(descriptor, first, count)
            return
        other = self.second.submit(self.messages.send, descriptor, first + half, count - half)
        self.messages.send(descriptor, first, half)
        other.result()

    def close(self) -> None:
        """Let go of the second thread."""
        self.second.shutdown()
