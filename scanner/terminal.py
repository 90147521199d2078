"""What a person sees on a terminal: escaped, aligned, coloured only where a terminal asks for it."""

import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

COLOURS = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "bold": 1, "dim": 2}


def safe(text: str, *, lines: bool = False) -> str:
    """Text from outside, harmless on a terminal: controls, bidirectional marks and the like are shown as escapes."""
    return "".join(
        char
        if (lines and char == "\n") or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )


def wants_colour(stream: TextIO) -> bool:
    """Colour only on a terminal, and never against NO_COLOR."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(text: str, colour: str, stream: TextIO | None = None) -> str:
    """The text in a colour, where the stream is a terminal."""
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if wants_colour(stream or sys.stdout) else text


def width(text: str) -> int:
    """Columns that the text takes: Chinese characters take two (Unicode TR 11)."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text if not unicodedata.combining(char)
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows in columns, escaped; the last column is not padded."""
    cells = [list(head), *[[safe("" if cell is None else str(cell)) for cell in row] for row in rows]]
    widths = [max(width(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def say(text: str) -> None:
    """One line or block of trusted text on stdout."""
    print(text)


def say_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def note(text: str) -> None:
    """Progress and logs: stderr, escaped."""
    print(safe(text, lines=True), file=sys.stderr, flush=True)
