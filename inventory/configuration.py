"""What a configuration file says: facts with the line that each of them stands on.

A module `inventory/imports/config/<family>.py` holds one `FAMILY`; the folder is the list. `read` is pure: text in, a
`Reading` out, never an exception for bad text. What the file does not say stays unknown: a missing line is not a value.
Lines that were not understood are counted and listed, because silence is not compliance.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from inventory.asset import Component
from inventory.endpoint import Transport
from inventory.errors import ChengjianError, ImportFormatError

Value = int | bool | str
LARGEST_FILE = 16 * 1024 * 1024  # bytes of one configuration

# The classes of lines that an auditor looks for. They are evidence, not verdicts.
INTEREST = (
    "snmp_community",
    "snmp_default_string",
    "telnet_on",
    "http_on",
    "plain_or_weak_password",
    "vty_no_auth",
    "ftp_on",
    "weak_ssh",
    "permit_any",
    "ntp_server",
    "syslog_server",
    "aaa_radius_tacacs",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a fact table. `lines` names the file's lines (from 1) that each column was read from."""

    table: str
    values: Mapping[str, Value]
    lines: Mapping[str, tuple[int, ...]]
    transport: Transport = "none"
    port: int = 0


@dataclass(frozen=True, order=True, slots=True)
class Interest:
    """A line of interest: its number from 1 and its class, one of INTEREST."""

    line: int
    word: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read from one file. `lines_total` counts the lines that say something (no blank line, no
    comment), `lines_understood` those that the family's grammar knows, `not_understood` the numbers of the others.
    `name` is the host name where the file states one. `complete`: its owner says that the file is the whole configuration,
    so that what it does not name is not there."""

    family: str
    file: str
    kind: Literal["device", "service"]
    rows: tuple[Row, ...] = ()
    interest: tuple[Interest, ...] = ()
    lines_total: int = 0
    lines_understood: int = 0
    not_understood: tuple[int, ...] = ()
    name: str = ""
    components: tuple[Component, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of configuration. `marks` are patterns with a weight: the family whose marks weigh most in a text owns it
    (each pattern counts once). `file_names` are usual names, which settle what the text leaves open."""

    name: str
    kind: Literal["device", "service"]
    vendor: str
    marks: tuple[tuple[str, int], ...]
    read: Callable[[str, str], Reading]
    file_names: tuple[str, ...] = ()
    layer: str = "network"
    patterns: tuple[tuple[re.Pattern[str], int], ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        compiled = tuple((re.compile(text, re.MULTILINE), weight) for text, weight in self.marks)
        object.__setattr__(self, "patterns", compiled)

    def weight(self, text: str, file: str) -> int:
        """How much this text looks like this family; 0 is not at all."""
        seen = sum(weight for pattern, weight in self.patterns if pattern.search(text))
        base = file.replace("\\", "/").rsplit("/", 1)[-1].lower()
        return seen + (4 if any(base == name or base.endswith("-" + name) for name in self.file_names) else 0)

    def shown_at(self, lines: Sequence[str]) -> int:
        """The number of the first line that shows the family, or 0 where only its name or the user does."""
        shown = (number for number, line in enumerate(lines, 1) for mark, _ in self.patterns if mark.search(line[:200]))
        return next(shown, 0)


@cache
def all_families() -> dict[str, Family]:
    """Every family by name, in name order: the folder `inventory/imports/config` is the list."""
    folder = importlib.import_module("inventory.imports.config")
    found = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda item: item.name):
        family: Family = importlib.import_module(f"{folder.__name__}.{module.name}").FAMILY
        if family.name != module.name:
            raise ChengjianError(f"inventory/imports/config/{module.name}.py holds a family named {family.name}")
        found[family.name] = family
    return found


def decode(data: bytes, file: str) -> str:
    """Text of a configuration: UTF-8 (with or without a byte order mark), UTF-16 with one, else GB18030.

    Raises ImportFormatError for a file that is too large or binary."""
    if len(data) > LARGEST_FILE:
        raise ImportFormatError(f"larger than {LARGEST_FILE} bytes", file, hint="is this a configuration?")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\x00" in data[:4096]:
        raise ImportFormatError("a binary file, not a configuration", file, hint="export it as text")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def split_lines(text: str) -> list[str]:
    """Lines as an editor numbers them: only CR LF, LF and CR end a line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def blanked(text: str, start: str, end: str, *, inside: bool = False) -> str:
    """The text with everything from `start` to the next `end` blanked (`inside`: only what lies between), lines kept. In
    linear time whatever the text; a block without an end goes on to the end of the text."""
    parts: list[str] = []
    at = 0
    while (found := text.find(start, at)) >= 0:
        stop = text.find(end, found + len(start))
        upto = len(text) if stop < 0 else stop
        first, last = (found + len(start), upto) if inside else (found, upto + (0 if stop < 0 else len(end)))
        parts += [text[at:first], "\n" * text.count("\n", first, last)]
        at = last
        if stop < 0:
            break
    return "".join([*parts, text[at:]])


def detect(text: str, file: str) -> str | None:
    """The family that this text belongs to, or None where nothing is recognised."""
    sample = "\n".join(line.rstrip()[:200] for line in text[:400_000].split("\n") if line.strip())
    weighed = [(family.weight(sample, file), family.name) for family in all_families().values()]
    best = max(weight for weight, _ in weighed)
    return min(name for weight, name in weighed if weight == best) if best >= 3 else None


def hide(text: str) -> str:
    """The text with the same lines and without passwords, keys and communities."""
    without: Callable[[str], str] = importlib.import_module("inventory.imports.dialects.secrets").hide
    return without(text)


def read(text: str, file: str, family: str | None = None, *, complete: bool = False) -> Reading:
    """Read a configuration of the given family, or of the one that its content shows, else of family `unknown`, of
    which no line is understood; `complete` says that nothing was left out of it. Raises ImportFormatError where the named
    family does not exist."""
    hidden = hide(text)
    name = family or detect(hidden, file) or "unknown"
    if name not in all_families():
        raise ImportFormatError(f"no family {name!r}", file, hint="known: " + ", ".join(all_families()))
    reading = all_families()[name].read(hidden, file)
    return whole(reading, hidden) if complete else reading


# Counts that are 0 where the whole configuration names none.
ZERO_IF_COMPLETE = ("ntp_servers", "syslog_servers", "aaa_servers")


def whole(reading: Reading, text: str) -> Reading:
    """The reading of a whole configuration: servers that a device's file does not name are not there. Only its owner can say
    so, for an excerpt ends in `end` or `return` as well. The lines quoted are the last one that says something."""
    lines = split_lines(text)
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=0)
    return replace(
        reading,
        complete=True,
        rows=tuple(_with_zeros(row, last) if row.table == "device_config" else row for row in reading.rows),
    )


def _with_zeros(row: Row, last: int) -> Row:
    missing = [name for name in ZERO_IF_COMPLETE if name not in row.values]
    return replace(
        row,
        values={**row.values, **dict.fromkeys(missing, 0)},
        lines={**row.lines, **dict.fromkeys(missing, (last,))},
    )
