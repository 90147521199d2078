"""TLS on the wire: ClientHellos of every version that hide nothing a server accepts, and a reader of its first flight.

Sources: RFC 5246, 8446, 7507, 5746, 8998; the SSL 2.0 specification; GB/T 38636-2020 for TLCP. The key shares come from
fixed private keys: nothing secret is ever sent over such a connection, and so the evidence can be read again later.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import pack

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader

SSL2, SSL3, TLS10, TLS11, TLS12, TLS13, TLCP = 0x0002, 0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x0101
X25519, SECP256R1, X25519MLKEM768, CURVE_SM2 = 0x001D, 0x0017, 0x11EC, 0x0029
GROUPS = (X25519, SECP256R1, 0x0018, 0x0019, 0x001E, CURVE_SM2, 0x0100, 0x0101)
SIGNATURES = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B,
    0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0202, 0x0708,
)  # fmt: skip
RANDOM = hashlib.sha256(b"chengjian client hello").digest()
RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")  # RFC 8446 4.1.3
HANDSHAKE, ALERT = 22, 21
PROTOCOL_VERSION, INAPPROPRIATE_FALLBACK = 70, 86


def _vector(size: int, data: bytes) -> bytes:
    return len(data).to_bytes(size, "big") + data


def _codes(codes: Sequence[int]) -> bytes:
    return pack(f">{len(codes)}H", *codes)


def _extension(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2, "big") + _vector(2, data)


def client_hello(
    version: int,
    suites: Sequence[int],
    *,
    name: str | None = None,
    groups: tuple[int, ...] = GROUPS,
    signatures: tuple[int, ...] = SIGNATURES,
    shares: tuple[tuple[int, bytes], ...] = (),
    versions: tuple[int, ...] = (TLS13,),
    compression: bool = False,
) -> bytes:
    """A whole record with a ClientHello. `name` is sent as server name; `shares` are TLS 1.3 key shares and `versions`
    what supported_versions lists, both for version TLS 1.3 only."""
    extensions = b""
    if version >= TLS10:
        if name:
            extensions += _extension(0, _vector(2, b"\0" + _vector(2, name.encode("idna"))))
        extensions += _extension(5, b"\x01\0\0\0\0")  # status_request
        extensions += _extension(10, _vector(2, _codes(groups)))
        extensions += _extension(11, b"\x01\0")
        if version >= TLS12:
            extensions += _extension(13, _vector(2, _codes(signatures)))
        extensions += _extension(16, _vector(2, b"\x02h2\x08http/1.1"))
        extensions += _extension(23, b"")  # extended_master_secret
        if version < TLS13:
            extensions += _extension(0xFF01, b"\0")
    if version >= TLS13:
        extensions += _extension(43, _vector(1, _codes(versions)))
        extensions += _extension(45, b"\x01\x01")
        offered = b"".join(group.to_bytes(2, "big") + _vector(2, key) for group, key in shares)
        extensions += _extension(51, _vector(2, offered))
    session = RANDOM if version >= TLS13 else b""
    body = min(version, TLS12).to_bytes(2, "big") + RANDOM + _vector(1, session)
    body += _vector(2, _codes(suites if version != SSL3 else [*suites, 0x00FF]))
    body += b"\x02\x01\0" if compression and version < TLS13 else b"\x01\0"
    if extensions:
        body += _vector(2, extensions)
    record = TLCP if version == TLCP else (SSL3 if version == SSL3 else TLS10)
    return b"\x16" + record.to_bytes(2, "big") + _vector(2, b"\x01" + _vector(3, body))


def ssl2_hello(suites: list[int]) -> bytes:
    """An SSL 2.0 CLIENT-HELLO with these three-byte cipher kinds."""
    kinds = b"".join(code.to_bytes(3, "big") for code in suites)
    head = b"\x01\x00\x02" + len(kinds).to_bytes(2, "big") + b"\0\0" + b"\0\x10"
    body = head + kinds + RANDOM[:16]
    return (0x8000 | len(body)).to_bytes(2, "big") + body


@dataclass(slots=True)
class Flight:
    """What the server's first flight told; fields stay None or empty where a message did not come."""

    version: int | None = None
    suite: int | None = None
    compression: int | None = None
    retry: bool = False
    group: int | None = None
    share: bytes = b""
    extensions: dict[int, bytes] = field(default_factory=dict)
    hello: bytes = b""
    certificates: list[bytes] = field(default_factory=list)
    key_exchange: bytes = b""
    stapled: bool = False
    certificate_request: bool = False
    signature: int | None = None  # the algorithm of a CertificateVerify
    done: bool = False
    alert: int | None = None
    sealed: list[bytes] = field(default_factory=list)
    end: int = 0


def read_flight(data: bytes) -> Flight:
    """Read as far as the bytes go. Raises NotUnderstood where they are not TLS at all or a message is malformed."""
    flight, reader, pending = Flight(), Reader(data), b""
    if data[:1] not in (b"\x16", b"\x15"):
        raise NotUnderstood("not a TLS record")
    while reader.left >= 5 and not flight.done:
        kind, major = reader.data[reader.position], reader.data[reader.position + 1]
        if major not in (1, 3):
            raise NotUnderstood("not a TLS record")
        size = int.from_bytes(reader.data[reader.position + 3 : reader.position + 5], "big")
        if reader.left < 5 + size:
            break
        head = reader.take(5)
        body = reader.take(size)
        flight.end = reader.position
        if kind == ALERT:
            flight.alert = body[1] if len(body) > 1 else 0
            break
        if kind == HANDSHAKE:
            pending = _messages(flight, pending + body)
        elif kind == 23:
            flight.sealed.append(head + body)
    return flight


