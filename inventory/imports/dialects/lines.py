"""A grammar of command lines: views, the commands known in each, and which command opens which view.

The grammar is text, one view after the other:

    view interface
      ip address|binding|unnumbered        a prefix of words; `|` parts alternatives, `?` is any one word
      qos; stp; lldp                       `;` parts commands
      ppp authentication-mode -> ppp       the command opens a view
    view bgp-family = bgp                  a view that knows what another knows, and more

A line is understood when its words begin with a known command of its view; the family's negation (`undo`, `no`) before
a command is understood with it. Indentation says which view a line stands in; where a file has lost its indentation, the view is
the innermost open one that knows the line.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from inventory.configuration import split_lines

Step = frozenset[str] | None  # None is any one word


@dataclass(frozen=True, slots=True)
class Command:
    """A prefix of words, and the view that it opens (empty: none)."""

    steps: tuple[Step, ...]
    opens: str


@dataclass(slots=True)
class Grammar:
    """Commands by view and first word (`` for commands that begin with any word)."""

    views: dict[str, dict[str, list[Command]]] = field(default_factory=dict)

    def find(self, view: str, words: list[str]) -> Command | None:
        """The longest known command that these words begin with, in one view."""
        table = self.views.get(view)
        if table is None:
            return None
        best: Command | None = None
        for command in (*table.get(words[0], ()), *table.get("", ())):
            steps = command.steps
            if len(steps) > len(words) or (best is not None and len(steps) <= len(best.steps)):
                continue
            if all(step is None or word in step for step, word in zip(steps, words, strict=False)):
                best = command
        return best


def grammar(*texts: str) -> Grammar:
    """Read the grammar's text form; later texts add to earlier ones."""
    built = Grammar()
    view = "top"
    for raw in (part for text in texts for line in text.splitlines() for part in line.split(";")):
        line = raw.strip()
        if not line:
            continue
        if line.startswith("view "):
            view, _, parents = line.removeprefix("view ").partition(" = ")
            table = built.views.setdefault(view, {})
            for parent in parents.split():
                for first, commands in built.views[parent].items():
                    table.setdefault(first, []).extend(commands)
            continue
        prefix, _, opens = line.partition(" -> ")
        steps = tuple(None if word == "?" else frozenset(word.split("|")) for word in prefix.split())
        table = built.views.setdefault(view, {})
        for first in steps[0] or {""}:
            table.setdefault(first, []).append(Command(steps, opens.strip()))
    return built


@cache
def _either(step: str) -> frozenset[str]:
    return frozenset(step.split("|"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something: number from 1, its words in lower case and as written, whether a negation stood
    before them, the views it stands in from the outside in (without `top`), the lines that opened them, and whether
    the grammar knows it."""

    number: int
    words: tuple[str, ...]
    raw: tuple[str, ...]
    negated: bool
    views: tuple[str, ...]
    openers: tuple["Line", ...]
    known: bool
    depth: int

    @property
    def view(self) -> str:
        """The innermost view."""
        return self.views[-1] if self.views else "top"

    def starts(self, first: str, *more: str) -> bool:
        """Whether the words begin with these; `a|b` is either."""
        words = self.words  # never empty; nearly every call ends at the first word
        if words[0] not in _either(first) or len(words) <= len(more):
            return False
        return all(word in _either(step) for word, step in zip(words[1:], more, strict=False))

    def after(self, word: str) -> str:
        """The word after the first `word`, as written, or an empty string."""
        for index, seen in enumerate(self.words[:-1]):
            if seen == word:
                return self.raw[index + 1]
        return ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a family writes its lines. `comment` tells comment lines; `resets` tells lines that close all views at and
    below their indentation; `text_block` returns, for a line that begins free text (a banner, a certificate), a test
    that tells its last line."""

    grammar: Grammar
    comment: re.Pattern[str]
    resets: re.Pattern[str]
    closes: frozenset[str] = frozenset({"quit", "exit"})
    returns: frozenset[str] = frozenset({"return", "end"})
    negations: frozenset[str] = frozenset({"no"})
    text_block: Callable[[str], Callable[[str], bool] | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Parsed:
    """The lines that say something, and the numbers of lines of free text, which belong to the command before them."""

    lines: tuple[Line, ...]
    text_lines: tuple[int, ...]

    @property
    def total(self) -> int:
        """Lines that say something."""
        return len(self.lines) + len(self.text_lines)

    @property
    def not_understood(self) -> tuple[int, ...]:
        """The numbers of the lines that the grammar does not know."""
        return tuple(line.number for line in self.lines if not line.known)


def inside(lines: Iterable[Line]) -> dict[int, list[Line]]:
    """Number of a line that opens a view → the lines in that view and in those below it."""
    found: dict[int, list[Line]] = {}
    for line in lines:
        for opener in line.openers:
            found.setdefault(opener.number, []).append(line)
    return found


def parse(text: str, dialect: Dialect) -> Parsed:
    """Give every line its view. Never raises; the depth of views is bounded by the indentation."""
    source = split_lines(text.expandtabs(1))
    flat = not any(line[:1] == " " and line.strip() for line in source)
    found: list[Line] = []
    texts: list[int] = []
    stack: list[tuple[int, str, Line]] = []
    ends: Callable[[str], bool] | None = None
    for number, line in enumerate(source, 1):
        if ends is not None:
            if line.strip():
                texts.append(number)
            if ends(line):
                ends = None
            continue
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if dialect.resets.match(stripped):
            stack = [entry for entry in stack if entry[0] < indent]
        if not stripped or dialect.comment.match(stripped):
            continue
        if not flat:
            stack = [entry for entry in stack if entry[0] < indent]
        raw, negated = _without_negation(stripped.split(), dialect.negations)
        words = [word.lower() for word in raw]
        views = tuple(entry[1] for entry in stack)
        openers = tuple(entry[2] for entry in stack)
        if words[0] in dialect.returns and len(words) == 1:
            stack = []
            found.append(Line(number, tuple(words), tuple(raw), negated, (), (), True, indent))
            continue
        if words[0] in dialect.closes and len(words) == 1:
            found.append(Line(number, tuple(words), tuple(raw), negated, views, openers, True, indent))
            stack = stack[:-1] if flat else stack
            continue
        command, kept = _place(dialect.grammar, stack, words, flat=flat)
        stack = stack[:kept]
        seen = Line(
            number, tuple(words), tuple(raw), negated, views[:kept], openers[:kept], command is not None, indent
        )
        found.append(seen)
        ends = dialect.text_block(line)
        if command is None and not flat:
            stack.append((indent, "?", seen))
        elif command is not None and command.opens and not negated:
            stack.append((len(stack) if flat else indent, command.opens, seen))
    return Parsed(tuple(found), tuple(texts))


def _without_negation(words: list[str], negations: frozenset[str]) -> tuple[list[str], bool]:
    if words[0].lower() in negations and len(words) > 1:
        return words[1:], True
    return words, False


def _place(
    known: Grammar, stack: list[tuple[int, str, Line]], words: list[str], *, flat: bool
) -> tuple[Command | None, int]:
    """The command and how many open views it keeps. A flat file is searched from the innermost view outwards."""
    depths: Iterator[int] = iter(range(len(stack), -1, -1)) if flat else iter((len(stack),))
    for depth in depths:
        command = known.find(stack[depth - 1][1] if depth else "top", words)
        if command is not None:
            return command, depth
    return None, 0 if flat else len(stack)
