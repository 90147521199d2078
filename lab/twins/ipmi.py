"""A management controller that says which ways of logging in it enables (IPMI 2.0, 13.6, 22.13). No session can be opened."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from lab.twin import UdpTwin

RMCP, IPMI = b"\x06\x00\xff", 0x07
CAPABILITIES = 0x38
NONE, MD5, EXTENDED = 0x01, 0x04, 0x80
ANONYMOUS, NULL_USERS, NAMED_USERS, OWN_KEY = 0x01, 0x02, 0x04, 0x20


@dataclass(frozen=True)
class Settings:
    """`none`: log-in without authentication. `anonymous`: null user with null password. `null_users`: null user names."""

    none: bool = False
    anonymous: bool = False
    null_users: bool = False
    maker: int = 0


class IpmiTwin(UdpTwin):
    port = 623
    Settings = Settings

    def answer(self, datagram: bytes) -> Iterable[bytes]:
        message = datagram[14:]
        if len(datagram) < 23 or datagram[3] != IPMI or datagram[4] != 0 or message[5] != CAPABILITIES:
            return []
        ours = self.settings
        kinds = EXTENDED | MD5 | (NONE if ours.none else 0)
        status = NAMED_USERS | OWN_KEY | (ANONYMOUS if ours.anonymous else 0) | (NULL_USERS if ours.null_users else 0)
        head = bytes((message[3], 0x1C))
        body = bytes((message[0], message[4], CAPABILITIES, 0, 1, kinds, status, 0x03))
        body += struct.pack("<I", ours.maker)[:3] + b"\0"
        reply = head + checksum(head) + body + checksum(body)
        return [RMCP + bytes((IPMI,)) + bytes(9) + bytes((len(reply),)) + reply]


def checksum(data: bytes) -> bytes:
    """The two's complement of the sum (IPMI 2.0, 13.8)."""
    return bytes((-sum(data) & 0xFF,))


TWIN = IpmiTwin
