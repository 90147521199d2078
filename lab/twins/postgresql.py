"""A PostgreSQL-like server: answers SSLRequest, asks for authentication or lets everybody in (trust).

The wire is that of the PostgreSQL documentation, chapter "Message Formats". KingbaseES and openGauss speak the same
first messages; `parameters` carries what they report after a trusted log-in.
"""

import struct
from dataclasses import dataclass, field
from typing import Any

from lab.certificates import Certificate, server_context
from lab.twin import Connection, TcpTwin, read_settings

SSL_REQUEST = 80877103
GSS_REQUEST = 80877104
PROTOCOL_3 = 196608
CLEARTEXT, MD5, SASL = 3, 5, 10


@dataclass(frozen=True)
class Settings:
    """`auth` is trust, password (in the clear), md5 or scram. `require_tls`: no entry in the clear (hostssl only).

    `hba_name` is how a refusal calls the access file; KingbaseES says sys_hba.conf.
    """

    tls: bool = False
    require_tls: bool = False
    tls_minimum: str = "1.2"
    certificate: dict[str, Any] = field(default_factory=dict)
    auth: str = "scram"
    hba_name: str = "pg_hba.conf"
    parameters: dict[str, str] = field(default_factory=lambda: {"server_version": "15.12 (Debian 15.12-0+deb12u2)"})


class PostgresqlTwin(TcpTwin):
    port = 5432
    Settings = Settings

    def certificate(self) -> Certificate:
        certificate: Certificate = read_settings(Certificate, self.settings.certificate)
        return certificate

    def session(self, connection: Connection) -> None:
        secure = False
        while True:
            length, code = struct.unpack(">II", connection.read_exactly(8))
            rest = connection.read_exactly(max(length - 8, 0))
            if code == SSL_REQUEST and not secure:
                connection.send(b"S" if self.settings.tls else b"N")
                if self.settings.tls:
                    connection.start_tls(server_context(self.certificate(), self.settings.tls_minimum))
                    secure = True
            elif code == GSS_REQUEST:
                connection.send(b"N")
            elif code == PROTOCOL_3:
                return self._log_in(connection, rest, secure)
            else:
                connection.send(refusal("0A000", f"unsupported frontend protocol {code >> 16}.{code & 0xFFFF}"))
                return None

    def _log_in(self, connection: Connection, startup: bytes, secure: bool) -> None:
        ours = self.settings
        words = startup.split(b"\0")
        user = words[words.index(b"user") + 1].decode("utf-8", "replace") if b"user" in words else ""
        if ours.require_tls and not secure:
            connection.send(refusal("28000", f'no {ours.hba_name} entry for user "{user}", no encryption'))
            return
        if ours.auth == "trust":
            connection.send(message(b"R", struct.pack(">I", 0)))
            for name, value in ours.parameters.items():
                connection.send(message(b"S", name.encode() + b"\0" + value.encode() + b"\0"))
            connection.send(message(b"K", struct.pack(">II", 4545, 1)) + message(b"Z", b"I"))
            while connection.read_exactly(1) != b"X":
                connection.read_exactly(struct.unpack(">I", connection.read_exactly(4))[0] - 4)
                connection.send(refusal("42501", "permission denied") + message(b"Z", b"I"))
            return
        asked = {
            "password": struct.pack(">I", CLEARTEXT),
            "md5": struct.pack(">I", MD5) + b"salt",
            "scram": struct.pack(">I", SASL) + b"SCRAM-SHA-256\0\0",
        }[ours.auth]
        connection.send(message(b"R", asked))
        connection.read()
        connection.send(refusal("28P01", f'password authentication failed for user "{user}"'))


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", len(body) + 4) + body


def refusal(state: str, text: str) -> bytes:
    parts = (b"SFATAL", b"VFATAL", b"C" + state.encode(), b"M" + text.encode(), b"Fpostmaster.c", b"L2000", b"RProcess")
    return message(b"E", b"".join(part + b"\0" for part in parts) + b"\0")


TWIN = PostgresqlTwin
