"""DOCX: the sections as a Word document, or the customer's own template filled in (`--template`, see `reports.docx_template`)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from inventory.text import Text
from reports.cover import cover_facts
from reports.docx_template import fill
from reports.format import Format, Options, Source, Written
from reports.printable import one_line, printable
from reports.section import (
    Block,
    Cell,
    Chip,
    Column,
    Context,
    Facts,
    Figure,
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
from reports.word import blank, centred, dated, keep_whole, page_numbers, repeat, set_widths, shade, table_of

FONTS = (("Normal", "宋体", 10.5), ("Heading 1", "黑体", 15), ("Heading 2", "黑体", 11.5), ("Title", "黑体", 22))
BLUE, RED, FAINT = RGBColor(0x1F, 0x3F, 0x66), RGBColor(0xA4, 0x26, 0x2C), RGBColor(0x66, 0x72, 0x7F)
COLOURS = {
    **dict.fromkeys(("high", "fail"), RED),
    **dict.fromkeys(("medium", "partial", "candidate"), RGBColor(0x8A, 0x5A, 0x10)),
    "pass": RGBColor(0x2F, 0x6F, 0x4F),
}
TEXT_WIDTH = 176.0  # millimetres of an A4 page between its margins
ROW_LIMIT = 1000  # python-docx needs some 8 ms a row


def render(source: Source, options: Options, target: Path) -> Written:
    """Write the document; with a template the template decides what is shown."""
    if options.template is not None:
        return fill(source, options, options.template, target)
    limit = min(options.table_cap, ROW_LIMIT)
    paper = _Paper(Context(source, options, row_limit=limit))
    paper.write()
    paper.document.save(str(target))
    shown = paper.findings if "findings" in SECTIONS[options.view] else len(source.findings)
    return Written((target,), shown, capped=shown < len(source.findings))


class _Paper:
    """A Word document that grows block by block."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.findings = 0
        self.document = blank(landscape=False, fonts=FONTS, margin=17)
        self._set_up()

    def _set_up(self) -> None:
        report = self.context.source.report
        for name in ("Heading 1", "Heading 2", "Title"):
            self.document.styles[name].font.color.rgb = BLUE
        self.document.styles["Normal"].paragraph_format.space_after = Pt(4)
        if report.simulated:
            head = centred(self.document.sections[0].header.paragraphs[0])
            self._run(head, self.context.label("simulated"), colour=RED, bold=True)
        page_numbers(self.document)
        dated(self.document, _moment(report.scan.ended))
        self.document.core_properties.title = one_line(self.context.say(report.title), 200)[:255]
        self.document.core_properties.comments = self.context.label("self_check")

    def write(self) -> None:
        """Cover, then section by section."""
        report = self.context.source.report
        first = centred(self.document.add_paragraph())
        first.paragraph_format.space_before = Mm(38)
        self._run(first, self.context.label("self_check"), colour=RED, bold=True)
        centred(self.document.add_paragraph(style="Title")).add_run(_xml(self.context.say(report.title)))
        view = self.context.word("view", self.context.options.view)
        self._run(centred(self.document.add_paragraph()), view, colour=FAINT)
        self._facts(cover_facts(self.context))
        self._run(self.document.add_paragraph(), self.context.label("self_check_sentence"), colour=FAINT, size=9)
        self.document.add_page_break()
        for number, section in enumerate(sections(self.context), 1):
            self.document.add_heading(_xml(f"{number}　{section.title}"), 1)
            for block in section.blocks:
                self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                faint = block.style == "note"
                self._run(
                    self.document.add_paragraph(),
                    block.text,
                    colour=FAINT if faint else None,
                    bold=block.style == "lead",
                )
            case Heading():
                self.document.add_heading(_xml(block.text), 2)
            case Facts():
                self._facts(block.rows)
            case Table():
                self._table(block.columns, block.rows)
                self._rows_note(block.shown, block.total)
            case Figure():
                self._run(self.document.add_paragraph(), block.caption, bold=True)
                self._table(block.columns, block.rows)
                self.document.add_paragraph()
            case Scores():
                label = self.context.label
                columns = [
                    Column(label("subject"), 3),
                    Column(label("score"), 0.8),
                    Column(label("conclusion"), 1.2),
                    Column(label("detail"), 3),
                ]
                self._table(columns, [(it.title, it.figure, it.conclusion, it.notes) for it in block.scores])
                self.document.add_paragraph()
            case Numbers():
                self._table(
                    [Column(name, align="center") for _, name in block.numbers],
                    [tuple(figure for figure, _ in block.numbers)],
                )
                self.document.add_paragraph()
            case Groups():
                for group in block.groups:
                    title = f"{group.heading}（{'，'.join(chip.text for chip in group.chips)}）"
                    self.document.add_heading(_xml(title), 2)
                    self._facts(group.facts)
                    self.findings += self._table(group.table.columns, group.table.rows)
                    self.document.add_paragraph()
                self._rows_note(block.shown, block.total)
            case Signatures():
                line = f"\n\n\n{self.context.label('signature')}　　　　　　{self.context.label('date')}"
                self._table([Column(role) for role, _ in block.roles], [tuple(name + line for _, name in block.roles)])

    def _rows_note(self, shown: int, total: int) -> None:
        text = (
            self.context.label("capped", shown=shown, total=total)
            if shown < total
            else self.context.label("rows_all", total=total)
        )
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._run(paragraph, text, colour=FAINT, size=8.5)

    def _facts(self, rows: Sequence[tuple[str, Cell]]) -> None:
        self._table([Column("", 26), Column("", 74)], [(name, value) for name, value in rows], head=False)
        self.document.add_paragraph()

    def _table(self, columns: Sequence[Column], rows: Any, *, head: bool = True) -> int:
        whole = sum(column.share for column in columns)
        widths = [TEXT_WIDTH * column.share / whole for column in columns]
        table = table_of(self.document, 1 if head else 0, widths)
        if head:
            for cell, column in zip(table.rows[0].cells, columns, strict=True):
                self._run(cell.paragraphs[0], column.title, colour=BLUE, bold=True, size=9)
                shade(cell, "EEF2F6")
            repeat(table.rows[0])
        count = 0
        for row in rows:
            made = table.add_row()
            keep_whole(made)
            set_widths(made, widths)
            for number, (cell, value, column) in enumerate(zip(made.cells, row, columns, strict=True)):
                self._cell(cell, value, column)
                if not head and number == 0:
                    shade(cell, "F6F8FA")
            count += 1
        return count

    def _cell(self, cell: Any, value: Cell, column: Column) -> None:
        lines = [value] if isinstance(value, (str, Chip, Mono)) else list(value)
        for number, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            if column.align != "left":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if column.align == "right" else WD_ALIGN_PARAGRAPH.CENTER
            text = line if isinstance(line, str) else line.text
            colour = COLOURS.get(line.code) if isinstance(line, Chip) else FAINT if isinstance(line, Mono) else None
            self._run(
                paragraph, text, colour=colour, bold=isinstance(line, Chip), size=8 if isinstance(line, Mono) else 9
            )

    def _run(
        self, paragraph: Any, text: str, *, colour: Any = None, bold: bool = False, size: float | None = None
    ) -> None:
        run = paragraph.add_run(_xml(text))
        run.bold = bold or None
        if colour is not None:
            run.font.color.rgb = colour
        if size is not None:
            run.font.size = Pt(size)


def _xml(text: str) -> str:
    """What XML may hold: printable text and line breaks."""
    return printable(text)


def _moment(time: str) -> datetime:
    try:
        return datetime.fromisoformat(time).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001 - the file's property has no zone


FORMAT = Format("docx", ".docx", Text(zh="Word文档", en="Word document"), render)
