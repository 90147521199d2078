"""IKE, the key exchange of IPsec, as far as its first answer: IKE_SA_INIT of version 2 (RFC 7296) and the first message of
main mode of version 1 (RFC 2408, RFC 2409). A responder forgets such a half-open exchange by itself."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader

OUR_SPI = hashlib.sha256(b"chengjian ike").digest()[:8]
NONCE = hashlib.sha256(b"chengjian ike nonce").digest()
SA_1, NOTIFY_1 = 1, 11
SA_2, KEY_2, NONCE_2, NOTIFY_2 = 33, 34, 40, 41
MAIN_MODE, INFORMATIONAL_1, SA_INIT = 2, 5, 34
NO_PROPOSAL, INVALID_KEY_GROUP, COOKIE = 14, 17, 16390
ENCRYPTION, RANDOM_FUNCTION, INTEGRITY, GROUP = 1, 2, 3, 4  # transform types of version 2
KEY_LENGTH_2 = 14
CIPHER_1, HASH_1, AUTHENTICATION_1, GROUP_1, LIFE_KIND_1, LIFE_1, KEY_LENGTH_1 = 1, 2, 3, 4, 11, 12, 14
GROUP_SIZES = {1: 96, 2: 128, 5: 192, 14: 256}  # bytes of a public value, modular groups

Transform = tuple[int, int, int]
"""Type, identifier, key length in bits (0: none)."""

STRONG_2: tuple[tuple[Transform, ...], ...] = (
    (
        *((ENCRYPTION, 20, 256), (ENCRYPTION, 20, 128)),
        *((RANDOM_FUNCTION, 7, 0), (RANDOM_FUNCTION, 6, 0), (RANDOM_FUNCTION, 5, 0)),
        *((GROUP, number, 0) for number in (14, 19, 20, 21, 31, 15, 16)),
    ),
    (
        *((ENCRYPTION, 12, 256), (ENCRYPTION, 12, 192), (ENCRYPTION, 12, 128)),
        *((RANDOM_FUNCTION, number, 0) for number in (7, 6, 5, 2)),
        *((INTEGRITY, number, 0) for number in (14, 13, 12, 2)),
        *((GROUP, number, 0) for number in (14, 19, 20, 21, 31, 15, 16)),
    ),
)
WEAK_2: tuple[tuple[Transform, ...], ...] = (
    (
        *((ENCRYPTION, 3, 0), (ENCRYPTION, 2, 0)),  # 3DES, DES
        *((RANDOM_FUNCTION, 2, 0), (RANDOM_FUNCTION, 1, 0)),  # HMAC with SHA-1, MD5
        *((INTEGRITY, 2, 0), (INTEGRITY, 1, 0)),
        *((GROUP, 2, 0), (GROUP, 1, 0)),
    ),
)
# cipher, key length, hash, group of version 1: AES or DES kinds, SHA-2, SHA-1 or MD5
STRONG_1 = tuple((7, bits, digest, 14) for bits in (256, 128) for digest in (4, 5, 6, 2))
WEAK_1 = tuple((cipher, 0, digest, group) for cipher in (5, 1) for digest in (2, 1) for group in (2, 1))
PRE_SHARED, RSA_SIGNATURE = 1, 3


def _payload(after: int, content: bytes) -> bytes:
    return bytes((after, 0)) + (len(content) + 4).to_bytes(2, "big") + content


def _message(first: int, version: int, exchange: int, flags: int, payloads: bytes) -> bytes:
    head = OUR_SPI + bytes(8) + bytes((first, version, exchange, flags)) + bytes(4)
    return head + (28 + len(payloads)).to_bytes(4, "big") + payloads


def _substructure(last: bool, more: int, content: bytes) -> bytes:
    return bytes((0 if last else more, 0)) + (len(content) + 4).to_bytes(2, "big") + content


def sa_init(proposals: Sequence[Sequence[Transform]], group: int) -> bytes:
    """IKE_SA_INIT with these proposals and a public value of a modular group."""
    listed = b""
    for number, transforms in enumerate(proposals, 1):
        inside = b""
        for place, (kind, code, bits) in enumerate(transforms, 1):
            attribute = (0x8000 | KEY_LENGTH_2).to_bytes(2, "big") + bits.to_bytes(2, "big") if bits else b""
            content = bytes((kind, 0)) + code.to_bytes(2, "big") + attribute
            inside += _substructure(place == len(transforms), 3, content)
        listed += _substructure(number == len(proposals), 2, bytes((number, 1, 0, len(transforms))) + inside)
    public = group.to_bytes(2, "big") + bytes(2) + b"\x02" + NONCE + bytes(GROUP_SIZES[group] - 33)
    payloads = _payload(KEY_2, listed) + _payload(NONCE_2, public) + _payload(0, NONCE)
    return _message(SA_2, 0x20, SA_INIT, 0x08, payloads)


def main_mode(offers: Sequence[tuple[int, int, int, int]]) -> bytes:
    """The first message of main mode with these transforms, each for a shared key and for RSA signatures."""
    every = [(offer, way) for offer in offers for way in (PRE_SHARED, RSA_SIGNATURE)]
    inside = b""
    for number, ((cipher, bits, digest, group), way) in enumerate(every, 1):
        values = [(CIPHER_1, cipher), (HASH_1, digest), (AUTHENTICATION_1, way), (GROUP_1, group)]
        values += [(LIFE_KIND_1, 1), (LIFE_1, 28800)] + ([(KEY_LENGTH_1, bits)] if bits else [])
        content = bytes((number, 1)) + bytes(2)
        content += b"".join((0x8000 | kind).to_bytes(2, "big") + value.to_bytes(2, "big") for kind, value in values)
        inside += _substructure(number == len(every), 3, content)
    proposal = _substructure(True, 2, bytes((1, 1, 0, len(every))) + inside)
    return _message(SA_1, 0x10, MAIN_MODE, 0, _payload(0, (1).to_bytes(4, "big") * 2 + proposal))


@dataclass(frozen=True, slots=True)
class Answer:
    """Version (1 or 2) and exchange of the first answer, notifications with their data, and the chosen transforms: type or
    attribute → value."""

    version: int
    exchange: int
    notifications: dict[int, bytes] = field(default_factory=dict)
    chosen: dict[int, int] = field(default_factory=dict)
    key_bits: int | None = None


def read_answer(data: bytes) -> Answer:
    """Read it. Raises NotUnderstood where it does not answer our message, or is malformed."""
    reader = Reader(data)
    if reader.take(8) != OUR_SPI:
        raise NotUnderstood("not an answer to our message")
    reader.take(8)
    first, version, exchange, _ = reader.number(1), reader.number(1) >> 4, reader.number(1), reader.number(1)
    reader.take(4)
    if version not in (1, 2) or reader.number(4) != len(data):
        raise NotUnderstood("not IKE")
    answer = Answer(version, exchange)
    bits = None
    for kind, content in _payloads(first, reader):
        if kind in (NOTIFY_1, NOTIFY_2):
            code, told = _notification(kind, content)
            answer.notifications[code] = told
        elif kind in (SA_1, SA_2):
            bits = _transforms(Reader(content if kind == SA_2 else content[8:]), version, answer.chosen)
    return Answer(version, exchange, answer.notifications, answer.chosen, bits)


def _payloads(kind: int, reader: Reader) -> Iterator[tuple[int, bytes]]:
    while kind and reader.left:
        after = reader.number(1)
        reader.take(1)
        yield kind, reader.take(reader.number(2) - 4)
        kind = after


def _notification(kind: int, content: bytes) -> tuple[int, bytes]:
    """(code, data): version 1 puts a domain of interpretation in front."""
    reader = Reader(content[4:] if kind == NOTIFY_1 else content)
    reader.take(1)
    spi = reader.number(1)
    code = reader.number(2)
    reader.take(spi)
    return code, reader.rest()


def _transforms(reader: Reader, version: int, chosen: dict[int, int]) -> int | None:
    """Fill in what the first proposal names; gives the key length."""
    reader.take(4 + 2)
    spi, count = reader.number(1), reader.number(1)
    reader.take(spi)
    bits = None
    for _ in range(count):
        reader.take(2)
        body = Reader(reader.take(reader.number(2) - 4))
        kind = body.number(1)
        body.take(1)
        code = body.number(2)
        if version == 2:
            chosen.setdefault(kind, code)
        for name, value in _attributes(body):
            if name == 14:  # the key length has the same number in both versions
                bits = value
            elif version == 1:
                chosen.setdefault(name, value)
    return bits


def _attributes(reader: Reader) -> Iterator[tuple[int, int]]:
    while reader.left >= 4:
        kind, value = reader.number(2), reader.number(2)
        if kind & 0x8000:
            yield kind & 0x7FFF, value
        else:
            reader.take(value)
