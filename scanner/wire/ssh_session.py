"""SSH as far as the list of authentication methods: keys from an exchange with fixed private values, and the sealed packets
(RFC 4253 6 to 8, RFC 4252, RFC 5647, RFC 5656, RFC 8731).

Our private values are written down (see `ssh`), so that the evidence can be opened again: nothing is ever done inside such
a session but to ask which methods are offered.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader
from scanner.wire.ssh import CURVES, KEX_REPLY, exchange_init, kexinit, our_curve_key, our_x25519_key, split

SERVICE_REQUEST, USERAUTH_REQUEST, FAILURE, SUCCESS, DISCONNECT = 5, 50, 51, 52, 1
USER = b"chengjian"
LARGEST = 35000
EXCHANGES = {
    "curve25519-sha256": "sha256",
    "curve25519-sha256@libssh.org": "sha256",
    "ecdh-sha2-nistp256": "sha256",
    "ecdh-sha2-nistp384": "sha384",
    "ecdh-sha2-nistp521": "sha512",
}
COUNTERS = {"aes128-ctr": 16, "aes192-ctr": 24, "aes256-ctr": 32}  # name → bytes of key
SEALS = {"aes128-gcm@openssh.com": 16, "aes256-gcm@openssh.com": 32}
MACS = {
    "hmac-sha2-256-etm@openssh.com": "sha256",
    "hmac-sha2-512-etm@openssh.com": "sha512",
    "hmac-sha2-256": "sha256",
    "hmac-sha2-512": "sha512",
    "hmac-sha1-etm@openssh.com": "sha1",
    "hmac-sha1": "sha1",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What we propose, out of what the server offers."""

    exchange: str
    host_key: str
    cipher: str
    mac: str


def choose(lists: dict[str, tuple[str, ...]]) -> Choice | None:
    """The first of ours that the server offers in both directions; None where one is missing."""
    both = {name: set(lists[f"{name}_in"]) & set(lists[f"{name}_out"]) for name in ("ciphers", "macs", "compressions")}
    exchange = next((name for name in EXCHANGES if name in lists["kex"]), None)
    cipher = next((name for name in (*COUNTERS, *SEALS) if name in both["ciphers"]), None)
    mac = next((name for name in MACS if name in both["macs"]), None)
    if cipher in SEALS:
        mac = next(iter(MACS))  # not used, but some name must stand there
    if (
        exchange is None
        or cipher is None
        or mac is None
        or not lists["host_keys"]
        or "none" not in both["compressions"]
    ):
        return None
    return Choice(exchange, lists["host_keys"][0], cipher, mac)


