"""From a frame to what it carries: addresses, ports and payload; tunnels within reason. Whatever is short or strange is None.

Link types by LINKTYPE number: 0 and 108 loopback, 1 Ethernet, 12, 14, 101, 228, 229 raw IP, 113 and 276 Linux cooked, 239 not IP.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address

from scanner.capture.announcements import CDP, CDP_HEAD, LLDP

LONGEST_ANNOUNCEMENT = 1500
TCP, UDP = 6, 17
IN_IP, IN_IP6, GRE = 4, 41, 47
VXLAN, GENEVE = 4789, 6081
_EXTENSIONS = frozenset({0, 43, 60, 135})
_FRAGMENT = 44


@dataclass(slots=True)
class Packet:
    """One TCP segment, UDP datagram or other IP packet (`transport` "" and ports 0). `carrier` is who sent the tunnel around it."""

    source: str
    destination: str
    mac: bytes
    transport: str = ""
    source_port: int = 0
    destination_port: int = 0
    flags: int = 0
    payload: bytes = b""
    size: int = 0
    carrier: str = ""


@dataclass(slots=True)
class Neighbour:
    """What ARP said: an address and its hardware address."""

    address: str
    mac: bytes


@dataclass(slots=True)
class Announcement:
    """A frame in which a device speaks of itself to its neighbours: `kind` is lldp or cdp."""

    kind: str
    mac: bytes
    data: bytes


def decode(link: int, frame: bytes) -> Packet | Neighbour | Announcement | None:
    """What a frame carries, or None."""
    if link == 1:
        return _ether(frame, int.from_bytes(frame[12:14], "big"), 14, frame[6:12])
    if link in (12, 14, 101, 228, 229):
        return _network(frame, 0, b"")
    if link in (0, 108):
        return _network(frame, 4, b"")
    if link == 113:
        return _ether(frame, int.from_bytes(frame[14:16], "big"), 16, frame[6:12])
    if link == 276:
        return _ether(frame, int.from_bytes(frame[0:2], "big"), 20, frame[12:18])
    return _logged(frame) if link == 239 else None


def _logged(frame: bytes) -> Packet | None:
    """NFLOG: the value of type 9 is the packet; lengths are in the order of the machine that wrote, here the usual one."""
    at = 4
    while at + 4 <= len(frame):
        size, kind = int.from_bytes(frame[at : at + 2], "little"), int.from_bytes(frame[at + 2 : at + 4], "little")
        if size < 4:
            return None
        if kind == 9:
            return _network(frame[at + 4 : at + size], 0, b"")
        at += (size + 3) // 4 * 4
    return None


def _ether(frame: bytes, kind: int, at: int, mac: bytes) -> Packet | Neighbour | Announcement | None:
    for _ in range(4):
        if kind in (0x0800, 0x86DD):
            return _network(frame, at, mac)
        if kind == 0x0806:
            return _arp(frame, at)
        if kind == 0x88CC:
            return Announcement(LLDP, mac, frame[at : at + LONGEST_ANNOUNCEMENT])
        if kind <= 1500 and frame[at : at + 8] == CDP_HEAD:
            return Announcement(CDP, mac, frame[at + 8 : at + 8 + LONGEST_ANNOUNCEMENT])
        if kind in (0x8100, 0x88A8, 0x9100):
            kind, at = int.from_bytes(frame[at + 2 : at + 4], "big"), at + 4
        elif kind == 0x8926:  # VN-Tag
            kind, at = int.from_bytes(frame[at + 4 : at + 6], "big"), at + 6
        elif kind == 0x8864 and frame[at + 6 : at + 8] in (b"\x00\x21", b"\x00\x57"):
            return _network(frame, at + 8, mac)
        elif kind in (0x8847, 0x8848):
            while at + 4 <= len(frame) and not frame[at + 2] & 1:
                at += 4
            return _network(frame, at + 4, mac)
        else:
            return None
    return None


def _arp(frame: bytes, at: int) -> Neighbour | None:
    if len(frame) < at + 28 or frame[at : at + 6] != b"\x00\x01\x08\x00\x06\x04":
        return None
    address = frame[at + 14 : at + 18]
    return Neighbour(".".join(map(str, address)), frame[at + 8 : at + 14]) if any(address) else None


def _network(frame: bytes, at: int, mac: bytes) -> Packet | None:
    if len(frame) < at + 20:
        return None
    version = frame[at] >> 4
    if version == 4:
        return _version_4(frame, at, mac)
    return _version_6(frame, at, mac) if version == 6 and len(frame) >= at + 40 else None


def _version_4(frame: bytes, at: int, mac: bytes) -> Packet | None:
    head = (frame[at] & 15) * 4
    total = int.from_bytes(frame[at + 2 : at + 4], "big")
    if head < 20 or (total and total < head):
        return None
    end = min(at + total, len(frame)) if total else len(frame)
    source, destination = ".".join(map(str, frame[at + 12 : at + 16])), ".".join(map(str, frame[at + 16 : at + 20]))
    later = int.from_bytes(frame[at + 6 : at + 8], "big") & 0x1FFF
    if later:
        return Packet(source, destination, mac, size=total)
    return _transport(frame, at + head, end, frame[at + 9], Packet(source, destination, mac, size=total))


def _version_6(frame: bytes, at: int, mac: bytes) -> Packet | None:
    size = int.from_bytes(frame[at + 4 : at + 6], "big")
    source, destination = str(IPv6Address(frame[at + 8 : at + 24])), str(IPv6Address(frame[at + 24 : at + 40]))
    packet = Packet(source, destination, mac, size=size + 40)
    kind, position, end = frame[at + 6], at + 40, min(at + 40 + size, len(frame)) if size else len(frame)
    for _ in range(8):
        if kind == _FRAGMENT and position + 8 <= end:
            if int.from_bytes(frame[position + 2 : position + 4], "big") >> 3:
                return packet
            kind, position = frame[position], position + 8
        elif kind in _EXTENSIONS and position + 8 <= end:
            kind, position = frame[position], position + 8 + frame[position + 1] * 8
        else:
            break
    return _transport(frame, position, end, kind, packet)


def _transport(frame: bytes, at: int, end: int, kind: int, packet: Packet) -> Packet | None:
    if kind == TCP and end - at >= 20:
        head = (frame[at + 12] >> 4) * 4
        packet.transport, packet.flags = "tcp", frame[at + 13]
        packet.payload = frame[at + head : end] if head >= 20 else b""
    elif kind == UDP and end - at >= 8:
        packet.transport = "udp"
        packet.payload = frame[at + 8 : end]
    elif kind in (IN_IP, IN_IP6, GRE):
        return _carried(_tunnel(frame[:end], at, kind), packet)
    else:
        return packet
    packet.source_port = frame[at] << 8 | frame[at + 1]
    packet.destination_port = frame[at + 2] << 8 | frame[at + 3]
    if kind == UDP and packet.destination_port in (VXLAN, GENEVE):
        return _carried(_overlay(packet), packet)
    return packet


def _carried(inner: Packet | None, outer: Packet) -> Packet:
    if inner is None:
        return outer
    inner.carrier = outer.source
    return inner


def _tunnel(frame: bytes, at: int, kind: int) -> Packet | None:
    """IP within IP, or GRE with its optional fields (RFC 2784, RFC 2890)."""
    if kind != GRE:
        return _network(frame, at, b"")
    if at + 4 > len(frame) or frame[at + 1] & 7:
        return None
    inner, flags = int.from_bytes(frame[at + 2 : at + 4], "big"), frame[at]
    at += 4 + 4 * (flags >> 7 & 1) + 4 * (flags >> 5 & 1) + 4 * (flags >> 4 & 1)
    if inner == 0x6558:
        found = _ether(frame, int.from_bytes(frame[at + 12 : at + 14], "big"), at + 14, frame[at + 6 : at + 12])
        return found if isinstance(found, Packet) else None
    return _network(frame, at, b"") if inner in (0x0800, 0x86DD) else None


def _overlay(packet: Packet) -> Packet | None:
    """The inner frame of VXLAN (RFC 7348) or Geneve (RFC 8926)."""
    data, at = packet.payload, 8
    if packet.destination_port == GENEVE:
        if len(data) < 8 or data[2:4] != b"\x65\x58":
            return None
        at += (data[0] & 63) * 4
    elif len(data) < 8 or not data[0] & 8:
        return None
    found = _ether(data, int.from_bytes(data[at + 12 : at + 14], "big"), at + 14, data[at + 6 : at + 12])
    return found if isinstance(found, Packet) else None
