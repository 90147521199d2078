"""The contract of a report format. A module `reports/formats/<name>.py` holds `render` and one `FORMAT`; the folder is
the list. A format reads the frozen document and decides nothing: no clock, no database, no rule.
"""

import importlib
import pkgutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from inventory.errors import ChengjianError, InputError
from inventory.text import Language, Text
from reports import formats as folder
from reports.compare import Comparison, TrendPoint
from reports.report import FindingEntry, Report
from reports.view import View


@dataclass(frozen=True, slots=True)
class Source:
    """What is rendered: the document, and its findings as a sized collection that can be walked again and need not be
    in memory. With more findings than memory, `report.findings` is empty and `findings` streams them in document order."""

    report: Report
    findings: Collection[FindingEntry]

    @classmethod
    def of(cls, report: Report) -> "Source":
        """A document that is wholly in memory."""
        return cls(report, report.findings)


@dataclass(frozen=True, slots=True)
class Options:
    """How to render. `template` is a DOCX of the customer; `trend` the grades of earlier scans, oldest first."""

    language: Language = "zh"
    view: View = "full"
    comparison: Comparison | None = None
    trend: tuple[TrendPoint, ...] = ()
    template: Path | None = None
    comparable: bool = False
    page_rows: int = 5000
    table_cap: int = 3000


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the files, the first one first, and how many findings they hold; `capped` if fewer than all."""

    files: tuple[Path, ...]
    findings: int
    capped: bool = False


Render = Callable[[Source, Options, Path], Written]


@dataclass(frozen=True, slots=True)
class Format:
    """`render` writes to the path that it is given (and may write more files beside it). `bilingual`: one file serves
    both languages, so that the language is not part of its name."""

    name: str
    suffix: str
    title: Text
    render: Render
    bilingual: bool = False
    options: tuple[str, ...] = field(default=("view", "compare"))


@cache
def all_formats() -> dict[str, Format]:
    """Every format by name, in name order: the folder `reports/formats` is the list."""
    return {name: _loaded(name) for name in format_names()}


@cache
def format_names() -> tuple[str, ...]:
    """The names of the formats, sorted, without loading any: each brings a library of its own."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder.__path__)))


@cache
def _loaded(name: str) -> Format:
    form: Format = importlib.import_module(f"{folder.__name__}.{name}").FORMAT
    if form.name != name:
        raise ChengjianError(f"reports/formats/{name}.py holds a format named {form.name}")
    return form


def format_named(name: str) -> Format:
    """The format of that name. Raises InputError that lists the names."""
    if name in format_names():
        return _loaded(name)
    raise InputError(f"unknown report format {name!r}", hint="one of " + ", ".join(format_names()))


def write(source: Source, form: Format, options: Options, target: Path) -> Written:
    """Render to `target`, and check the row count after writing: a report that lost findings is never handed out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    written = form.render(source, options, target)
    if not written.capped and written.findings != len(source.findings):
        raise ChengjianError(f"{target}: {written.findings} of {len(source.findings)} findings were written")
    return written