def _messages(flight: Flight, data: bytes) -> bytes:
    while len(data) >= 4:
        size = int.from_bytes(data[1:4], "big")
        if len(data) < 4 + size:
            break
        read_message(flight, data[0], data[4 : 4 + size], data[: 4 + size])
        data = data[4 + size :]
    return data


def read_message(flight: Flight, kind: int, body: bytes, raw: bytes) -> None:
    """Take one handshake message into the flight. Raises NotUnderstood where it is malformed."""
    if kind == 2 and not flight.hello:
        _server_hello(flight, body)
        flight.hello = raw
    elif kind == 11:
        flight.certificates = certificate_list(body, flight)
    elif kind == 12:
        flight.key_exchange = body
    elif kind == 13:
        flight.certificate_request = True
    elif kind == 22:
        flight.stapled = True
    elif kind == 15 and len(body) >= 2:
        flight.signature = int.from_bytes(body[:2], "big")
    elif kind in (14, 20):
        flight.done = True


def _server_hello(flight: Flight, body: bytes) -> None:
    reader = Reader(body)
    flight.version = reader.number(2)
    random = reader.take(32)
    reader.block(1)
    flight.suite = reader.number(2)
    flight.compression = reader.number(1)
    flight.retry = random == RETRY
    if not reader.left:
        return
    inside = Reader(reader.block(2))
    while inside.left:
        kind, value = inside.number(2), inside.block(2)
        flight.extensions[kind] = value
        if kind == 43 and len(value) == 2:
            flight.version = int.from_bytes(value, "big")
        if kind == 51:
            share = Reader(value)
            flight.group = share.number(2)
            flight.share = share.block(2) if share.left else b""


def certificate_list(body: bytes, flight: Flight) -> list[bytes]:
    """The DER certificates of a Certificate message, in the form of the flight's version. Raises NotUnderstood."""
    reader = Reader(body)
    if flight.version == TLS13:
        reader.block(1)
    inside = Reader(reader.block(3))
    found: list[bytes] = []
    while inside.left and len(found) < 16:
        found.append(inside.block(3))
        if flight.version == TLS13:
            flight.stapled |= _has_extension(inside.block(2), 5)
    return found


def _has_extension(data: bytes, kind: int) -> bool:
    reader = Reader(data)
    while reader.left:
        if reader.number(2) == kind:
            return True
        reader.block(2)
    return False


def hello_length(data: bytes) -> int | None:
    """How many bytes hold the first record (with the ServerHello, or an alert)."""
    return None if len(data) < 5 else 5 + int.from_bytes(data[3:5], "big")


def flight_length(data: bytes) -> int | None:
    """How many bytes hold the flight up to ServerHelloDone or an alert; None while it goes on."""
    try:
        flight = read_flight(data)
    except NotUnderstood:
        return len(data) or None
    return flight.end if flight.done or flight.alert is not None else None


def key_exchange_size(flight: Flight, ephemeral_curve: bool) -> tuple[int | None, int | None]:
    """(bits of the Diffie-Hellman prime, named group) of a ServerKeyExchange. Raises NotUnderstood."""
    if not flight.key_exchange:
        return None, None
    reader = Reader(flight.key_exchange)
    if ephemeral_curve:
        return None, reader.number(2) if reader.number(1) == 3 else None
    return int.from_bytes(reader.block(2), "big").bit_length(), None


def signature_of(flight: Flight, ephemeral_curve: bool) -> int | None:
    """The signature algorithm of a key exchange (RFC 5246 7.4.3) or of a CertificateVerify; None where there is none.
    Raises NotUnderstood."""
    if flight.version == TLS13 or not flight.key_exchange:
        return flight.signature
    reader = Reader(flight.key_exchange)
    if ephemeral_curve:
        reader.take(3)
        reader.block(1)
    else:
        for _ in range(3):
            reader.block(2)
    return reader.number(2)


def ssl2_suites(data: bytes) -> list[int]:
    """The cipher kinds of an SSL 2.0 SERVER-HELLO. Raises NotUnderstood where it is none."""
    reader = Reader(data)
    if not reader.number(2) & 0x8000 or reader.number(1) != 4:
        raise NotUnderstood("not an SSL 2.0 server hello")
    reader.take(2)
    if reader.number(2) != SSL2:
        raise NotUnderstood("not SSL 2.0")
    certificate, kinds = reader.number(2), reader.number(2)
    reader.take(2 + certificate)
    listed = reader.take(kinds)
    return [int.from_bytes(listed[at : at + 3], "big") for at in range(0, len(listed) - 2, 3)]


def ssl2_length(data: bytes) -> int | None:
    """How many bytes hold the first SSL 2.0 record; what is no such record is enough as it is."""
    if len(data) < 3:
        return None
    return 2 + (int.from_bytes(data[:2], "big") & 0x7FFF) if data[0] & 0x80 else len(data)
