"""A CoAP device (RFC 7252): its list of resources (RFC 6690) for everybody, or 4.01 where it asks for a secured session."""

from collections.abc import Iterable
from dataclasses import dataclass

from lab.twin import UdpTwin

GET, CONTENT, UNAUTHORIZED, NOT_FOUND = 0x01, 0x45, 0x81, 0x84
LINK_FORMAT = b"\xc1\x28"  # option 12, Content-Format: 40
WELL_KNOWN = b"\xbb.well-known\x04core"


@dataclass(frozen=True)
class Settings:
    """`links`: the resources in link format. `readable` false: every request is refused with 4.01."""

    links: str = '</3/0>;rt="oma.lwm2m",</sensors/level>;rt="level"'
    readable: bool = True


class CoapTwin(UdpTwin):
    port = 5683
    Settings = Settings

    def answer(self, datagram: bytes) -> Iterable[bytes]:
        if len(datagram) < 4 or datagram[0] >> 6 != 1 or datagram[1] != GET:
            return []
        size = datagram[0] & 15
        token, options = datagram[4 : 4 + size], datagram[4 + size :]
        if not self.settings.readable:
            code, rest = UNAUTHORIZED, b""
        elif options.startswith(WELL_KNOWN):
            code, rest = CONTENT, LINK_FORMAT + b"\xff" + self.settings.links.encode()
        else:
            code, rest = NOT_FOUND, b""
        return [bytes([0x60 | size, code]) + datagram[2:4] + token + rest]


TWIN = CoapTwin
