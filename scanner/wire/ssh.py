"""SSH up to the server's host key: identification, KEXINIT, and a key exchange whose reply shows the key (RFC 4253, 8731,
5656). The shared secret is never used."""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader

KEXINIT, NEWKEYS, KEX_REPLY = 20, 21, 31
LISTS = (
    "kex",
    "host_keys",
    "ciphers_in",
    "ciphers_out",
    "macs_in",
    "macs_out",
    "compressions_in",
    "compressions_out",
)
_SEED = hashlib.sha256(b"chengjian ssh key exchange, no secret").digest()
# Groups by name: how our value of the exchange is made. Any element of a group will do, as no session follows.
GROUP_SIZES = {
    "diffie-hellman-group14-sha256": 256,
    "diffie-hellman-group14-sha1": 256,
    "diffie-hellman-group16-sha512": 512,
    "diffie-hellman-group18-sha512": 1024,
    "diffie-hellman-group1-sha1": 128,
}
CURVES: dict[str, type[ec.EllipticCurve]] = {
    "ecdh-sha2-nistp256": ec.SECP256R1,
    "ecdh-sha2-nistp384": ec.SECP384R1,
    "ecdh-sha2-nistp521": ec.SECP521R1,
}
OUR_EXCHANGES = ("curve25519-sha256", "curve25519-sha256@libssh.org", *CURVES, *GROUP_SIZES)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server says first: its identification line and, where it came, its lists by the names in LISTS."""

    banner: bytes
    lists: dict[str, tuple[str, ...]] | None


def identification(contact: str) -> bytes:
    """Our own line; the contact stands in its comment, without characters that RFC 4253 4.2 forbids."""
    comment = "".join(letter for letter in contact if letter.isascii() and letter.isprintable())[:100]
    return f"SSH-2.0-chengjian_0.1 {comment}".rstrip().encode() + b"\r\n"


def _line(data: bytes) -> tuple[bytes, int] | None:
    """The identification line and where it ends; lines before it are skipped (RFC 4253 4.2)."""
    position = 0
    for _ in range(64):
        end = data.find(b"\n", position)
        if end < 0:
            return None
        if data.startswith(b"SSH-", position):
            return data[position:end].rstrip(b"\r"), end + 1
        position = end + 1
    return None


def greeting_length(data: bytes) -> int | None:
    """How many bytes hold the line and the first packet behind it; a line that is not SSH is enough as it is."""
    found = _line(data)
    if found is None:
        return len(data) if data and not b"SSH-".startswith(data[:4]) and data.count(b"\n") > 60 else None
    line, start = found
    if line.startswith((b"SSH-1.5", b"SSH-1.3")):
        return len(data)
    if len(data) < start + 4:
        return None
    return start + 4 + min(int.from_bytes(data[start : start + 4], "big"), 65536)


def read_greeting(data: bytes) -> Greeting:
    """Read it. Raises NotUnderstood where no identification line is there, or a packet is malformed."""
    found = _line(data if data.endswith(b"\n") or b"\n" in data else data + b"\n")
    if found is None:
        raise NotUnderstood("no SSH identification line")
    line, start = found
    for payload in packets(data[start:]):
        if payload[:1] == bytes((KEXINIT,)):
            return Greeting(line, _name_lists(payload))
    return Greeting(line, None)


def packets(data: bytes) -> list[bytes]:
    """The payloads of the whole plain packets. Raises NotUnderstood where one is malformed."""
    reader = Reader(data)
    found: list[bytes] = []
    while reader.left >= 5 and len(found) < 8:
        size = int.from_bytes(reader.data[reader.position : reader.position + 4], "big")
        if reader.left < 4 + size or size < 2:
            break
        packet = Reader(reader.block(4))
        padding = packet.number(1)
        if padding >= packet.left + 1:
            raise NotUnderstood("a packet with more padding than bytes")
        found.append(packet.take(packet.left - padding))
    return found


def _name_lists(payload: bytes) -> dict[str, tuple[str, ...]]:
    reader = Reader(payload)
    reader.take(17)
    return {
        name: tuple(word for word in reader.block(4).decode("ascii", "replace").split(",") if word) for name in LISTS
    }


def packet(payload: bytes) -> bytes:
    """A plain packet with the least padding."""
    padding = 8 - (len(payload) + 5) % 8
    padding += 8 if padding < 4 else 0
    return (len(payload) + padding + 1).to_bytes(4, "big") + bytes((padding,)) + payload + bytes(padding)


def kexinit(theirs: dict[str, tuple[str, ...]], exchange: str, host_key: str) -> bytes:
    """Our KEXINIT packet: this exchange and host key, and for the rest what the server offers."""
    lists = dict(theirs) | {"kex": (exchange,), "host_keys": (host_key,)}
    payload = bytes((KEXINIT,)) + _SEED[:16]
    for name in LISTS:
        words = ",".join(lists.get(name, ())).encode("ascii", "replace")
        payload += len(words).to_bytes(4, "big") + words
    return packet(payload + bytes(8) + bytes(5))


def our_curve_key(exchange: str) -> ec.EllipticCurvePrivateKey:
    """Our private value of an exchange in CURVES."""
    return ec.derive_private_key(int.from_bytes(_SEED, "big") >> 1, CURVES[exchange]())


def our_x25519_key() -> X25519PrivateKey:
    """Our private value of curve25519-sha256."""
    return X25519PrivateKey.from_private_bytes(_SEED)


def exchange_init(exchange: str) -> bytes:
    """Our half of the key exchange as a packet."""
    if exchange in CURVES:
        ours = our_curve_key(exchange).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    elif exchange in GROUP_SIZES:
        ours = b"\x02" + _SEED + bytes(GROUP_SIZES[exchange] - 34)
    else:
        ours = our_x25519_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return packet(b"\x1e" + len(ours).to_bytes(4, "big") + ours)


@dataclass(frozen=True, slots=True)
class Plain:
    """What one side sent before its packets were sealed: its line, the packets up to NEWKEYS, and where sealed ones begin
    (None while NEWKEYS has not come)."""

    line: bytes
    packets: list[bytes]
    sealed_from: int | None


def split(data: bytes) -> Plain:
    """Read the plain part of one side's bytes. Raises NotUnderstood."""
    found = _line(data)
    if found is None:
        raise NotUnderstood("no SSH identification line")
    line, position = found
    reader = Reader(data[position:])
    payloads: list[bytes] = []
    while reader.left >= 6 and len(payloads) < 16:
        size = int.from_bytes(reader.data[reader.position : reader.position + 4], "big")
        if reader.left < 4 + size:
            break
        inside = Reader(reader.block(4))
        padding = inside.number(1)
        payloads.append(inside.take(inside.left - padding))
        if payloads[-1][:1] == bytes((NEWKEYS,)):
            return Plain(line, payloads, position + reader.position)
    return Plain(line, payloads, None)


