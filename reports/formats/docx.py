"""DOCX: the sections as a Word document, or the customer's own template filled in (`--template`, see `reports.docx_template`)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from inventory.text import Text
from reports.cover import cover_facts
from reports.docx_template import fill
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

BODY, TITLE, CODE = "宋体", "黑体", "等线"
LATIN = "Times New Roman"
BLUE, RED, FAINT = RGBColor(0x1F, 0x3F, 0x66), RGBColor(0xA4, 0x26, 0x2C), RGBColor(0x66, 0x72, 0x7F)
COLOURS = {
    **dict.fromkeys(("high", "fail"), RED),
    **dict.fromkeys(("medium", "partial", "candidate"), RGBColor(0x8A, 0x5A, 0x10)),
    "pass": RGBColor(0x2F, 0x6F, 0x4F),
}
TEXT_WIDTH = 176.0  # millimetres of an A4 page between its margins
ROW_LIMIT = 2000


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
        self.document: Any = docx.Document()
        self._set_up()

    def _set_up(self) -> None:
        report = self.context.source.report
        page = self.document.sections[0]
        page.orientation = WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(17)
        page.top_margin, page.bottom_margin = Mm(22), Mm(20)
        for name, font, size in (
            ("Normal", BODY, 10.5),
            ("Heading 1", TITLE, 15),
            ("Heading 2", TITLE, 11.5),
            ("Title", TITLE, 24),
        ):
            style = self.document.styles[name]
            style.font.name, style.font.size = LATIN, Pt(size)
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
            if name != "Normal":
                style.font.color.rgb, style.font.bold = BLUE, True
        self.document.styles["Normal"].paragraph_format.space_after = Pt(4)
        if report.simulated:
            self._run(self._centred(page.header.paragraphs[0]), self.context.label("simulated"), colour=RED, bold=True)
        foot = self._centred(page.footer.paragraphs[0])
        for code in ("PAGE", "NUMPAGES"):
            _field(foot.add_run(), code)
            if code == "PAGE":
                foot.add_run(" / ")
        properties = self.document.core_properties
        properties.title, properties.author = self.context.say(report.title)[:255], "Chengjian"
        properties.comments = self.context.label("self_check")
        properties.created = properties.modified = _moment(report.scan.ended)

    def write(self) -> None:
        """Cover, then section by section."""
        report = self.context.source.report
        self._run(self._centred(self.document.add_paragraph()), self.context.label("self_check"), colour=RED, bold=True)
        self._centred(self.document.add_paragraph(style="Title")).add_run(_xml(self.context.say(report.title)))
        view = self.context.word("view", self.context.options.view)
        self._run(self._centred(self.document.add_paragraph()), view, colour=FAINT)
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
        table = self.document.add_table(rows=1 if head else 0, cols=len(columns), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        whole = sum(column.share for column in columns)
        widths = [Mm(TEXT_WIDTH * column.share / whole) for column in columns]
        if head:
            for cell, column in zip(table.rows[0].cells, columns, strict=True):
                self._run(cell.paragraphs[0], column.title, colour=BLUE, bold=True, size=9)
                _shade(cell)
            _repeat(table.rows[0])
            for cell, width in zip(table.rows[0].cells, widths, strict=True):
                cell.width = width
        count = 0
        for row in rows:
            made = table.add_row()
            _keep_whole(made)
            for cell, value, column, width in zip(made.cells, row, columns, widths, strict=True):
                cell.width = width
                self._cell(cell, value, column)
            count += 1
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
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

    def _centred(self, paragraph: Any) -> Any:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph


def _xml(text: str) -> str:
    """What XML may hold: printable text and line breaks."""
    return printable(text)


def _moment(time: str) -> datetime:
    try:
        return datetime.fromisoformat(time).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001 - the file's property has no zone


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _shade(cell: Any) -> None:
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill="EEF2F6"))


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def _field(run: Any, code: str) -> None:
    begin, text, end = (
        _element("w:fldChar", fldCharType="begin"),
        _element("w:instrText"),
        _element("w:fldChar", fldCharType="end"),
    )
    text.text = code
    for piece in (begin, text, end):
        run._r.append(piece)


FORMAT = Format("docx", ".docx", Text(zh="Word文档", en="Word document"), render)
