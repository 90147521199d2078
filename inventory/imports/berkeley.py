"""Values of a Berkeley DB hash file (`Packages` of rpm before 4.16), from its bytes. Pure and bounded; what is broken is left out.

The format is that of Berkeley DB's `db_page.h`: page 0 says page size and byte order; hash pages hold keys and values in
turns, from the end of the page downwards; a value too large for its page lies on a chain of overflow pages.
"""

import struct
from collections.abc import Iterator

HASH_MAGIC = 0x061561
HASH_META, OVERFLOW, HASH_UNSORTED, HASH = 8, 7, 2, 13  # page types
ON_PAGE, OFF_PAGE = 1, 3  # kinds of items
PAGE_HEADER = 26  # bytes
PAGE_SIZES = tuple(1 << shift for shift in range(9, 17))


def byte_order(data: bytes) -> str:
    """`<` or `>` as struct writes it, or nothing where these are not the bytes of a hash file."""
    if len(data) < 512 or data[25] != HASH_META:
        return ""
    return next((order for order in "<>" if struct.unpack_from(order + "I", data, 12)[0] == HASH_MAGIC), "")


def hash_values(data: bytes, largest: int, most: int) -> Iterator[bytes]:
    """The values in the order of the pages: at most `most`, none of them of more than `largest` bytes."""
    order = byte_order(data)
    size = struct.unpack_from(order + "I", data, 20)[0] if order else 0
    if size not in PAGE_SIZES:
        return
    given, left = 0, len(data)  # together they cannot be longer than the file
    for start in range(size, len(data) - size + 1, size):
        if data[start + 25] not in (HASH, HASH_UNSORTED):
            continue
        for item in _value_items(data[start : start + size], order):
            value = _value(data, item, order, size, min(largest, left))
            if value is not None:
                yield value
                given, left = given + 1, left - len(value)
            if given >= most:
                return


def _value_items(page: bytes, order: str) -> Iterator[bytes]:
    """Every second item of a page. An item ends where the one before it begins."""
    count = min(struct.unpack_from(order + "H", page, 20)[0], (len(page) - PAGE_HEADER) // 2)
    starts = struct.unpack_from(f"{order}{count}H", page, PAGE_HEADER)
    for at in range(1, count, 2):
        if PAGE_HEADER <= starts[at] < starts[at - 1] <= len(page):
            yield page[starts[at] : starts[at - 1]]


def _value(data: bytes, item: bytes, order: str, size: int, largest: int) -> bytes | None:
    if item[0] == ON_PAGE:
        return item[1:] if len(item) <= largest else None
    if item[0] != OFF_PAGE or len(item) < 12:
        return None
    page, length = struct.unpack_from(order + "II", item, 4)
    return _chained(data, page, length, order, size) if length <= largest else None


def _chained(data: bytes, page: int, length: int, order: str, size: int) -> bytes | None:
    """A value of overflow pages, all of them full but the last; a chain that is broken or too short gives nothing."""
    parts: list[bytes] = []
    left = length
    while page and left > 0:
        start = page * size
        if start + size > len(data) or data[start + 25] != OVERFLOW:
            return None
        page, _, held = struct.unpack_from(order + "IHH", data, start + 16)
        if held != min(left, size - PAGE_HEADER):
            return None
        parts.append(data[start + PAGE_HEADER : start + PAGE_HEADER + held])
        left -= held
    return b"".join(parts) if left == 0 else None
