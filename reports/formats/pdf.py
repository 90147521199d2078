"""PDF by typst: searchable text with embedded Chinese fonts. Tables are capped, and say so with counts."""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from inventory.errors import ChengjianError, InputError
from inventory.text import Text
from reports.charts import meter, self_contained
from reports.cover import cover_facts
from reports.format import Format, Options, Source, Written
from reports.printable import printable
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
from reports.view import SECTIONS

TEMPLATE = files("reports") / "templates" / "pdf" / "report.typ"
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun")
MONO = ("DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Consolas", "Menlo")
_LONG_WORD = re.compile(r"[^\s\u2e80-\uffff]{18}(?=[^\s\u2e80-\uffff])")
MOST_ROWS = 1000  # of one table: typst holds the whole document in memory, some 200 kB a row of findings
KEPT_WHOLE = 1500  # characters
_BREAK = "\u200b"  # a place where a long word may break; it has no width and no glyph


def render(source: Source, options: Options, target: Path) -> Written:
    """Lay out and write. Raises InputError where no font with Chinese characters is installed."""
    context = Context(source, options, row_limit=min(options.table_cap, MOST_ROWS))
    tally = _Tally()
    data = _document(context, tally)
    compile_files: Any = typst.compile  # takes a mapping of files too, which its types do not say
    try:
        made = compile_files(
            {"main.typ": TEMPLATE.read_bytes(), "data.json": json.dumps(data, ensure_ascii=False).encode()},
            format="pdf",
        )
    except (typst.TypstError, RuntimeError) as error:
        raise ChengjianError(f"typst could not lay out {target.name}: {error}") from error
    if not isinstance(made, bytes):
        raise ChengjianError(f"typst gave no PDF for {target.name}")
    target.write_bytes(made)
    shown = tally.findings if "findings" in SECTIONS[options.view] else len(source.findings)
    return Written((target,), shown, capped=shown < len(source.findings))


class _Tally:
    """Counts the findings that were laid out."""

    findings = 0


@cache
def _families() -> frozenset[str]:
    return frozenset(typst.Fonts().families())


def fonts(wanted: Sequence[str]) -> list[str]:
    """Those of the families that are installed, in the order wished for."""
    return [name for name in wanted if name in _families()]


def _document(context: Context, tally: _Tally) -> dict[str, Any]:
    sans = fonts(SANS)
    if not sans:
        raise InputError("no font with Chinese characters is installed", hint=f"install one of: {', '.join(SANS)}")
    report = context.source.report
    return {
        "title": _say(context.say(report.title)),
        "lang": context.options.language,
        "sans": sans,
        "serif": [*fonts(SERIF), *sans],
        "mono": [*fonts(MONO), *sans],
        "simulated": context.label("simulated") if report.simulated else None,
        "kind": context.label("self_check"),
        "view": context.word("view", context.options.view),
        "statement": context.label("self_check_sentence"),
        "cover": _pairs(cover_facts(context)),
        "sections": [
            {"title": section.title, "blocks": [_block(context, block, tally, sans[0]) for block in section.blocks]}
            for section in sections(context)
        ],
    }


def _say(text: str) -> str:
    return _LONG_WORD.sub(lambda match: match.group() + _BREAK, printable(text))


def _line(item: str | Chip | Mono) -> dict[str, str]:
    if isinstance(item, Chip):
        return {"kind": "chip", "code": item.code, "text": _say(item.text)}
    if isinstance(item, Mono):
        return {"kind": "mono", "text": _say(item.text)}
    return {"kind": "text", "text": _say(item)}


def _cell(cell: Cell) -> list[dict[str, str]]:
    return [_line(cell)] if isinstance(cell, (str, Chip, Mono)) else [_line(item) for item in cell]


def _is_short(cells: Sequence[Sequence[dict[str, str]]]) -> bool:
    """Whether a row surely fits on a page, so that it need not be torn at its end."""
    return sum(len(line["text"]) + 40 for cell in cells for line in cell) < KEPT_WHOLE


def _pairs(rows: Sequence[tuple[str, Cell]]) -> dict[str, Any]:
    values = [_cell(value) for _, value in rows]
    pairs = [[_say(name), value] for (name, _), value in zip(rows, values, strict=True)]
    return {"rows": pairs, "whole": _is_short(values)}


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [{"title": _say(column.title), "share": column.share, "align": column.align} for column in columns]


def _table(context: Context, table: Table) -> dict[str, Any]:
    note = None
    if table.shown < table.total:
        note = context.label("capped", shown=table.shown, total=table.total)
    elif table.dense:
        note = context.label("rows_all", total=table.total)
    rows = []
    for row in table.rows:
        cells = [_cell(cell) for cell in row]
        rows.append({"cells": cells, "whole": _is_short(cells)})
    return {"kind": "table", "columns": _columns(table.columns), "rows": rows, "dense": table.dense, "note": note}


def _group(context: Context, group: Group, tally: _Tally) -> dict[str, Any]:
    made = _table(context, group.table)
    tally.findings += len(made["rows"])
    return {
        "heading": _say(group.heading),
        "chips": [_line(chip) for chip in group.chips],
        "facts": _pairs(group.facts),
        "table": {**made, "note": None},
    }


def _block(context: Context, block: Block, tally: _Tally, font: str) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": _say(block.text), "style": block.style}
        case Heading():
            return {"kind": "heading", "text": _say(block.text)}
        case Facts():
            return {"kind": "facts", "facts": _pairs(block.rows)}
        case Table():
            return _table(context, block)
        case Figure():
            return {"kind": "figure", "caption": _say(block.caption), "svg": self_contained(block.svg, font)}
        case Scores():
            return {
                "kind": "scores",
                "scores": [
                    {
                        "title": _say(score.title),
                        "figure": score.figure,
                        "conclusion": _line(score.conclusion),
                        "meter": self_contained(meter(score.lower, score.upper, score.point), font),
                        "notes": [_say(note) for note in score.notes],
                    }
                    for score in block.scores
                ],
            }
        case Numbers():
            return {"kind": "numbers", "numbers": [[_say(figure), _say(name)] for figure, name in block.numbers]}
        case Groups():
            groups = [_group(context, group, tally) for group in block.groups]
            name = "rows_shown" if block.shown == block.total else "capped"
            return {
                "kind": "groups",
                "groups": groups,
                "note": context.label(name, shown=block.shown, total=block.total),
            }
        case Signatures():
            caption = f"{context.label('signature')}　　　　　　{context.label('date')}"
            return {
                "kind": "signatures",
                "roles": [[role, _say(name)] for role, name in block.roles],
                "caption": caption,
            }


FORMAT = Format("pdf", ".pdf", Text(zh="PDF文档", en="PDF document"), render)
