"""Secrets and personal data leave evidence before it is stored or interpreted.

What is found is replaced in place by a token of the same length, so that every length field around it still holds:
`~`, one letter for the class, and a keyed hash (HMAC-SHA-256) written in the letters a to p. Numbers of people keep the
first and last places that a masked sample may show. The same key and value always give the same token, so distinct
values can still be counted; without the key nothing can be told or tried.
"""

import hmac
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from inventory.exchange import Exchange, Turn, with_turns
from inventory.personal_data import Kind, Match, matches

FORMAT = "chengjian-reduction/1"
Secret = Literal["identity_number", "mobile_number", "bank_card", "email", "plate", "secret", "cookie", "community"]
CLASSES: dict[str, Secret] = {
    "i": "identity_number",
    "m": "mobile_number",
    "b": "bank_card",
    "e": "email",
    "p": "plate",
    "s": "secret",
    "k": "cookie",
    "c": "community",
}
# Turns that name a user and hold nothing else that can be read: authenticated and encrypted SNMPv3.
UNREADABLE = frozenset({"v3:authorised"})
_LETTERS = {name: letter for letter, name in CLASSES.items()}
_SHOWN = {"identity_number": (4, 4), "mobile_number": (3, 2), "bank_card": (4, 4)}
_TOKEN = re.compile(rb"~([imbepskc])([a-p]{1,64})~*")
_ALPHABET = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")

_WORDS = (
    rb"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credential|api[_-]?key|access[_-]?key(?:[_-]?(?:id|secret))?"
    rb"|private[_-]?key)"
)
_ASSIGNED = re.compile(
    rb"(?i)" + _WORDS + rb"[\w-]{0,20}[\"']?[ \t]{0,4}[:=][ \t]{0,4}(?:\{\s{0,8}\"value\"\s{0,4}:\s{0,4})?[\"']?"
    rb"([!#$%*+\-./0-9=?@A-Z\\^_`a-z|~]{3,256})"
)
_HEADER = re.compile(
    rb"(?im)^(?:proxy-)?authorization:[ \t]*(?:basic|digest|bearer|negotiate|ntlm)[ \t]+([^\r\n]{1,4096})"
)
_COOKIE = re.compile(rb"(?im)^set-cookie:[ \t]*[^=;\r\n]{1,256}=([^;\r\n]{1,4096})")
_SENT_COOKIE = re.compile(rb"(?im)^cookie:[ \t]*([^\r\n]{1,4096})")
_IN_ADDRESS = re.compile(rb"://[^/\s:@]{1,64}:([^/\s@]{1,128})@")
_LOGIN = re.compile(rb"(?im)^(?:PASS|a\d+ LOGIN \S+)[ \t]+([^\r\n]{1,256})")
_PEM = re.compile(rb"-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----([^-]{1,16384})")
_EMAIL = re.compile(rb"(?<![\w.+-])([A-Za-z0-9][\w.+-]{2,63})@(?=[A-Za-z0-9][\w-]{0,62}(?:\.[\w-]{1,63}){1,4})")
_PLATE = re.compile(
    "(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])([A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{5,6})(?![A-Z0-9])"
)
_COMMUNITY = re.compile(
    rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...)\x02(?:\x81?\x01|\x02\x00|\x04\x00\x00\x00)[\x00\x01]\x04\x81?([\x01-\x7f])",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A token in reduced bytes: its class, the text that stands in the place of the value, and what tells two values
    apart."""

    kind: Secret
    text: str
    identity: str

    @property
    def masked(self) -> str:
        """The token as a masked sample: what may be shown, and stars."""
        return re.sub(r"~[a-z][a-p]+~*", lambda match: "*" * len(match[0]), self.text)


def token(kind: Secret, written: bytes, key: bytes, value: bytes | None = None) -> bytes:
    """The token that stands for `written`: as many bytes. `value` is what is hashed, where it was written otherwise."""
    head, tail = _SHOWN.get(kind, (0, 0)) if written.isascii() else (0, 0)
    room = len(written) - head - tail
    if room < 5:
        head, tail, room = 0, 0, len(written)
    if room < 3:
        return b"*" * room
    digest = hmac.digest(key, kind.encode() + b"\0" + (value or written), "sha256").hex().encode()
    body = (b"~" + _LETTERS[kind].encode() + digest.translate(_ALPHABET)[: room - 2]).ljust(room, b"~")
    return written[:head] + body + written[len(written) - tail :]


def reduce(exchange: Exchange, key: bytes) -> Exchange:
    """The same exchange without secrets and personal data. What is reduced already stays as it is."""
    if exchange.notes.get("reduced") == FORMAT:
        return exchange
    turns = [
        Turn(turn.label, b"", b"", turn.end, turn.connection)
        if turn.label in UNREADABLE
        else Turn(turn.label, reduce_bytes(turn.sent, key), reduce_bytes(turn.received, key), turn.end, turn.connection)
        for turn in exchange.turns
    ]
    notes = {
        name: reduce_bytes(value.encode(), key).decode("utf-8", "replace") for name, value in exchange.notes.items()
    }
    return with_turns(Exchange(exchange.kind, exchange.endpoint, (), {**notes, "reduced": FORMAT}), turns)


def reduce_bytes(data: bytes, key: bytes) -> bytes:
    """Reduce one run of bytes; its length stays. Text that already looks like a token is made unlike one, so that a
    device cannot plant any."""
    if spans := _chunks(data):
        return _scatter(data, spans, _reduced(b"".join(data[start:end] for start, end in spans), key))
    return _reduced(data, key)


def _reduced(data: bytes, key: bytes) -> bytes:
    if data.startswith(b"HTTP/") or b"\0" not in data:
        data = _TOKEN.sub(lambda match: b"-" + match[0][1:], data)
        for pattern, kind in _PATTERNS:
            data = pattern.sub(_replacing(kind, key), data)
    return _people(_communities(data, key), key)


def _chunks(data: bytes) -> list[tuple[int, int]]:
    """Where the content of a chunked HTTP answer lies, head first, so that a value cannot hide across two chunks."""
    end = data.find(b"\r\n\r\n")
    if not data.startswith(b"HTTP/1.") or not re.search(rb"(?im)^transfer-encoding:[ \t]*chunked", data[: max(end, 0)]):
        return []
    spans, position = [(0, end + 4)], end + 4
    while found := _CHUNK.match(data, position):
        start, position = found.end(), min(found.end() + int(found[1], 16), len(data))
        spans.append((start, position))
    return [*spans, (position, len(data))]


def _scatter(data: bytes, spans: list[tuple[int, int]], clean: bytes) -> bytes:
    """Put reduced content back to where it lay; lengths are equal, so every byte has its place."""
    whole, position = bytearray(data), 0
    for start, end in spans:
        whole[start:end] = clean[position : position + end - start]
        position += end - start
    return bytes(whole)


_CHUNK = re.compile(rb"(?:\r\n)?([0-9A-Fa-f]{1,6})[^\r\n]{0,256}\r\n")
_PATTERNS: tuple[tuple[re.Pattern[bytes], Secret], ...] = (
    (_HEADER, "secret"),
    (_COOKIE, "cookie"),
    (_SENT_COOKIE, "cookie"),
    (_LOGIN, "secret"),
    (_IN_ADDRESS, "secret"),
    (_PEM, "secret"),
    (_ASSIGNED, "secret"),
    (_EMAIL, "email"),
)


def _replacing(kind: Secret, key: bytes) -> Callable[[re.Match[bytes]], bytes]:
    def replace(match: re.Match[bytes]) -> bytes:
        value = match[1]
        if _TOKEN.search(value):
            return match[0]
        start, end = match.start(1) - match.start(), match.end(1) - match.start()
        return match[0][:start] + token(kind, value, key) + match[0][end:]

    return replace


def _communities(data: bytes, key: bytes) -> bytes:
    """SNMPv1 and v2c carry the community in clear text (RFC 1157, RFC 1901)."""
    head = _COMMUNITY.match(data)
    if head is None or len(data) < head.end() + head[1][0]:
        return data
    end = head.end() + head[1][0]
    return data[: head.end()] + token("community", data[head.end() : end], key) + data[end:]


def _decoded(data: bytes) -> tuple[str, str]:
    """The bytes as text that encodes to the very same bytes again, and the encoding."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding, "replace") == data:
            return text, encoding
    return data.decode("latin-1"), "latin-1"


