"""The part of BER (X.690) that SNMP needs, written out: integers, octet strings, object identifiers, sequences."""

INTEGER, OCTETS, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
ADDRESS, COUNTER32, GAUGE32, TICKS, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x46
NO_OBJECT, NO_INSTANCE, END_OF_VIEW = 0x80, 0x81, 0x82


class MalformedError(ValueError):
    """Bytes that are not the BER we read."""


def wrap(tag: int, body: bytes) -> bytes:
    """Tag, definite length, content."""
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + body


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A signed integer, or an unsigned one under an application tag."""
    return wrap(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(text: str) -> bytes:
    """An object identifier in dots."""
    numbers = [int(each) for each in text.strip(".").split(".")]
    body = b""
    for number in [numbers[0] * 40 + numbers[1], *numbers[2:]]:
        part = bytes([number & 0x7F])
        while number := number >> 7:
            part = bytes([number & 0x7F | 0x80]) + part
        body += part
    return wrap(OID, body)


def read(data: bytes, at: int = 0) -> tuple[int, bytes, int]:
    """One element: tag, content, and where the next one begins."""
    if at + 2 > len(data):
        raise MalformedError("cut off")
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or at + count > len(data):
            raise MalformedError("length")
        length, at = int.from_bytes(data[at : at + count], "big"), at + count
    if at + length > len(data):
        raise MalformedError("cut off")
    return tag, data[at : at + length], at + length


def elements(data: bytes) -> list[tuple[int, bytes]]:
    """All elements of a sequence's content."""
    found, at = [], 0
    while at < len(data):
        tag, body, at = read(data, at)
        found.append((tag, body))
    return found


def read_oid(body: bytes) -> tuple[int, ...]:
    """The numbers of an object identifier's content."""
    numbers, value = [], 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    if not numbers:
        raise MalformedError("empty object identifier")
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - first * 40, *numbers[1:])
