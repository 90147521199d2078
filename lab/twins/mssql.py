"""A server that speaks TDS up to its pre-login answer (MS-TDS 2.2.6.5): version, and whether the session is encrypted."""

import struct
from dataclasses import dataclass

from lab.twin import Connection, TcpTwin

PRELOGIN, REPLY = 0x12, 0x04
VERSION, ENCRYPTION, INSTANCE, THREAD, END = 0, 1, 2, 3, 0xFF
ENCRYPTIONS = {"off": 0, "on": 1, "not_supported": 2, "required": 3}


@dataclass(frozen=True)
class Settings:
    """`encryption` is off (the log-in alone is protected), on, not_supported or required."""

    version: str = "15.0.2000"
    encryption: str = "off"


class MssqlTwin(TcpTwin):
    port = 1433
    Settings = Settings

    def session(self, connection: Connection) -> None:
        while True:
            kind, _, length = struct.unpack(">BBH", connection.read_exactly(8)[:4])
            connection.read_exactly(max(length - 8, 0))
            if kind != PRELOGIN:
                return
            body = self._options()
            connection.send(struct.pack(">BBHHBB", REPLY, 1, len(body) + 8, 0, 1, 0) + body)

    def _options(self) -> bytes:
        major, minor, build = (int(part) for part in str(self.settings.version).split("."))
        values = (
            (VERSION, struct.pack(">BBHH", major, minor, build, 0)),
            (ENCRYPTION, bytes([ENCRYPTIONS[self.settings.encryption]])),
            (INSTANCE, b"\0"),
            (THREAD, b""),
        )
        head, data, offset = b"", b"", 5 * len(values) + 1
        for kind, value in values:
            head += struct.pack(">BHH", kind, offset + len(data), len(value))
            data += value
        return head + bytes([END]) + data


TWIN = MssqlTwin
