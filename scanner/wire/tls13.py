"""Opening the encrypted part of a TLS 1.3 server flight, so that the certificate can be read (RFC 8446 4.4, 7.1).

Our key shares come from private keys that are written here: whoever holds the evidence can read the handshake again,
and nothing but a handshake is ever exchanged under them.
"""

import hashlib
import hmac
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inventory.errors import NotUnderstood
from scanner.wire.tls import SECP256R1, X25519, Flight, read_message

_SEED = hashlib.sha256(b"chengjian key share, no secret").digest()
AEADS: dict[int, tuple[str, int, type[AESGCM] | type[AESCCM] | type[ChaCha20Poly1305]]] = {
    0x1301: ("sha256", 16, AESGCM),
    0x1302: ("sha384", 32, AESGCM),
    0x1303: ("sha256", 32, ChaCha20Poly1305),
    0x1304: ("sha256", 16, AESCCM),
}


@cache
def _x25519() -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_SEED)


@cache
def _p256() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_SEED, "big") >> 1, ec.SECP256R1())


@cache
def share(group: int) -> tuple[int, bytes]:
    """Our key share for X25519 or secp256r1."""
    if group == X25519:
        return group, _x25519().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return group, _p256().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _agree(group: int | None, theirs: bytes) -> bytes:
    try:
        if group == X25519:
            return _x25519().exchange(X25519PublicKey.from_public_bytes(theirs))
        if group == SECP256R1:
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
            return _p256().exchange(ec.ECDH(), point)
    except ValueError as error:
        raise NotUnderstood(f"a key share that is no point: {error}") from error
    raise NotUnderstood("a key share for a group that was not offered")


def _expand(digest: str, secret: bytes, label: str, context: bytes, length: int) -> bytes:
    name = b"tls13 " + label.encode()
    info = length.to_bytes(2, "big") + bytes((len(name),)) + name + bytes((len(context),)) + context
    block, output, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.digest(secret, block + info + bytes((counter,)), digest)
        output, counter = output + block, counter + 1
    return output[:length]


def open_flight(sent: bytes, flight: Flight) -> None:
    """Decrypt the sealed records of a TLS 1.3 flight into it. `sent` is our ClientHello record. Suites that we cannot
    open are left closed. Raises NotUnderstood where the records are not what the hello promised."""
    if flight.suite not in AEADS or not flight.share or not flight.sealed:
        return
    digest, key_length, cipher = AEADS[flight.suite]
    size = hashlib.new(digest).digest_size
    shared = _agree(flight.group, flight.share)
    early = hmac.digest(bytes(size), bytes(size), digest)
    derived = _expand(digest, early, "derived", hashlib.new(digest).digest(), size)
    secret = hmac.digest(derived, shared, digest)
    transcript = hashlib.new(digest, sent[5:] + flight.hello).digest()
    traffic = _expand(digest, secret, "s hs traffic", transcript, size)
    key = cipher(_expand(digest, traffic, "key", b"", key_length))
    vector = int.from_bytes(_expand(digest, traffic, "iv", b"", 12), "big")
    pending = b""
    for number, record in enumerate(flight.sealed):
        try:
            plain = key.decrypt((vector ^ number).to_bytes(12, "big"), record[5:], record[:5])
        except (InvalidTag, ValueError) as error:
            raise NotUnderstood("an encrypted record that does not open") from error
        content = plain.rstrip(b"\0")
        if content[-1:] == b"\x15" and len(content) >= 3:
            flight.alert = content[1]
            return
        if content[-1:] != b"\x16":
            return
        pending = _messages(flight, pending + content[:-1])
        if flight.done:
            return


def _messages(flight: Flight, data: bytes) -> bytes:
    while len(data) >= 4 and len(data) >= 4 + int.from_bytes(data[1:4], "big"):
        size = 4 + int.from_bytes(data[1:4], "big")
        if data[0] == 8:
            _encrypted_extensions(flight, data[4:size])
        read_message(flight, data[0], data[4:size], data[:size])
        data = data[size:]
    return data


def _encrypted_extensions(flight: Flight, body: bytes) -> None:
    position = 2
    while position + 4 <= len(body):
        size = int.from_bytes(body[position + 2 : position + 4], "big")
        kind = int.from_bytes(body[position : position + 2], "big")
        flight.extensions.setdefault(kind, body[position + 4 : position + 4 + size])
        position += 4 + size