def begin(lists: dict[str, tuple[str, ...]], choice: Choice) -> bytes:
    """Our KEXINIT with this choice alone, and our half of the exchange."""
    ours = dict(lists)
    for way in ("in", "out"):
        ours |= {f"ciphers_{way}": (choice.cipher,), f"macs_{way}": (choice.mac,), f"compressions_{way}": ("none",)}
    return kexinit(ours, choice.exchange, choice.host_key) + exchange_init(choice.exchange)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of both directions by the letters of RFC 4253 7.2."""

    choice: Choice
    letters: dict[str, bytes]


def agree(ours: bytes, theirs: bytes, choice: Choice) -> Keys:
    """The keys, from all plain bytes that each side sent, its identification line first. Raises NotUnderstood."""
    digest = EXCHANGES[choice.exchange]
    mine, other = split(ours), split(theirs)
    reply = next((payload for payload in other.packets if payload[:1] == bytes((KEX_REPLY,))), None)
    if len(mine.packets) < 2 or reply is None:
        raise NotUnderstood("no key exchange reply")
    reader = Reader(reply[1:])
    host_key, point = reader.block(4), reader.block(4)
    init = Reader(mine.packets[1][1:]).block(4)
    secret = _mpint(_shared(choice.exchange, point))
    whole = b"".join(
        _string(part) for part in (mine.line, other.line, mine.packets[0], other.packets[0], host_key, init)
    )
    session = hashlib.new(digest, whole + _string(point) + secret).digest()
    letters = {letter: _derive(digest, secret, session, letter) for letter in "ABCDEF"}
    return Keys(choice, letters)


def _shared(exchange: str, point: bytes) -> bytes:
    try:
        if exchange in CURVES:
            curve = CURVES[exchange]()
            return our_curve_key(exchange).exchange(
                ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
            )
        return our_x25519_key().exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError as error:
        raise NotUnderstood(f"a public value that is no point: {error}") from error


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _mpint(data: bytes) -> bytes:
    number = int.from_bytes(data, "big")
    return _string(number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"")


def _derive(digest: str, secret: bytes, session: bytes, letter: str) -> bytes:
    key = hashlib.new(digest, secret + session + letter.encode() + session).digest()
    while len(key) < 64:
        key += hashlib.new(digest, secret + session + key).digest()
    return key


def _counter(keys: Keys, letters: str) -> Cipher[CTR]:
    key = keys.letters[letters[1]][: COUNTERS[keys.choice.cipher]]
    return Cipher(AES(key), CTR(keys.letters[letters[0]][:16]))


def _tag(keys: Keys, letter: str, sequence: int, data: bytes) -> bytes:
    digest = MACS[keys.choice.mac]
    size = hashlib.new(digest).digest_size
    return hmac.digest(keys.letters[letter][:size], sequence.to_bytes(4, "big") + data, digest)


def _is_etm(keys: Keys) -> bool:
    return "-etm@" in keys.choice.mac


def _padded(payload: bytes, open_bytes: int) -> bytes:
    """A packet whose sealed part is a multiple of 16 bytes; `open_bytes` of its head stay outside."""
    padding = 16 - (len(payload) + 5 - open_bytes) % 16
    padding += 16 if padding < 4 else 0
    return (len(payload) + padding + 1).to_bytes(4, "big") + bytes((padding,)) + payload + bytes(padding)


def seal(keys: Keys, payloads: Sequence[bytes], sequence: int) -> bytes:
    """The payloads as sealed packets of ours, the first under this sequence number."""
    if keys.choice.cipher in SEALS:
        return b"".join(_seal_whole(keys, payload, number) for number, payload in enumerate(payloads))
    stream, sent = _counter(keys, "AC").encryptor(), b""
    for number, payload in enumerate(payloads, sequence):
        plain = _padded(payload, 4 if _is_etm(keys) else 0)
        if _is_etm(keys):
            packet = plain[:4] + stream.update(plain[4:])
            sent += packet + _tag(keys, "E", number, packet)
        else:
            sent += stream.update(plain) + _tag(keys, "E", number, plain)
    return sent


def _nonce(keys: Keys, letter: str, number: int) -> bytes:
    start = keys.letters[letter][:12]
    return start[:4] + ((int.from_bytes(start[4:], "big") + number) % (1 << 64)).to_bytes(8, "big")


def _seal_whole(keys: Keys, payload: bytes, number: int) -> bytes:
    plain = _padded(payload, 4)
    key = AESGCM(keys.letters["C"][: SEALS[keys.choice.cipher]])
    return plain[:4] + key.encrypt(_nonce(keys, "A", number), plain[4:], plain[:4])


def opened(keys: Keys, data: bytes, sequence: int) -> list[bytes]:
    """The payloads of the whole sealed packets that the server sent. Raises NotUnderstood where one is not genuine."""
    packets = _open_whole(keys, data) if keys.choice.cipher in SEALS else _open_stream(keys, data, sequence)
    return [_payload(packet) for packet in packets]


def _payload(plain: bytes) -> bytes:
    if len(plain) < 2 or plain[0] + 1 > len(plain):
        raise NotUnderstood("a packet with more padding than bytes")
    return plain[1 : len(plain) - plain[0]]


def _size(head: bytes) -> int:
    size = int.from_bytes(head, "big")
    if not 8 <= size <= LARGEST:
        raise NotUnderstood("a packet of impossible size")
    return size


def _open_whole(keys: Keys, data: bytes) -> Iterator[bytes]:
    key, position, number = AESGCM(keys.letters["D"][: SEALS[keys.choice.cipher]]), 0, 0
    while len(data) >= position + 4:
        head = data[position : position + 4]
        end = position + 4 + _size(head) + 16
        if len(data) < end:
            return
        try:
            yield key.decrypt(_nonce(keys, "B", number), data[position + 4 : end], head)
        except InvalidTag as error:
            raise NotUnderstood("a packet that is not genuine") from error
        position, number = end, number + 1


def _open_stream(keys: Keys, data: bytes, sequence: int) -> Iterator[bytes]:
    stream, position = _counter(keys, "BD").decryptor(), 0
    width = len(_tag(keys, "F", 0, b""))
    while len(data) >= position + 16:
        head = b"" if _is_etm(keys) else stream.update(data[position : position + 16])
        size = _size(data[position : position + 4] if _is_etm(keys) else head[:4])
        end = position + 4 + size
        if len(data) < end + width:
            return
        plain = (
            stream.update(data[position + 4 : end])
            if _is_etm(keys)
            else head + stream.update(data[position + 16 : end])
        )
        signed = data[position:end] if _is_etm(keys) else plain
        if not hmac.compare_digest(_tag(keys, "F", sequence, signed), data[end : end + width]):
            raise NotUnderstood("a packet that is not genuine")
        yield plain if _is_etm(keys) else plain[4:]
        position, sequence = end + width, sequence + 1


def questions() -> tuple[bytes, bytes]:
    """Ask for the authentication service, and by the method `none` for the methods that can go on (RFC 4252 5.2)."""
    ask = bytes((USERAUTH_REQUEST,)) + _string(USER) + _string(b"ssh-connection") + _string(b"none")
    return bytes((SERVICE_REQUEST,)) + _string(b"ssh-userauth"), ask


def goodbye() -> bytes:
    """Disconnect by the application."""
    return bytes((DISCONNECT,)) + (11).to_bytes(4, "big") + _string(b"") + _string(b"")


@dataclass(frozen=True, slots=True)
class Methods:
    """What may follow the method `none`; `let_in` where a session opened with it."""

    names: tuple[str, ...]
    let_in: bool


def read_methods(payloads: Sequence[bytes]) -> Methods | None:
    """The answer to `none`; None while it has not come. Raises NotUnderstood where it is malformed."""
    for payload in payloads:
        if payload[:1] == bytes((SUCCESS,)):
            return Methods((), let_in=True)
        if payload[:1] == bytes((FAILURE,)):
            listed = Reader(payload[1:]).block(4).decode("ascii", "replace")
            return Methods(tuple(name for name in listed.split(",") if name), let_in=False)
    return None
