"""Frames and files for tests, built from their parts."""

import struct
from ipaddress import ip_address


def tcp(
    source: str, source_port: int, destination: str, destination_port: int, data: bytes = b"", flags: int = 0x18
) -> bytes:
    """An Ethernet frame with a TCP segment."""
    segment = struct.pack(">HHIIBBHHH", source_port, destination_port, 1, 1, 0x50, flags, 512, 0, 0) + data
    return ether(ip(source, destination, 6, segment))


def udp(source: str, source_port: int, destination: str, destination_port: int, data: bytes = b"") -> bytes:
    """An Ethernet frame with a UDP datagram."""
    return ether(
        ip(source, destination, 17, struct.pack(">HHHH", source_port, destination_port, 8 + len(data), 0) + data)
    )


def ip(source: str, destination: str, kind: int, data: bytes) -> bytes:
    """An IPv4 or IPv6 packet."""
    one, other = ip_address(source), ip_address(destination)
    if one.version == 4:
        return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, kind, 0) + one.packed + other.packed + data
    return struct.pack(">IHBB", 0x60000000, len(data), kind, 64) + one.packed + other.packed + data


def ether(packet: bytes, kind: int | None = None) -> bytes:
    """A frame around it."""
    kind = kind or (0x0800 if packet[0] >> 4 == 4 else 0x86DD)
    return b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01" + kind.to_bytes(2, "big") + packet


def pcap(*frames: bytes, link: int = 1, order: str = "<") -> bytes:
    """A pcap file."""
    head = struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    return head + b"".join(struct.pack(order + "IIII", 0, 0, len(frame), len(frame)) + frame for frame in frames)


def pcapng(*frames: bytes, link: int = 1) -> bytes:
    """A pcapng file of one section and one interface."""

    def block(kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        size = (len(body) + 12).to_bytes(4, "little")
        return kind.to_bytes(4, "little") + size + body + size

    whole = block(0x0A0D0D0A, b"\x4d\x3c\x2b\x1a\x01\0\0\0" + b"\xff" * 8)
    whole += block(1, link.to_bytes(2, "little") + bytes(6))
    for frame in frames:
        whole += block(6, struct.pack("<IIIII", 0, 0, 0, len(frame), len(frame)) + frame)
    return whole
