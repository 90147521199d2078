"""A name server over UDP (RFC 1035): its own zone, recursion offered or refused, version.bind told or not."""

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from lab.twin import UdpTwin

A, NS, SOA, TXT, ANY = 1, 2, 6, 16, 255
INTERNET, CHAOS = 1, 3
NO_ERROR, SERVER_FAILURE, NAME_ERROR, REFUSED = 0, 2, 3, 5


@dataclass(frozen=True)
class Settings:
    """`recursion`: RA is set and strange names are looked up (and fail, for the lab has no way out). `version` empty: refused."""

    zone: str = "lab.example"
    address: str = "127.0.0.1"
    recursion: bool = False
    version: str = ""


class DnsTwin(UdpTwin):
    port = 53
    Settings = Settings

    def answer(self, datagram: bytes) -> Iterable[bytes]:
        if len(datagram) < 12 or datagram[2] & 0x80:
            return []
        name, at = read_name(datagram)
        if at + 4 > len(datagram):
            return []
        kind, group = struct.unpack(">HH", datagram[at : at + 4])
        code, authority, record = self._look_up(name, kind, group)
        flags = 0x8000 | (datagram[2] & 0x79) << 8 | authority << 10 | self.settings.recursion << 7 | code
        head = datagram[:2] + struct.pack(">HHHHH", flags, 1, 1 if record else 0, 0, 0)
        body = b""
        if record:
            body = b"\xc0\x0c" + struct.pack(">HHIH", kind, group, 0 if group == CHAOS else 3600, len(record)) + record
        return [head + datagram[12 : at + 4] + body]

    def _look_up(self, name: str, kind: int, group: int) -> tuple[int, bool, bytes]:
        """Response code, whether we have authority, and the record's data."""
        ours = self.settings
        if group == CHAOS:
            if name == "version.bind" and kind == TXT and ours.version:
                text = ours.version.encode()[:255]
                return NO_ERROR, True, bytes([len(text)]) + text
            return REFUSED, False, b""
        if name == ours.zone or name.endswith("." + ours.zone):
            if kind == A and name in (f"www.{ours.zone}", f"ns.{ours.zone}"):
                return NO_ERROR, True, ipaddress.IPv4Address(ours.address).packed
            if kind == NS and name == ours.zone:
                return NO_ERROR, True, write_name(f"ns.{ours.zone}")
            if kind == SOA and name == ours.zone:
                numbers = struct.pack(">IIIII", 2026010101, 3600, 600, 86400, 3600)
                return NO_ERROR, True, write_name(f"ns.{ours.zone}") + write_name(f"admin.{ours.zone}") + numbers
            return (NO_ERROR if name == ours.zone else NAME_ERROR), True, b""
        return (SERVER_FAILURE if ours.recursion else REFUSED), False, b""


def read_name(datagram: bytes) -> tuple[str, int]:
    """The question's name in lower case, and where its type begins."""
    parts, at = [], 12
    while at < len(datagram) and datagram[at] and datagram[at] < 64:
        parts.append(datagram[at + 1 : at + 1 + datagram[at]].decode("latin-1").lower())
        at += 1 + datagram[at]
    return ".".join(parts), at + 1


def write_name(name: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


TWIN = DnsTwin
