"""The contract of a section: a pure function from the document to blocks in one language, which every paper format
(html, pdf, docx, markdown) lays out in its own way. Modules in `reports/sections/` hold the functions; a view orders them.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from markupsafe import Markup

from inventory.text import Text
from reports import sections as folder
from reports.format import Options, Source
from reports.view import SECTIONS
from reports.words import label, word

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A coded word in a cell: a verdict, a severity, a flag. `code` chooses the colour, `text` says it."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Mono:
    """Text that is shown letter by letter: digests, ids, excerpts, addresses."""

    text: str


Line = str | Chip | Mono
Cell = Line | tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: title, share of the table's width, alignment."""

    title: str
    share: float = 1.0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `note` is small print, `lead` stands out."""

    text: str
    style: Literal["normal", "note", "lead"] = "normal"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one pair a line."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. `rows` may stream and is walked once; `total` is how many there are in the document, of which
    `shown` are here."""

    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    total: int
    shown: int
    dense: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, with the figures that it shows for formats and readers without pictures."""

    caption: str
    svg: Markup
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """One grade at a glance: name, figure, interval, conclusion and what stands beside it."""

    title: str
    figure: str
    conclusion: Chip
    lower: float | None
    upper: float | None
    point: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Grades side by side."""

    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Large figures with their names."""

    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one rule, or all of one owner: heading, tags, text, and a table."""

    heading: str
    chips: tuple[Chip, ...]
    facts: tuple[tuple[str, Cell], ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups that may stream, walked once."""

    groups: Iterable[Group]
    total: int
    shown: int


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on: role and name."""

    roles: tuple[tuple[str, str], ...]


Block = Paragraph | Heading | Facts | Table | Figure | Scores | Numbers | Groups | Signatures


@dataclass(frozen=True, slots=True)
class Context:
    """What a section is made from. `row_limit` bounds tables of the format, None for those that stream."""

    source: Source
    options: Options
    row_limit: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: Text | None) -> str:
        """A text of the document in the language asked for; a dash for none."""
        return "—" if text is None else text.say(self.options.language)

    def label(self, name: str, **values: object) -> str:
        """A fixed text in the language asked for."""
        return label(name, self.options.language, **values)

    def word(self, kind: str, code: str | None) -> str:
        """What a code is called in the language asked for."""
        return word(kind, code, self.options.language)

    def listed(self, items: Iterable[str]) -> str:
        """Things in a row; a dash for none."""
        return ("、" if self.options.language == "zh" else ", ").join(items) or "—"

    def parts(self, items: Iterable[str]) -> str:
        """Parts of a sentence; a dash for none."""
        return ("；" if self.options.language == "zh" else "; ").join(items) or "—"

    def aside(self, text: str) -> str:
        """A remark in brackets, to be written behind a word."""
        return f"（{text}）" if self.options.language == "zh" else f" ({text})"

    def chip(self, kind: str, code: str) -> Chip:
        """A code as a coloured word."""
        return Chip(code, self.word(kind, code))


Build = Callable[[Context], Iterator[Block]]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the report; its blocks stream."""

    name: str
    title: str
    blocks: Iterator[Block]


@cache
def all_builders() -> dict[str, Build]:
    """Section name → builder, from the `BUILDERS` of every module in the folder."""
    found: dict[str, Build] = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda item: item.name):
        builders: Mapping[str, Build] = importlib.import_module(f"{folder.__name__}.{module.name}").BUILDERS
        found.update(builders)
    return found


def sections(context: Context) -> Iterator[Section]:
    """The sections of the view, in its order; one that has nothing to say is left out by its builder's silence."""
    builders = all_builders()
    for name in SECTIONS[context.options.view]:
        blocks = builders[name](context)
        first = next(blocks, None)
        if first is not None:
            yield Section(name, context.label(name), _with(first, blocks))


def _with(first: Block, rest: Iterator[Block]) -> Iterator[Block]:
    yield first
    yield from rest
