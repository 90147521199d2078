"""A bounded reader over hostile bytes: whatever is missing raises NotUnderstood, never anything else."""

from inventory.errors import NotUnderstood


class Reader:
    """Reads forward; every method raises NotUnderstood when fewer bytes are left than it needs."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    @property
    def left(self) -> int:
        """Bytes that were not read yet."""
        return len(self.data) - self.position

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count < 0 or count > self.left:
            raise NotUnderstood(f"{count} bytes wanted, {self.left} left")
        self.position += count
        return self.data[self.position - count : self.position]

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(self.left)

    def number(self, size: int, order: str = "big") -> int:
        """An unsigned number of `size` bytes; `order` is big or little."""
        return int.from_bytes(self.take(size), "little" if order == "little" else "big")

    def block(self, size: int, order: str = "big") -> bytes:
        """Bytes behind a length of `size` bytes."""
        return self.take(self.number(size, order))

    def until(self, mark: bytes, limit: int = 1024) -> bytes:
        """Bytes before `mark`, which is skipped; it must stand within `limit` bytes."""
        end = self.data.find(mark, self.position, self.position + limit + len(mark))
        if end < 0:
            raise NotUnderstood(f"no {mark!r} within {limit} bytes")
        found = self.data[self.position : end]
        self.position = end + len(mark)
        return found


def printable(data: bytes, limit: int = 256) -> str:
    """Bytes of a device as text: UTF-8, or GB18030 where it is not; control characters become spaces; at most `limit`
    characters."""
    cut = data[: limit * 4]
    try:
        text = cut.decode()
    except UnicodeDecodeError as error:
        text = cut[: error.start].decode() if error.start >= len(cut) - 3 else cut.decode("gb18030", "replace")
    cleaned = "".join(letter if letter.isprintable() and letter != "\ufffd" else " " for letter in text)
    return " ".join(cleaned.split())[:limit]
