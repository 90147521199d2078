"""The quick ways give what the plain ways give: rows as HTML, findings as canonical JSON, rows of a spreadsheet."""

from pathlib import Path

import openpyxl
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from inventory.canonical import canonical
from inventory.text import Text
from reports.canonical_form import to_json
from reports.format import Options, Source
from reports.formats.json import finding_bytes
from reports.markup import cell_html
from reports.printable import _UNPRINTABLE
from reports.quick_rows import quick_rows
from reports.report import EvidenceExcerpt, FindingEntry
from reports.row_sheet import RowSheet
from reports.section import Context
from reports.sections.findings import finding_cells
from reports.tabular import safe_cell
from tests.reports.documents import small

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        ["<script>", "&amp;", "=1+1", "\x00\x1b[2J", "\u202e\u2028", "\"'", "字" * 5000, "a\tb\nc", "\x7f\ufeff"]
    ),
)
PIECES = st.builds(EvidenceExcerpt, digest=TEXTS, sm3=TEXTS, label=TEXTS, offset=st.integers(0, 2**40), excerpt=TEXTS)
FINDINGS = st.builds(
    FindingEntry,
    id=TEXTS,
    rule=TEXTS,
    asset=st.sampled_from([small().assets[0].id, "unknown", "<b>"]),
    address=st.sampled_from(["10.45.1.10", "fd00::1", "<i>"]),
    transport=st.sampled_from(["tcp", "udp", "none"]),
    port=st.integers(0, 65535),
    vantage=TEXTS,
    verdict=st.sampled_from(["fail", "partial", "not_assessed"]),
    candidate=st.booleans(),
    severity=st.sampled_from(["high", "medium", "low"]),
    reason=st.builds(Text, zh=TEXTS.filter(bool), en=TEXTS.filter(bool)),
    clauses=st.lists(TEXTS, max_size=2).map(tuple),
    evidence=st.lists(PIECES, max_size=4).map(tuple),
    confidence=st.sampled_from(["protocol", "<u>", "configuration"]),
    high_risk=st.none() | TEXTS,
    waiver=st.just("") | TEXTS,
    owner=st.just("") | TEXTS,
    due=st.sampled_from(["", "2026-03-17", "<s>"]),
)


@given(st.lists(FINDINGS, max_size=4), st.sampled_from(["zh", "en"]))
def test_quick_rows_are_the_plain_rows(findings: list[FindingEntry], language: str) -> None:
    context = Context(Source.of(small()), Options(language="zh" if language == "zh" else "en"))
    quick = [tuple(map(cell_html, row)) for row in quick_rows(context)(findings * 2)]
    plain = [tuple(map(cell_html, finding_cells(context, finding))) for finding in findings * 2]
    assert quick == plain


@given(FINDINGS)
def test_a_finding_has_one_canonical_form(finding: FindingEntry) -> None:
    assert finding_bytes(finding.model_dump(by_alias=True)) == canonical(to_json(finding))


def test_what_python_calls_printable_is_printable() -> None:
    """Over every code point: the shortcut leaves nothing unprintable in a text."""
    every = "".join(character for character in map(chr, range(0x110000)) if character.isprintable())
    assert not _UNPRINTABLE.search(every)


def test_a_spreadsheet_reads_back_what_a_whole_row_was_given(tmp_path: Path) -> None:
    rows = [
        ["plain", 443, "中文", -1.5, ""],
        ["<r><t>rich</t></r>", 0, "a & b < c > d", 1e15, "]]>"],
        [safe_cell("=cmd|' /C calc'!A0"), 1, "  spaces  ", 0.1, safe_cell("\x00\x1b\ufffe")],
    ]
    with xlsxwriter.Workbook(str(tmp_path / "rows.xlsx"), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("rows", RowSheet)
        body = book.add_format({"text_wrap": True})
        sheet.write_string(0, 0, "head", body)
        for number, row in enumerate(rows, 1):
            sheet.write_line(number, row, body)
        book.add_worksheet("after").write_string(0, 0, "next", body)
    read = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    assert [list(row) for row in read["rows"].iter_rows(min_row=2, max_col=5, values_only=True)] == [
        [None if cell == "" else cell for cell in row] for row in rows
    ]
    assert (read["rows"]["A1"].value, read["after"]["A1"].value) == ("head", "next")
    assert read["rows"]["A2"].alignment.wrap_text


def test_text_that_a_spreadsheet_would_decode_stays_text(tmp_path: Path) -> None:
    """`_x0041_` is an A to a spreadsheet: written by the library and written here it is escaped in the same way."""
    with xlsxwriter.Workbook(str(tmp_path / "rows.xlsx"), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("rows", RowSheet)
        body = book.add_format()
        sheet.write_string(0, 0, "_x0041_ a_xb", body)
        sheet.write_line(1, ["_x0041_ a_xb"], body)
    read = openpyxl.load_workbook(tmp_path / "rows.xlsx")["rows"]
    assert read["A1"].value == read["A2"].value
