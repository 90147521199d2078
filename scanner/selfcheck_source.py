"""A configuration as a source of a self-check: its reading, its text without secrets, the asset that it speaks of."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from inventory.configuration import Reading, all_families, decode, hide, read, split_lines
from inventory.errors import InputError

SCAN = "selfcheck"
HOST = "this-system"  # the asset of services whose files name no host


@dataclass(frozen=True)
class Source:
    """One file: what it says, its text without secrets, and the asset's address that it speaks of."""

    reading: Reading
    hidden: str
    address: str

    @cached_property
    def _lines(self) -> list[str]:
        return split_lines(self.hidden)

    def shown_at(self) -> tuple[int, ...]:
        """The line that shows what kind of system this is, where one does."""
        number = all_families()[self.reading.family].shown_at(self._lines)
        return (number,) if number else ()

    def line(self, number: int) -> str:
        """A line without secrets, at most 200 characters."""
        return self._lines[number - 1].strip()[:200] if 0 < number <= len(self._lines) else ""


def load_source(
    path: Path, *, address: str = "", family: str | None = None, name: str = "", complete: bool = False
) -> Source:
    """Read one configuration, of which nothing was left out where it is `complete`. Raises ImportFormatError for what cannot be one, InputError where it cannot be opened."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    return source_of(data, str(path), address=address, family=family, name=name, complete=complete)


def source_of(
    data: bytes, file: str, *, address: str = "", family: str | None = None, name: str = "", complete: bool = False
) -> Source:
    """The same from bytes: a file inside an image."""
    hidden = hide(decode(data, file))
    reading = read(hidden, file, family, complete=complete)
    stem = re.sub(r"[^\w.-]", "_", Path(file).stem) or HOST
    own = reading.name or (stem if reading.kind == "device" else name or HOST)
    return Source(reading, hidden, address or own[:120])
