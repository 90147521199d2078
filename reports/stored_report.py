"""A report document in a file, read a piece at a time: its long lists stay there, so that memory grows with neither."""

import codecs
import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import ValidationError

from inventory.errors import InputError
from reports.report import AssetEntry, FindingEntry, Gap, Part, Report

CHUNK = 1024 * 1024  # bytes
LARGEST_PIECE = 256 * 1024 * 1024  # characters of one member or of one item of a long list
LONG = ("assets", "findings", "not_assessed")

Entry = TypeVar("Entry", bound=Part)


class _Text:
    """The characters of a file, some at a time, and the JSON values in them. The canonical form has no white space."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened = opened
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._decoder = json.JSONDecoder()
        self._held = ""
        self._at = 0
        self._ended = False

    def _more(self, size: int = CHUNK) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        data = self._opened.read(size)
        self._ended = not data
        self._held = self._held[self._at :] + self._utf8.decode(data, final=self._ended)
        self._at = 0
        if len(self._held) > LARGEST_PIECE:
            raise ValueError(f"a piece of more than {LARGEST_PIECE} characters")
        return not self._ended

    def take(self, *marks: str) -> str:
        """The next character, which must be one of the marks."""
        while self._at >= len(self._held):
            if not self._more():
                raise ValueError("it ends too early")
        mark = self._held[self._at]
        if mark not in marks:
            raise ValueError(f"{mark!r} where {' or '.join(marks)} belongs")
        self._at += 1
        return mark

    def leave(self, mark: str) -> bool:
        """Is that the next character? Then it is passed over."""
        while self._at >= len(self._held):
            if not self._more():
                return False
        if self._held[self._at] != mark:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """The next JSON value."""
        size = CHUNK
        while True:
            try:
                found, end = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError:
                if not self._more(size):
                    raise
                size *= 2  # so that a long value is not begun again too often
                continue
            length = end - self._at
            if end == len(self._held) and self._more():  # a number might go on
                continue
            self._at += length
            return found


def _pieces(opened: BinaryIO) -> Iterator[tuple[str, Any]]:
    """(name, value) of each member of the document; of a long list, (name, item) for each of its items."""
    text = _Text(opened)
    text.take("{")
    while True:
        name = text.value()
        text.take(":")
        if name in LONG:
            yield from ((name, item) for item in _items(text))
        else:
            yield name, text.value()
        if text.take(",", "}") == "}":
            return


def _items(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.leave("]"):
        return
    while True:
        yield text.value()
        if text.take(",", "]") == "]":
            return


class Entries(Collection[Entry]):
    """A long list of a stored document: sized, walked again and again, never held."""

    def __init__(self, path: Path, name: str, model: type[Entry], count: int) -> None:
        self._path, self._name, self._model, self._count = path, name, model, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Entry]:
        with self._path.open("rb") as opened:
            for name, item in _pieces(opened):
                if name == self._name:
                    yield self._model.model_validate(item)

    def __contains__(self, entry: object) -> bool:
        return any(entry == one for one in self)


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A document: `report` without its long lists, and these."""

    report: Report
    assets: Entries[AssetEntry]
    findings: Entries[FindingEntry]
    gaps: Entries[Gap]

    def without_findings(self) -> Report:
        """The document with everything but its findings in memory: what a format is given beside a stream of these."""
        return self.report.model_copy(update={"assets": tuple(self.assets), "not_assessed": tuple(self.gaps)})


def open_report(path: Path) -> StoredReport:
    """Look through a document in the canonical form. Raises InputError for what is not one."""
    head: dict[str, Any] = {name: [] for name in LONG}
    counts: Counter[str] = Counter()
    try:
        with path.open("rb") as opened:
            for name, value in _pieces(opened):
                if name in LONG:
                    counts[name] += 1
                else:
                    head[name] = value
        report = Report.model_validate(head)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InputError(f"not a report: {first['msg']}", str(path), where) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"not a report in the canonical form: {error}", str(path)) from error
    return StoredReport(
        report,
        Entries(path, "assets", AssetEntry, counts["assets"]),
        Entries(path, "findings", FindingEntry, counts["findings"]),
        Entries(path, "not_assessed", Gap, counts["not_assessed"]),
    )
