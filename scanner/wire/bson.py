"""BSON (bsonspec.org 1.1), as far as answers of MongoDB need it; bounded in depth and size."""

import struct
from typing import Any

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader

DEPTH = 8
FIXED = {0x01: 8, 0x07: 12, 0x09: 8, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16}


def read_document(reader: Reader, depth: int = 0) -> dict[str, Any]:
    """The next document. Raises NotUnderstood where it is malformed or nested too deeply."""
    if depth > DEPTH:
        raise NotUnderstood("a document nested too deeply")
    size = reader.number(4, "little")
    inside = Reader(reader.take(size - 4))
    found: dict[str, Any] = {}
    while inside.left:
        kind = inside.number(1)
        if kind == 0:
            break
        name = inside.until(b"\0", 256).decode("utf-8", "replace")
        found[name] = _value(inside, kind, depth)
    return found


def _value(reader: Reader, kind: int, depth: int) -> Any:
    if kind in FIXED:
        return _fixed(kind, reader.take(FIXED[kind]))
    if kind in (0x02, 0x0D, 0x0E):
        return reader.block(4, "little").rstrip(b"\0").decode("utf-8", "replace")
    if kind == 0x03:
        return read_document(reader, depth + 1)
    if kind == 0x04:
        return list(read_document(reader, depth + 1).values())
    if kind == 0x05:
        size = reader.number(4, "little")
        reader.take(1)
        return reader.take(size)
    if kind == 0x08:
        return reader.number(1) == 1
    if kind in (0x06, 0x0A, 0x7F, 0xFF):
        return None
    if kind == 0x0B:
        return (reader.until(b"\0", 4096), reader.until(b"\0", 64))
    raise NotUnderstood(f"a value of kind {kind}")


def _fixed(kind: int, data: bytes) -> Any:
    if kind == 0x01:
        return struct.unpack("<d", data)[0]
    if kind in (0x10, 0x12):
        return int.from_bytes(data, "little", signed=True)
    return data
