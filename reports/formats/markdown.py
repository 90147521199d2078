"""Markdown (GitHub flavour): the same sections as on paper, charts as the tables behind them."""

import re
from collections.abc import Iterator
from pathlib import Path

from inventory.text import Text
from reports.cover import cover_facts
from reports.format import Format, Options, Source, Written
from reports.printable import one_line
from reports.section import (
    Block,
    Cell,
    Chip,
    Column,
    Context,
    Facts,
    Figure,
    Group,
    Groups,
    Heading,
    Mono,
    Numbers,
    Paragraph,
    Scores,
    Signatures,
    Table,
    sections,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$^:=@])")


def render(source: Source, options: Options, target: Path) -> Written:
    """Write section by section; text cannot become markup."""
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(line + "\n" for line in lines(Context(source, options)))
    return Written((target,), len(source.findings))


def escape(text: str) -> str:
    """Text that shows itself: every mark of Markdown and HTML is escaped, line breaks are made visible."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def lines(context: Context) -> Iterator[str]:
    """The whole document, line by line."""
    report = context.source.report
    if report.simulated:
        yield f"> **{escape(context.label('simulated'))}**: {escape(context.label('simulated_sentence'))}"
        yield ""
    yield f"# {escape(context.say(report.title))}"
    yield ""
    yield f"*{escape(context.label('self_check'))} · {escape(context.word('view', context.options.view))}*"
    yield ""
    yield from _facts(cover_facts(context))
    yield escape(context.label("self_check_sentence"))
    yield ""
    for number, section in enumerate(sections(context), 1):
        yield f"## {number}\\. {escape(section.title)}"
        yield ""
        for block in section.blocks:
            yield from _block(context, block)


def _cell(cell: Cell) -> str:
    if isinstance(cell, Mono):
        return escape(cell.text)
    if isinstance(cell, Chip):
        return f"**{escape(cell.text)}**"
    if isinstance(cell, str):
        return escape(cell)
    return "<br>".join(_cell(part) for part in cell)


def _facts(rows: tuple[tuple[str, Cell], ...]) -> Iterator[str]:
    for name, value in rows:
        yield f"- **{escape(name)}**: {_cell(value)}"
    yield ""


def _table(context: Context, table: Table) -> Iterator[str]:
    yield from _head(table.columns)
    for row in table.rows:
        yield "| " + " | ".join(_cell(cell) for cell in row) + " |"
    yield ""
    if table.shown < table.total:
        yield escape(context.label("capped", shown=table.shown, total=table.total))
        yield ""
    elif table.dense:
        yield escape(context.label("rows_all", total=table.total))
        yield ""


def _head(columns: tuple[Column, ...]) -> Iterator[str]:
    yield "| " + " | ".join(escape(column.title) for column in columns) + " |"
    yield "|" + "|".join(" ---: " if column.align == "right" else " --- " for column in columns) + "|"


def _group(context: Context, group: Group) -> Iterator[str]:
    yield f"### {escape(group.heading)} " + " ".join(f"\\[{escape(chip.text)}\\]" for chip in group.chips)
    yield ""
    yield from _facts(group.facts)
    yield from _table(context, group.table)


def _block(context: Context, block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield from (escape(block.text), "")
        case Heading():
            yield from (f"### {escape(block.text)}", "")
        case Facts():
            yield from _facts(block.rows)
        case Table():
            yield from _table(context, block)
        case Figure():
            yield from (f"**{escape(block.caption)}**", "")
            yield from _table(context, Table(block.columns, block.rows, len(block.rows), len(block.rows)))
        case Scores():
            for score in block.scores:
                notes = "; ".join(escape(note) for note in score.notes)
                yield f"- **{escape(score.title)}: {escape(score.figure)}** \\[{escape(score.conclusion.text)}\\] {notes}"
            yield ""
        case Numbers():
            yield " · ".join(f"{escape(name)} **{escape(figure)}**" for figure, name in block.numbers)
            yield ""
        case Groups():
            for group in block.groups:
                yield from _group(context, group)
            yield escape(context.label("rows_shown", shown=block.shown, total=block.total))
            yield ""
        case Signatures():
            for role, name in block.roles:
                yield f"- {escape(role)}: {escape(name)} \\_\\_\\_\\_\\_\\_\\_\\_"
            yield ""


FORMAT = Format("markdown", ".md", Text(zh="Markdown文档", en="Markdown"), render)
