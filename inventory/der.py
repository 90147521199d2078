"""A small, bounded reader of DER (ITU-T X.690): what certificates need, and nothing that can recurse or grow.

Certificates come from hostile peers and from authorities with their own habits (SM2, GOST, post-quantum numbers), so
the structure is read here and every number that we do not know stays a number instead of failing the whole certificate.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x06
UTF8_STRING, SEQUENCE, SET = 0x0C, 0x30, 0x31
PRINTABLE_STRING, TELETEX_STRING, IA5_STRING, UNIVERSAL_STRING, BMP_STRING = 0x13, 0x14, 0x16, 0x1C, 0x1E
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18


class DerError(ValueError):
    """The bytes are not DER, or not of the shape that was asked for."""


@dataclass(frozen=True, slots=True)
class Value:
    """One tag with its content: `tag` is the identifier octet, `content` the bytes inside, `raw` the whole encoding."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> list["Value"]:
        """The values inside a constructed value. Raises DerError."""
        if not self.tag & 0x20:
            raise DerError(f"tag 0x{self.tag:02x} is not constructed")
        return list(read_values(self.content))


def read_value(data: bytes, offset: int = 0) -> tuple[Value, int]:
    """Read one value at `offset`; return it and the offset behind it. Raises DerError."""
    if offset + 2 > len(data):
        raise DerError("the data ends inside a header")
    tag, length, start = data[offset], data[offset + 1], offset + 2
    if tag & 0x1F == 0x1F:
        raise DerError("tag numbers above 30 are not used in certificates")
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise DerError("the length is indefinite, too large or cut off")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    end = start + length
    if end > len(data):
        raise DerError("the data ends inside a value")
    return Value(tag, data[start:end], data[offset:end]), end


def read_values(data: bytes) -> Iterator[Value]:
    """Read the values that follow one another in `data`. Raises DerError."""
    offset = 0
    while offset < len(data):
        value, offset = read_value(data, offset)
        yield value


def integer(value: Value) -> int:
    """The whole number of an INTEGER. Raises DerError."""
    if value.tag != INTEGER or not value.content:
        raise DerError("an INTEGER was expected")
    return int.from_bytes(value.content, "big", signed=True)


def object_identifier(value: Value) -> str:
    """The dotted form of an OBJECT IDENTIFIER. Raises DerError."""
    if value.tag != OBJECT_IDENTIFIER:
        raise DerError("an OBJECT IDENTIFIER was expected")
    return dotted(value.content)


def dotted(content: bytes) -> str:
    """The dotted form of an object identifier's content bytes (X.690 §8.19). Raises DerError."""
    if not content or content[-1] & 0x80 or len(content) > 128:
        raise DerError("an object identifier is empty, cut off or too long")
    numbers: list[int] = []
    number = 0
    for octet in content:
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(number)
            number = 0
    head = min(numbers[0] // 40, 2)
    return ".".join(str(part) for part in [head, numbers[0] - head * 40, *numbers[1:]])


def moment(value: Value) -> datetime:
    """The UTC moment of a UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5: two-digit years below 50 are 20xx).

    Raises DerError.
    """
    text = value.content.decode("ascii", "replace").strip()
    if value.tag == UTC_TIME:
        text = ("20" if text[:2] < "50" else "19") + text
    elif value.tag != GENERALIZED_TIME:
        raise DerError("a time was expected")
    body, zone = (text[:-1], "Z") if text.endswith("Z") else (text[:-5], text[-5:])
    try:
        parsed = datetime.strptime(body.ljust(14, "0")[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if zone != "Z":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
            parsed = parsed - offset if zone[0] == "+" else parsed + offset
    except (ValueError, OverflowError) as error:
        raise DerError(f"{text!r} is not a time") from error
    return parsed


def text(value: Value) -> str:
    """The characters of a directory string; bytes that its type does not allow are kept as Latin-1."""
    encoding = {UTF8_STRING: "utf-8", BMP_STRING: "utf-16-be", UNIVERSAL_STRING: "utf-32-be"}.get(value.tag)
    if encoding is None:
        # Chinese authorities put UTF-8 or GB18030 into Printable- and TeletexStrings.
        encodings = ["ascii", "utf-8"] + (["gb18030"] if value.tag == TELETEX_STRING else [])
    else:
        encodings = [encoding]
    for name in encodings:
        try:
            return value.content.decode(name)
        except UnicodeDecodeError:
            continue
    return value.content.decode("latin-1")
