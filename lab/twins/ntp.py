"""A time server (RFC 5905): answers clients with its stratum and reference, such as BeiDou (BDS) or GPS."""

import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass

from lab.twin import UdpTwin

SINCE_1900 = 2_208_988_800


@dataclass(frozen=True)
class Settings:
    """`reference` is the four letters of a stratum 1 clock, or an IPv4 address above. `control`: status queries
    of everybody are answered (RFC 9327, mode 6).
    """

    stratum: int = 1
    reference: str = "BDS"
    control: bool = False


class NtpTwin(UdpTwin):
    port = 123
    Settings = Settings

    def answer(self, datagram: bytes) -> Iterable[bytes]:
        if self.settings.control and len(datagram) >= 12 and datagram[0] & 7 == 6 and datagram[1] == 1:
            return [datagram[:1] + b"\x81" + datagram[2:4] + b"\x06\x18" + bytes(6)]
        if len(datagram) < 48 or datagram[0] & 7 != 3:
            return []
        ours = self.settings
        version = datagram[0] >> 3 & 7
        now = stamp(time.time())
        reference = ours.reference.encode()[:4].ljust(4, b"\0")
        if ours.reference.count(".") == 3:
            reference = bytes(int(part) for part in ours.reference.split("."))
        head = struct.pack(">BBbbII4s", version << 3 | 4, ours.stratum, 6, -20, 0, 66, reference)
        return [head + now + datagram[40:48] + now + now]


def stamp(seconds: float) -> bytes:
    """Seconds since 1970 as an NTP time stamp."""
    whole = int(seconds)
    return struct.pack(">II", (whole + SINCE_1900) & 0xFFFFFFFF, int((seconds - whole) * 2**32))


TWIN = NtpTwin
