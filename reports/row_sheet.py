"""A worksheet that takes a whole row at once. XlsxWriter asks a dozen questions of each cell; a report has twenty cells a row
and a million rows, all of them plain texts and numbers in one style.
"""

import re
from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.tabular import LONGEST_CELL

_CODED = re.compile("(_x[0-9a-fA-F]{4}_)")  # _x0041_ is an A to a spreadsheet
COLUMNS = tuple(xl_col_to_name(number) for number in range(64))


class RowSheet(Worksheet):  # type: ignore[misc]
    """Rows below those written cell by cell, in order. Texts must be printable (`reports.tabular.safe_cell`); only for
    workbooks of `constant_memory`, which write a row as soon as the next one begins."""

    def write_line(self, row: int, cells: Sequence[str | int | float], body: Format) -> None:
        """Write row number `row` (from 0): texts as texts, numbers as numbers, nothing for an empty text."""
        self._write_single_row(row + 1)  # whatever the library still holds comes before
        style = body._get_xf_index()
        line = row + 1
        made = [f'<row r="{line}">']
        for column, cell in zip(COLUMNS, cells, strict=False):
            if not isinstance(cell, str):
                made.append(f'<c r="{column}{line}" s="{style}"><v>{cell:.16G}</v></c>')
            elif cell:
                made.append(
                    f'<c r="{column}{line}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
                )
        made.append("</row>")
        self.fh.write("".join(made))
        self.dim_rowmax = row


def _text(text: str) -> str:
    if len(text) > LONGEST_CELL:
        text = text[:LONGEST_CELL]
    if "_x" in text:
        text = _CODED.sub(r"_x005F\1", text)
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text