def reply_length(data: bytes) -> int | None:
    """How many bytes hold a key exchange reply, or whatever packet ends the wait (a disconnect)."""
    position = 0
    while len(data) >= position + 6:
        size = 4 + int.from_bytes(data[position : position + 4], "big")
        if size > 65536:
            return len(data)
        if data[position + 5] in (KEX_REPLY, 1):
            return position + size
        position += size
    return None


@dataclass(frozen=True, slots=True)
class HostKey:
    """Type, size in bits (None where unknown) and SHA-256 of the key as sent."""

    kind: str
    bits: int | None
    fingerprint: str


def read_host_key(data: bytes) -> HostKey | None:
    """The host key of a key exchange reply; None where there is no reply. Raises NotUnderstood where it is malformed."""
    for payload in packets(data):
        if payload[:1] == bytes((KEX_REPLY,)):
            return _host_key(Reader(payload[1:]).block(4))
    return None


def _host_key(blob: bytes) -> HostKey:
    reader = Reader(blob)
    kind = reader.block(4).decode("ascii", "replace")
    return HostKey(kind[:64], _bits(kind, reader), hashlib.sha256(blob).hexdigest())


def _bits(kind: str, reader: Reader) -> int | None:
    if kind == "ssh-rsa":
        reader.block(4)
        return int.from_bytes(reader.block(4), "big").bit_length()
    if kind == "ssh-dss":
        return int.from_bytes(reader.block(4), "big").bit_length()
    if kind == "ssh-ed448":
        return 448
    if kind == "ssh-ed25519":
        return 256
    found = [size for size in (256, 384, 521) if kind == f"ecdsa-sha2-nistp{size}"]
    return found[0] if found else None
