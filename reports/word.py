"""What python-docx leaves to the reader: fonts for Chinese, table borders and margins, repeated heads, page numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

LATIN = "Times New Roman"
INK = RGBColor(0x1D, 0x2B, 0x3A)


def blank(*, landscape: bool, fonts: Sequence[tuple[str, str, float]], margin: float) -> Any:
    """An empty A4 document. `fonts`: style, Chinese font and size in points; `margin` in millimetres."""
    document: Any = docx.Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    page.left_margin = page.right_margin = Mm(margin)
    page.top_margin = page.bottom_margin = Mm(20)
    for name, font, size in fonts:
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = LATIN, Pt(size), INK
        names = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            names.attrib.pop(qn(f"w:{theme}"), None)
        names.set(qn("w:eastAsia"), font)
        for border in style.element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
            break
    return document


def element(name: str, **attributes: str) -> Any:
    """A WordprocessingML element with attributes in its own name space."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def table_of(document: Any, rows: int, widths: Sequence[float], border: str = "AAB4BF") -> Any:
    """A table with fixed widths in millimetres, thin borders and room around the text."""
    table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.autofit = False
    properties = table._tbl.tblPr
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color=border))
    margins = element("w:tblCellMar")
    for side, room in (("top", "55"), ("left", "90"), ("bottom", "55"), ("right", "90")):
        margins.append(element(f"w:{side}", w=room, type="dxa"))
    properties.append(borders)
    properties.append(margins)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        set_widths(row, widths)
    return table


def set_widths(row: Any, widths: Sequence[float]) -> None:
    """Give every cell of a row its width, and its paragraphs no room after them."""
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def shade(cell: Any, colour: str) -> None:
    """A background."""
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=colour))


def repeat(row: Any) -> None:
    """The row is the head of its table on every page."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader", val="true"))


def keep_whole(row: Any) -> None:
    """The row is not torn at the end of a page."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit", val="true"))


def page_numbers(document: Any) -> None:
    """Number and count of pages at the foot."""
    foot = centred(document.sections[0].footer.paragraphs[0])
    for code in ("PAGE", "NUMPAGES"):
        run = foot.add_run()
        text = element("w:instrText")
        text.text = code
        for piece in (element("w:fldChar", fldCharType="begin"), text, element("w:fldChar", fldCharType="end")):
            run._r.append(piece)
        if code == "PAGE":
            foot.add_run(" / ")


def centred(paragraph: Any) -> Any:
    """The paragraph, in the middle."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def dated(document: Any, moment: datetime) -> None:
    """The properties of the file: no clock, so that the same report gives the same document."""
    properties = document.core_properties
    properties.author, properties.created, properties.modified = "Chengjian", moment, moment
