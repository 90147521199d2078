"""Gathering what the configuration of a service says, each value with the lines that it stands on."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inventory.configuration import Interest, Reading, Row, Value, split_lines
from inventory.endpoint import Transport


class ServiceNotes:
    """Rows of fact tables for one service, and how many lines were understood."""

    def __init__(self, family: str, file: str) -> None:
        self.family = family
        self.file = file
        self.name = ""
        self.rows: dict[tuple[str, Transport, int], tuple[dict[str, Value], dict[str, list[int]]]] = {}
        self.seen: set[Interest] = set()
        self.total = 0
        self.missed: list[int] = []

    def line(self, number: int, *, known: bool) -> None:
        """Count a line that says something."""
        self.total += 1
        if not known:
            self.missed.append(number)

    def put(
        self, table: str, column: str, value: Value | None, line: int, port: int = 0, transport: Transport | None = None
    ) -> None:
        """A setting that a later line replaces; None is passed over. Port 0 without a transport is the whole asset."""
        if value is None:
            return
        where: Transport = transport or ("tcp" if port else "none")
        values, lines = self.rows.setdefault((table, where, port), ({}, {}))
        values[column] = value
        lines[column] = [line]

    def worst(
        self, table: str, column: str, value: bool, line: int, port: int = 0, transport: Transport | None = None
    ) -> None:
        """A yes outweighs any no; equal statements gather their lines."""
        where: Transport = transport or ("tcp" if port else "none")
        values, lines = self.rows.setdefault((table, where, port), ({}, {}))
        before = values.get(column)
        if before == value:
            lines[column].append(line)
        elif not before:
            values[column] = value
            lines[column] = [line]

    def interest(self, word: str, line: int) -> None:
        """Mark a line of interest."""
        self.seen.add(Interest(line, word))

    def reading(self) -> Reading:
        """The finished reading."""
        rows = tuple(
            Row(table, dict(values), {name: tuple(dict.fromkeys(at)) for name, at in lines.items()}, transport, port)
            for (table, transport, port), (values, lines) in sorted(self.rows.items())
        )
        return Reading(
            self.family, self.file, "service", rows, tuple(sorted(self.seen)), self.total,
            self.total - len(self.missed), tuple(self.missed), self.name,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """One directive: its line, its name in lower case, its value without quotes, and the section that it stands in."""

    line: int
    name: str
    value: str
    section: str = ""


def settings(
    text: str, *, comments: str = "#", separator: str = r"\s*=\s*|\s+", sections: bool = False
) -> Iterator[Setting]:
    """Directives of files with one a line: `name value` or `name = value`, and `[section]` where there are any."""
    section = ""
    parts = re.compile(rf"([^\s=:]+)(?:{separator})(.*)$")
    for number, raw in enumerate(split_lines(text), 1):
        line = raw.strip()
        if not line or line[0] in comments:
            continue
        if sections and line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip().lower()
            yield Setting(number, "[" + section + "]", "", section)
            continue
        found = parts.match(line)
        name, value = (found[1], found[2]) if found else (line, "")
        yield Setting(number, name.lower(), unquote(value.strip()), section)


def unquote(text: str) -> str:
    """Without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def without_comment(text: str, mark: str = "#") -> str:
    """Without a trailing comment."""
    return re.split(rf"\s+{re.escape(mark)}", text, maxsplit=1)[0].strip()


def yes(text: str) -> bool | None:
    """on, yes, true, 1 · off, no, false, 0 · anything else is unknown."""
    word = text.strip().lower().rstrip(";")
    if word in ("on", "yes", "true", "1", "enabled", "enable"):
        return True
    return False if word in ("off", "no", "false", "0", "disabled", "disable", "none") else None


def loopback(address: str) -> bool:
    """Whether an address or name is the loopback."""
    bare = address.strip().strip("[]").lower().removeprefix("-")
    return bare.startswith("127.") or bare in ("::1", "localhost")


EVERYWHERE = frozenset({"0.0.0.0", "*", "::", "0.0.0.0/0", "all", ""})  # noqa: S104 - read, not bound


def everywhere(address: str) -> bool:
    """Whether an address means all addresses."""
    return address.strip().strip("[]").lower().removeprefix("-") in EVERYWHERE


TLS_VERSIONS = {"sslv2": 0x0200, "sslv3": 0x0300, "tlsv1": 0x0301, "tlsv1.0": 0x0301, "tlsv1.1": 0x0302, "tlsv1.2": 0x0303, "tlsv1.3": 0x0304}  # fmt: skip


def tls_versions(words: str) -> tuple[int, int] | None:
    """Oldest and newest version that a list of names allows (nginx, Apache with + and -, Tomcat), or None."""
    on: set[int] = set()
    named = False
    for raw in re.split(r"[\s,:+]+|(?=-)", words.strip().lower()):
        word = raw.strip("\"';")
        if word in ("all", "+all"):
            on |= {0x0301, 0x0302, 0x0303, 0x0304}
            named = True
        elif word.lstrip("-!").strip() in TLS_VERSIONS:
            version = TLS_VERSIONS[word.lstrip("-!").strip()]
            named = True
            if word.startswith(("-", "!")):
                on.discard(version)
            else:
                on.add(version)
    return (min(on), max(on)) if named and on else None


WEAK_SUITES = re.compile(
    r"(?:^|[:, +_-])(?:a?null|enull|anon|adh|aecdh|export|exp|des|3des|des-cbc3|rc4|rc2|idea|md5|low|all|complementofall|medium)(?=$|[:, +_-])",
    re.IGNORECASE,
)


def weak_suites(words: str) -> bool:
    """Whether an OpenSSL cipher list lets broken suites in: each part that is not refused with `!` or `-` is looked at."""
    parts = [part for part in re.split(r"[:, ]+", words) if part and part[0] not in "!-"]
    refused = {part[1:].lower() for part in re.split(r"[:, ]+", words) if part and part[0] in "!-"}
    for part in parts:
        found = WEAK_SUITES.search(part)
        if found and found[0].strip(":, +_-").lower() not in refused:
            return not (
                part.lower() in ("all", "medium", "complementofall") and {"rc4", "3des", "des", "anull"} <= refused
            )
    return False


def simple_reader(
    family: str,
    known: frozenset[str],
    look: Callable[[ServiceNotes, list[Setting]], None],
    *,
    comments: str = "#",
    separator: str = r"\s*=\s*|\s+",
    sections: bool = False,
    normal: Callable[[str], str] = lambda name: name,
) -> Callable[[str, str], Reading]:
    """A reader of files with one directive a line."""

    def read(text: str, file: str) -> Reading:
        notes = ServiceNotes(family, file)
        found = [
            Setting(item.line, normal(item.name), item.value, item.section)
            for item in settings(text, comments=comments, separator=separator, sections=sections)
        ]
        for item in found:
            notes.line(item.line, known=item.name in known or item.name.startswith("["))
        look(notes, found)
        return notes.reading()

    return read