def _people(data: bytes, key: bytes) -> bytes:
    """Numbers and vehicles of people, in text of any encoding."""
    if not re.search(rb"\d{4}", data) and not re.search(rb"[\xe0-\xff]|[\x81-\xfe][\x40-\xfe]", data):
        return data
    text, encoding = _decoded(data)
    parts, position = [], 0
    for match in matches(text):
        if match.kind is not Kind.CREDIT_CODE:
            parts += [text[position : match.start].encode(encoding), _masked(text, match, encoding, key)]
            position = match.end
    clean = b"".join((*parts, text[position:].encode(encoding)))
    if encoding == "latin-1":
        return clean
    return _PLATE.sub(
        lambda match: match[0][0] + token("plate", match[1].encode(encoding), key).decode(), clean.decode(encoding)
    ).encode(encoding)


def _masked(text: str, match: Match, encoding: str, key: bytes) -> bytes:
    written = text[match.start : match.end].encode(encoding)
    return token(match.kind.value, written, key, match.value.encode())  # type: ignore[arg-type]


def tokens(data: bytes) -> Iterator[Found]:
    """Every token in reduced bytes, in order."""
    for match in _TOKEN.finditer(data):
        kind = CLASSES[match[1].decode()]
        head, tail = _SHOWN.get(kind, (0, 0))
        before = _digits(data[max(match.start() - head, 0) : match.start()], last=True)
        after = _digits(data[match.end() : match.end() + tail], last=False)
        letters = match[2].decode()[: {"identity_number": 8, "mobile_number": 4, "bank_card": 3}.get(kind, 64)]
        yield Found(kind, before + match[0].decode() + after, letters + after)


def _digits(data: bytes, *, last: bool) -> str:
    """The run of digits, X, blanks and signs at one end, as text."""
    found = re.search(rb"[0-9Xx +-]*$", data) if last else re.match(rb"[0-9Xx +-]*", data)
    return found[0].decode() if found else ""
