"""BER (ITU-T X.690), as far as SNMP and LDAP need it; the reader accepts what old agents send."""

from collections.abc import Iterator
from dataclasses import dataclass

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader

INTEGER, OCTETS, NULL, IDENTIFIER, ENUMERATED, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x0A, 0x30, 0x31


def pack(tag: int, content: bytes) -> bytes:
    """One value with the shortest length."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def pack_integer(value: int, tag: int = INTEGER) -> bytes:
    """A signed whole number."""
    return pack(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def pack_identifier(dotted: str) -> bytes:
    """An object identifier from its dotted form."""
    numbers = [int(part) for part in dotted.split(".")]
    content = b""
    for number in (numbers[0] * 40 + numbers[1], *numbers[2:]):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        content += bytes(reversed(groups))
    return pack(IDENTIFIER, content)


@dataclass(frozen=True, slots=True)
class Value:
    """A tag and its content; `start` is where the content begins in the bytes that were read."""

    tag: int
    content: bytes
    start: int = 0

    @property
    def integer(self) -> int:
        """The content as a signed number. Raises NotUnderstood."""
        if not 1 <= len(self.content) <= 9:
            raise NotUnderstood("an integer of unusual size")
        return int.from_bytes(self.content, "big", signed=True)

    @property
    def unsigned(self) -> int:
        """The content as an unsigned number (counters, time ticks). Raises NotUnderstood."""
        if not 1 <= len(self.content) <= 9:
            raise NotUnderstood("a counter of unusual size")
        return int.from_bytes(self.content, "big")

    @property
    def identifier(self) -> str:
        """The content as a dotted object identifier. Raises NotUnderstood."""
        if not self.content or len(self.content) > 256 or self.content[-1] & 0x80:
            raise NotUnderstood("an object identifier that ends within a number")
        numbers, number = [], 0
        for octet in self.content:
            number = number << 7 | octet & 0x7F
            if not octet & 0x80:
                numbers.append(number)
                number = 0
        head = min(numbers[0] // 40, 2)
        return ".".join(str(part) for part in (head, numbers[0] - 40 * head, *numbers[1:]))

    def children(self, *, cut: bool = False) -> list["Value"]:
        """The values inside; with `cut` those that can be read, the last one maybe in part. Raises NotUnderstood."""
        return [Value(child.tag, child.content, self.start + child.start) for child in values(self.content, cut=cut)]


def read(reader: Reader, *, cut: bool = False) -> Value:
    """The next value. `cut` takes what is there of a value that ends too early. Raises NotUnderstood."""
    tag = reader.number(1)
    if tag & 0x1F == 0x1F:
        raise NotUnderstood("a tag number above 30")
    length = reader.number(1)
    if length & 0x80:
        if length & 0x7F not in (1, 2, 3, 4):
            raise NotUnderstood("an indefinite or enormous length")
        length = reader.number(length & 0x7F)
    start = reader.position
    return Value(tag, reader.take(min(length, reader.left) if cut else length), start)


def values(data: bytes, *, cut: bool = False) -> Iterator[Value]:
    """The values that stand one behind the other. Raises NotUnderstood, with `cut` only where not even one is there."""
    reader, found = Reader(data), 0
    while reader.left:
        try:
            value = read(reader, cut=cut)
        except NotUnderstood:
            if cut and found:
                return
            raise
        found += 1
        yield value


def message_length(data: bytes) -> int | None:
    """How long the message is that begins here; None while its head is not complete."""
    if len(data) < 2:
        return None
    if data[1] < 0x80:
        return 2 + data[1]
    size = data[1] & 0x7F
    return None if len(data) < 2 + size else 2 + size + int.from_bytes(data[2 : 2 + size], "big")
