"""A TLS server of old make as far as its first flight: no renegotiation information, compression, key transport with RSA.

ServerHello, Certificate and ServerHelloDone as in RFC 5246 7.3; what today's libraries will not do any more. With `tlcp` the
same flight in TLCP (GB/T 38636-2020 6.4.5) with certificates that are not SM2. No handshake is ever finished: after its
flight the server ends with an alert.
"""

import os
import ssl
import struct
from dataclasses import dataclass, field
from typing import Any

from lab.certificates import Certificate, pem_file
from lab.twin import ClientGoneError, Connection, TcpTwin, read_settings

HANDSHAKE, ALERT, CLIENT_HELLO = 22, 21, 1
HANDSHAKE_FAILURE, PROTOCOL_VERSION = 40, 70
RENEGOTIATION = b"\xff\x01\x00\x01\x00"
TLCP, TLCP_SUITES = 0x0101, (0xE013, 0xE053)
VERSIONS = {"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303}


@dataclass(frozen=True)
class Settings:
    """`suites` by number, RSA key transport alone. `renegotiation`: RFC 5746 is announced. `compression`: DEFLATE is taken.
    `tlcp`: TLCP alone is spoken, with `certificate` to sign and `second` to encrypt."""

    minimum: str = "1.2"
    suites: tuple[int, ...] = (0x009C, 0x002F)
    renegotiation: bool = False
    compression: bool = False
    certificate: dict[str, Any] = field(default_factory=dict)
    tlcp: bool = False
    second: dict[str, Any] = field(default_factory=dict)


class TlsFlightTwin(TcpTwin):
    port = 443
    Settings = Settings

    def session(self, connection: Connection) -> None:
        kind, _, _, size = struct.unpack(">BBBH", connection.read_exactly(5))
        hello = connection.read_exactly(size)
        if kind != HANDSHAKE or len(hello) < 40 or hello[0] != CLIENT_HELLO:
            return
        version, suites, compressions = read_hello(hello)
        if self.settings.tlcp:
            spoken, version, ours = version == TLCP, TLCP, TLCP_SUITES
        else:
            version, ours = min(version, VERSIONS["1.2"]), self.settings.suites
            spoken = VERSIONS[self.settings.minimum] <= version
        suite = next((each for each in ours if each in suites), None)
        if not spoken or suite is None:
            connection.send(record(ALERT, version, bytes((2, PROTOCOL_VERSION if suite else HANDSHAKE_FAILURE))))
            return
        connection.send(record(HANDSHAKE, version, self._flight(version, suite, compressions)))
        connection.read()
        connection.send(record(ALERT, version, bytes((2, HANDSHAKE_FAILURE))))

    def _flight(self, version: int, suite: int, compressions: bytes) -> bytes:
        ours = self.settings
        compression = 1 if ours.compression and 1 in compressions else 0
        server = struct.pack(">H", version) + os.urandom(32) + b"\0" + struct.pack(">HB", suite, compression)
        if ours.renegotiation:
            server += struct.pack(">H", len(RENEGOTIATION)) + RENEGOTIATION
        listed = certificates(read_settings(Certificate, ours.certificate))
        if ours.tlcp:
            listed = [listed[0], certificates(read_settings(Certificate, ours.second))[0], *listed[1:]]
        chain = b"".join(counted(each) for each in listed)
        return message(2, server) + message(11, counted(chain)) + message(14, b"")


def read_hello(hello: bytes) -> tuple[int, set[int], bytes]:
    """Version, suites and compression methods of a ClientHello (RFC 5246 7.4.1.2)."""
    try:
        version = struct.unpack(">H", hello[4:6])[0]
        at = 39 + hello[38]
        size = struct.unpack(">H", hello[at : at + 2])[0]
        numbers = struct.unpack(f">{size // 2}H", hello[at + 2 : at + 2 + size])
        at += 2 + size
        return version, set(numbers), hello[at + 1 : at + 1 + hello[at]]
    except (struct.error, IndexError):
        raise ClientGoneError from None


def certificates(certificate: Certificate) -> list[bytes]:
    """The certificate and its authority's, as DER."""
    blocks = pem_file(certificate).read_text(encoding="ascii").split("-----BEGIN CERTIFICATE-----")[1:]
    return [ssl.PEM_cert_to_DER_cert(f"-----BEGIN CERTIFICATE-----{each}") for each in blocks]


def counted(data: bytes) -> bytes:
    return struct.pack(">I", len(data))[1:] + data


def message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + counted(body)


def record(kind: int, version: int, body: bytes) -> bytes:
    """As many records as the body needs (RFC 5246 6.2.1: at most 2^14 bytes each)."""
    pieces = [body[at : at + 16384] for at in range(0, len(body), 16384)]
    return b"".join(struct.pack(">BHH", kind, version, len(piece)) + piece for piece in pieces)


TWIN = TlsFlightTwin
