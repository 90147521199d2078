"""SYN packets for many hosts, made once: between two ports only four octets of each packet change, and its checksums never do.

The sequence number carries a secret of the run and of the host. Its upper half falls as the port rises, so that the sum over
the packet (RFC 1071) stays what it was. An answer is one of ours only where it acknowledges that number.
"""

import secrets
import struct
from collections.abc import Iterator, Sequence

from scanner.sweep.filters import (
    HEADER_LENGTH,
    IF_ANY_BIT,
    KEEP_BITS,
    LOAD_BYTE,
    LOAD_BYTE_BEHIND,
    LOAD_HALF,
    LOAD_HALF_BEHIND,
    RETURN,
    UNLESS,
    Step,
)

SIZE = 44  # octets: IPv4 and TCP headers with the option for the segment size
TCP, SYN, RST, SYN_ACK = 6, 0x02, 0x04, 0x12
HEARD = 40  # octets of an answer that are looked at
_ANSWER = struct.Struct("!B11xI4xH2x4xIxB6x")
_FULL = 0xFFFF
_WINDOW, _SEGMENT = 1024, 1460


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of an even number of octets."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    return ~((total - 1) % _FULL + 1) & _FULL


class SynFrames:
    """`buffer` holds a SYN packet for each host, one behind the other, aimed at one port at a time. Addresses are whole numbers."""

    def __init__(self, source: int, source_port: int, hosts: Sequence[int]) -> None:
        self.source_port = source_port
        self.hosts = tuple(hosts)
        self.key = secrets.randbelow(_FULL)
        self.lows = [secrets.randbelow(1 << 16) for _ in self.hosts]
        self.place = {host: number for number, host in enumerate(self.hosts)}
        self.buffer = bytearray(
            b"".join(self._packet(source, host, low) for host, low in zip(self.hosts, self.lows, strict=True))
        )
        self.aim(0)

    def _high(self, port: int) -> int:
        return (self.key - port) % _FULL

    def _packet(self, source: int, host: int, low: int) -> bytes:
        head = struct.pack("!BBHHHBBHII", 0x45, 0, SIZE, 0, 0x4000, 64, TCP, 0, source, host)
        head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
        segment = struct.pack("!HHHHIBBHHH", self.source_port, 0, self._high(0), low, 0, 0x60, SYN, _WINDOW, 0, 0)
        segment += struct.pack("!BBH", 2, 4, _SEGMENT)
        summed = checksum(struct.pack("!IIHH", source, host, TCP, len(segment)) + segment)
        return head + segment[:16] + summed.to_bytes(2, "big") + segment[18:]

    def aim(self, port: int) -> None:
        """Turn all packets to this port."""
        count = len(self.hosts)
        for place, octet in enumerate(struct.pack("!HH", port, self._high(port)), 22):
            self.buffer[place::SIZE] = bytes((octet,)) * count

    def answers(self, data: bytes | memoryview) -> Iterator[tuple[int, int, bool]]:
        """Place of the host, port, and whether the port is open, from the first `HEARD` octets of answers, one behind the other;
        whatever does not answer one of our packets is left out. Takes hostile bytes. Raises struct.error for a part of one."""
        place_of, lows, key = self.place.get, self.lows, self.key
        for version, host, port, acknowledged, flags in _ANSWER.iter_unpack(data):
            place = place_of(host)
            if place is None or version != 0x45:
                continue
            if acknowledged != ((key - port) % _FULL << 16) + lows[place] + 1:  # below 2^32 as _high is below _FULL
                continue
            if flags & 0x17 == SYN_ACK:
                yield place, port, True
            elif flags & RST:
                yield place, port, False


def answers_only(source_port: int) -> list[Step]:
    """A filter that keeps TCP to this port with SYN and ACK, or with RST; positions count from the IPv4 header."""
    return [
        (LOAD_BYTE, 0, 0, 9),
        (UNLESS, 0, 10, TCP),
        (LOAD_HALF, 0, 0, 6),
        (IF_ANY_BIT, 8, 0, 0x1FFF),  # a later fragment
        (HEADER_LENGTH, 0, 0, 0),
        (LOAD_HALF_BEHIND, 0, 0, 2),
        (UNLESS, 0, 5, source_port),
        (LOAD_BYTE_BEHIND, 0, 0, 13),
        (IF_ANY_BIT, 2, 0, RST),
        (KEEP_BITS, 0, 0, 0x17),
        (UNLESS, 0, 1, SYN_ACK),
        (RETURN, 0, 0, 0xFFFF),
        (RETURN, 0, 0, 0),
    ]


def runs(row: bytes | bytearray, most: int) -> Iterator[tuple[int, int]]:
    """(first place, count) of the stretches of zeros in a row, none longer than `most`."""
    start = row.find(0)
    while start >= 0:
        end = start
        while end < len(row) and end - start < most and row[end] == 0:
            end += 1
        yield start, end - start
        start = row.find(0, end)
