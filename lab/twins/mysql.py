"""A MySQL-like server up to its greeting (protocol 10), the TLS switch, and the refusal of every log-in."""

import struct
from dataclasses import dataclass, field
from typing import Any

from lab.certificates import Certificate, server_context
from lab.twin import Connection, TcpTwin, read_settings

CLIENT_SSL = 0x0800
CAPABILITIES = 0x81BFF7DF & ~CLIENT_SSL


@dataclass(frozen=True)
class Settings:
    """`tls`: offer CLIENT_SSL. `require_tls`: refuse log-in packets that come in the clear (error 3159)."""

    version: str = "8.0.36"
    auth_plugin: str = "caching_sha2_password"
    tls: bool = False
    require_tls: bool = False
    tls_minimum: str = "1.2"
    certificate: dict[str, Any] = field(default_factory=dict)


class MysqlTwin(TcpTwin):
    port = 3306
    Settings = Settings

    def certificate(self) -> Certificate:
        certificate: Certificate = read_settings(Certificate, self.settings.certificate)
        return certificate

    def session(self, connection: Connection) -> None:
        connection.send(packet(0, self._greeting()))
        sequence, login = read_packet(connection)
        wants_tls = len(login) >= 4 and struct.unpack("<I", login[:4])[0] & CLIENT_SSL
        secure = False
        if wants_tls and self.settings.tls and len(login) <= 36:
            connection.start_tls(server_context(self.certificate(), self.settings.tls_minimum))
            sequence, login = read_packet(connection)
            secure = True
        if self.settings.require_tls and not secure:
            message = b"Connections using insecure transport are prohibited while --require_secure_transport=ON."
            connection.send(packet(sequence + 1, error(3159, b"HY000", message)))
            return
        connection.send(packet(sequence + 1, error(1045, b"28000", b"Access denied for user (using password: YES)")))

    def _greeting(self) -> bytes:
        ours = self.settings
        flags = CAPABILITIES | (CLIENT_SSL if ours.tls else 0)
        version, plugin = str(ours.version), str(ours.auth_plugin)
        return (
            b"\x0a"
            + version.encode()
            + b"\0"
            + struct.pack("<I", 45)
            + b"saltsalt\0"
            + struct.pack("<H", flags & 0xFFFF)
            + b"\x21\x02\0"
            + struct.pack("<H", flags >> 16)
            + b"\x15"
            + bytes(10)
            + b"moresaltsalt\0"
            + plugin.encode()
            + b"\0"
        )


def packet(sequence: int, payload: bytes) -> bytes:
    return struct.pack("<I", len(payload))[:3] + bytes([sequence & 0xFF]) + payload


def read_packet(connection: Connection) -> tuple[int, bytes]:
    head = connection.read_exactly(4)
    return head[3], connection.read_exactly(int.from_bytes(head[:3], "little"))


def error(code: int, state: bytes, message: bytes) -> bytes:
    return b"\xff" + struct.pack("<H", code) + b"#" + state + message


TWIN = MysqlTwin
