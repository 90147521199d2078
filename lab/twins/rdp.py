"""A remote desktop as far as its choice of protection (MS-RDPBCGR 2.2.1.1 and 2.2.1.2): whoever connects names what it can do,
the server picks, or refuses and says what it requires."""

import struct
from dataclasses import dataclass

from lab.twin import Connection, TcpTwin

REQUEST, CONFIRM = 0xE0, 0xD0
NEGOTIATION_REQUEST, NEGOTIATION_RESPONSE, NEGOTIATION_FAILURE = 1, 2, 3
STANDARD, TLS, HYBRID = 0, 1, 2
HYBRID_REQUIRED = 5


@dataclass(frozen=True)
class Settings:
    """`nla`: nobody gets further without network level authentication (CredSSP); else TLS is taken where it is offered, and
    RDP's own protection from everybody."""

    nla: bool = False


class RdpTwin(TcpTwin):
    port = 3389
    Settings = Settings

    def session(self, connection: Connection) -> None:
        version, _, size = struct.unpack(">BBH", connection.read_exactly(4))
        packet = connection.read_exactly(max(size - 4, 0))
        if version != 3 or len(packet) < 7 or packet[1] != REQUEST:
            return
        kind, value = self._choice(offered(packet[7:]))
        body = bytes((14, CONFIRM)) + b"\x00\x00\x12\x34\x00" + struct.pack("<BBHI", kind, 0, 8, value)
        connection.send(struct.pack(">BBH", 3, 0, len(body) + 4) + body)

    def _choice(self, protocols: int) -> tuple[int, int]:
        """What is said about the protocols that were offered: a choice, or why there is none."""
        if self.settings.nla:
            taken = bool(protocols & HYBRID)
            return (NEGOTIATION_RESPONSE, HYBRID) if taken else (NEGOTIATION_FAILURE, HYBRID_REQUIRED)
        return NEGOTIATION_RESPONSE, TLS if protocols & TLS else STANDARD


def offered(data: bytes) -> int:
    """The protocols of a negotiation request, behind a cookie or not; none where there is no request."""
    if data.startswith(b"Cookie:"):
        data = data.partition(b"\r\n")[2]
    if len(data) < 8 or data[0] != NEGOTIATION_REQUEST:
        return STANDARD
    return int(struct.unpack("<I", data[4:8])[0])


TWIN = RdpTwin
