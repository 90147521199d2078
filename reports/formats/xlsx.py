"""XLSX: findings, grades, assets, components, clauses and gaps as sheets; texts are texts, never formulas or links."""

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from inventory.text import Text
from reports.cover import cover_facts
from reports.format import Format, Options, Source, Written
from reports.printable import one_line
from reports.row_sheet import RowSheet
from reports.section import Context, Mono
from reports.tabular import finding_header, finding_row, names_of, safe_cell, sheets
from reports.words import label

ROWS_A_SHEET = 500_000  # a sheet holds 1,048,576, but in a container without ZIP64 not more than 2 GiB of text
LONGEST_SHEET = 1_000_000  # rows of the other, narrower sheets
WIDEST, NARROWEST = 48, 9
_NEVER = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def render(source: Source, options: Options, target: Path) -> Written:
    """Write row by row; more findings than a sheet holds go to further sheets."""
    workbook = xlsxwriter.Workbook(str(target), _NEVER)
    workbook.set_properties(
        {
            "title": one_line(source.report.title.say(options.language), 200),
            "author": "Chengjian",
            "created": _moment(source),
        }
    )
    head = workbook.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1, "text_wrap": True, "valign": "top"})
    body = workbook.add_format({"valign": "top", "text_wrap": True})
    _cover(workbook, source, options, head, body)
    count = _findings(workbook, source, options, head, body)
    for title, header, rows in sheets(source, options.language):
        _sheet(workbook, title, header, rows, head, body)
    workbook.close()
    return Written((target,), count)


def _moment(source: Source) -> datetime:
    try:
        return datetime.fromisoformat(source.report.scan.ended).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001 - the file's property has no zone


def _cover(workbook: Any, source: Source, options: Options, head: Any, body: Any) -> None:
    context = Context(source, options)
    sheet = workbook.add_worksheet(label("summary", options.language))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    rows = [(context.say(source.report.title), context.label("self_check"))]
    if source.report.simulated:
        rows.append((context.label("simulated"), context.label("simulated_sentence")))
    rows.append((context.label("self_check"), context.label("self_check_sentence")))
    for name, value in cover_facts(context):
        rows.append((name, value.text if isinstance(value, Mono) else str(value)))
    figures = source.report.summary
    rows += [
        (context.label("assets_count"), str(figures.assets)),
        (context.label("finding_count"), str(len(source.findings))),
        (context.label("silence_sentence"), ""),
    ]
    for number, (name, value) in enumerate(rows):
        sheet.write_string(number, 0, safe_cell(name), head)
        sheet.write_string(number, 1, safe_cell(value), body)
    _on_paper(sheet, source, options)


def _on_paper(sheet: Any, source: Source, options: Options) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    if source.report.simulated:
        sheet.set_header(f"&C{label('simulated', options.language)}")
    sheet.set_footer("&C&P / &N")


def _findings(workbook: Any, source: Source, options: Options, head: Any, body: Any) -> int:
    names = names_of(source, options.language)
    header = finding_header(options.language)
    count, sheet, row = 0, None, 0
    for finding in source.findings:
        if sheet is None or row > ROWS_A_SHEET:
            number = count // ROWS_A_SHEET
            title = label("findings", options.language) + (f" {number + 1}" if number else "")
            sheet, row = _begin(workbook, title, header, head), 1
            _on_paper(sheet, source, options)
        sheet.write_line(row, finding_row(finding, names), body)
        row += 1
        count += 1
    if sheet is None:
        _on_paper(_begin(workbook, label("findings", options.language), header, head), source, options)
    return count


def _sheet(workbook: Any, title: str, header: list[str], rows: Any, head: Any, body: Any) -> None:
    sheet = _begin(workbook, title, header, head)
    for number, row in enumerate(rows, 1):
        if number > LONGEST_SHEET:
            break
        sheet.write_line(number, row, body)


def _begin(workbook: Any, title: str, header: list[str], head: Any) -> Any:
    sheet = workbook.add_worksheet(one_line(title, 31)[:31], RowSheet)
    for column, name in enumerate(header):
        sheet.set_column(column, column, max(NARROWEST, min(WIDEST, 2 * len(name) + 6)))
        sheet.write_string(0, column, name, head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 0, max(len(header) - 1, 0))
    return sheet


FORMAT = Format("xlsx", ".xlsx", Text(zh="电子表格", en="spreadsheet"), render)
