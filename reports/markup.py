"""Cells and rows as HTML, made here and not in the template: a report of a region has millions of them."""

import html
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from markupsafe import Markup

from reports.printable import printable
from reports.section import Cell, Chip, Column, Line, Mono, Table

ROWS_AT_ONCE = 250  # rows that the template gets as one piece
SHORT = 200  # characters of a text that is likely to come again


class Ready(str):
    """A cell that is HTML already, every text in it escaped by this module."""

    __slots__ = ()


def text_html(text: str) -> str:
    """Printable and escaped text."""
    return _cached(text) if len(text) <= SHORT else unique_html(text)


def unique_html(text: str) -> str:
    """As `text_html`, of a text that will not come again."""
    return html.escape(printable(text))


_cached = lru_cache(maxsize=5_000)(unique_html)


def line_html(line: Line) -> str:
    """One line of a cell."""
    if isinstance(line, str):
        return text_html(line)
    if isinstance(line, Chip):
        return f'<span class="chip {text_html(line.code)}">{text_html(line.text)}</span>'
    return f'<span class="mono">{text_html(line.text)}</span>'


def cell_html(cell: Cell) -> str:
    """A cell: one line, or several under each other; chips stand side by side."""
    if isinstance(cell, str):
        return cell if type(cell) is Ready else text_html(cell)
    if isinstance(cell, (Chip, Mono)):
        return line_html(cell)
    return "".join(
        line_html(part) if isinstance(part, Chip) else f'<span class="line">{line_html(part)}</span>' for part in cell
    )


def rows_html(table: Table) -> Iterator[Markup]:
    """The rows of a table, some at a time."""
    opening = ["<td>" if column.align == "left" else f'<td class="{column.align}">' for column in table.columns]
    walked = iter(table.rows)
    while some := list(islice(walked, ROWS_AT_ONCE)):
        piece = "".join(
            [
                f"<tr>{''.join([f'{begin}{cell if type(cell) is Ready else cell_html(cell)}</td>' for begin, cell in zip(opening, row, strict=True)])}</tr>\n"
                for row in some
            ]
        )
        yield Markup(piece)  # noqa: S704 - every text in it was escaped above


def facts_html(rows: Sequence[tuple[str, Cell]]) -> Markup:
    """Names and values."""
    pairs = "".join(f"<dt>{text_html(name)}</dt><dd>{cell_html(value)}</dd>" for name, value in rows)
    return Markup(f'<dl class="facts">{pairs}</dl>')  # noqa: S704 - every text in it was escaped above


def head_html(columns: Sequence[Column]) -> Markup:
    """Column widths and titles."""
    whole = sum(column.share for column in columns)
    widths = "".join(f'<col style="width:{100 * column.share / whole:.1f}%">' for column in columns)
    titles = "".join(f'<th class="{column.align}">{text_html(column.title)}</th>' for column in columns)
    return Markup(f"<colgroup>{widths}</colgroup><thead><tr>{titles}</tr></thead>")  # noqa: S704 - as above
