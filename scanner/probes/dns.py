"""DNS: is recursion open to us, and what version is stated? (RFC 1035, RFC 4892)

The recursion question is for the name of 127.0.0.1, which every resolver answers by itself (RFC 6303), so nothing is asked
of anybody else; whether recursion is open to us is told by the flag of the answer.
"""

from dataclasses import dataclass

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Exchange, Turn
from inventory.facts.dns import DnsFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.reader import Reader, printable

PTR, TXT, CHAOS, INTERNET = 12, 16, 3, 1
LOOPBACK = "1.0.0.127.in-addr.arpa"
REFUSED = 5
RECURSE = 0x0100
MARK = 0x636A


def query(name: str, kind: int, kingdom: int, *, recurse: bool, dnssec: bool = False) -> bytes:
    """One question; with `dnssec` an OPT record that asks for signatures (RFC 6891)."""
    flags = RECURSE if recurse else 0
    head = b"".join(number.to_bytes(2, "big") for number in (MARK, flags, 1, 0, 0, 1 if dnssec else 0))
    labels = b"".join(bytes((len(part),)) + part.encode() for part in name.split(".") if part)
    question = labels + b"\0" + kind.to_bytes(2, "big") + kingdom.to_bytes(2, "big")
    return head + question + (b"\0\0\x29\x04\xd0\0\0\x80\0\0\0" if dnssec else b"")


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Version, then recursion."""
    heard = [
        await _say(recorder, "version", query("version.bind", TXT, CHAOS, recurse=False)),
        await _say(recorder, "recursion", query(LOOPBACK, PTR, INTERNET, recurse=True, dnssec=True)),
    ]
    if not any(heard):
        raise Silent("no DNS answer")


async def _say(recorder: Recorder, label: str, payload: bytes) -> bool:
    try:
        return bool(await recorder.datagram(label, payload, limit=4096, timeout=1.0, tries=2))
    except Silent:
        return False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says: code, recursion available, answers, texts, and whether the signature bit was kept."""

    code: int
    recursion: bool
    answers: int
    authorities: int
    texts: tuple[bytes, ...]
    dnssec: bool


def read_answer(data: bytes) -> Answer:
    """Read it. Raises NotUnderstood where it is no answer to our question."""
    reader = Reader(data)
    if reader.number(2) != MARK:
        raise NotUnderstood("another identifier")
    flags = reader.number(2)
    if not flags & 0x8000 or flags >> 11 & 15:
        raise NotUnderstood("not an answer")
    questions, answers, authorities, additions = (reader.number(2) for _ in range(4))
    for _ in range(min(questions, 4)):
        _skip_name(reader)
        reader.take(4)
    texts, signed = [], False
    try:
        for number in range(min(answers + authorities + additions, 64)):
            _skip_name(reader)
            kind, _, lifetime = reader.number(2), reader.number(2), reader.number(4)
            body = reader.block(2)
            if kind == TXT and number < answers:
                texts.append(Reader(body).block(1))
            signed = signed or (kind == 41 and bool(lifetime & 0x8000))
    except NotUnderstood:
        pass  # cut off: what came before counts
    return Answer(flags & 15, bool(flags & 0x0080), answers, authorities, tuple(texts), signed)


def _skip_name(reader: Reader) -> None:
    for _ in range(128):
        size = reader.number(1)
        if size == 0:
            return
        if size & 0xC0 == 0xC0:
            reader.take(1)
            return
        reader.take(size)
    raise NotUnderstood("a name without an end")


def interpret(exchange: Exchange) -> dict[str, list[DnsFacts]]:
    """Pure. Raises NotUnderstood where no answer is DNS."""
    version, recursion = _answer(exchange.turn("version")), _answer(exchange.turn("recursion"))
    if version is None and recursion is None:
        raise NotUnderstood("not DNS")
    text = printable(version.texts[0], 64) if version is not None and version.texts else None
    opened = None
    if recursion is not None:
        opened = recursion.recursion and recursion.code != REFUSED
    return {
        "dns": [
            DnsFacts(
                answers=True,
                recursion=opened,
                version=text or None,
                version_disclosed=None
                if version is None
                else bool(text) and any(letter.isdigit() for letter in text or ""),
                dnssec=recursion.dnssec if recursion is not None and opened else None,
            )
        ]
    }


def _answer(turn: Turn | None) -> Answer | None:
    try:
        return read_answer(turn.received) if turn is not None and turn.received else None
    except NotUnderstood:
        return None


PROBE = Probe(name="dns", table="dns", transport="udp", collect=collect, interpret=interpret, packets=6)
