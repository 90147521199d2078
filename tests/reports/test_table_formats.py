"""CSV and XLSX: every finding is there, every text is text, and a spreadsheet finds nothing to calculate or to open."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.text import Text
from reports.format import Options, Source, format_named, write
from reports.formats import xlsx
from reports.report import Report
from reports.tabular import LONGEST_CELL, finding_header, safe_cell
from tests.reports.city import RULES, asset_id
from tests.reports.documents import finding, many, small, with_findings

FORMULAS = (
    "=1+1",
    "+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "|calc",
    '=HYPERLINK("http://x")',
)


def rendered(report: Report, name: str, folder: Path, **more: Any) -> Path:
    """The report in one format."""
    return write(
        Source.of(report), format_named(name), Options(**more), folder / f"r{format_named(name).suffix}"
    ).files[0]


def csv_rows(path: Path) -> list[list[str]]:
    """The rows as a foreign reader sees them."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def with_reason(reason: str) -> Report:
    """The small city with one finding whose texts are all that one."""
    said = Text(zh=reason, en=reason)
    bad = finding(RULES[0], asset_id(0), "10.45.1.10", 6379, said, owner=reason, waiver=reason)
    base = with_findings(small(), [bad])
    return base.model_copy(update={"assets": tuple(item.model_copy(update={"name": reason}) for item in base.assets)})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_csv_holds_every_finding_under_its_title(tmp_path: Path, language: Any) -> None:
    head, *rows = csv_rows(rendered(small(), "csv", tmp_path, language=language))
    assert head == finding_header(language)
    assert len(rows) == len(small().findings)
    assert [row[-1] for row in rows] == [item.id for item in small().findings]
    assert all(len(row) == len(head) for row in rows)


def test_csv_begins_with_the_mark_that_spreadsheets_need(tmp_path: Path) -> None:
    assert rendered(small(), "csv", tmp_path).read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(tmp_path: Path, formula: str) -> None:
    report = with_reason(formula)
    for row in csv_rows(rendered(report, "csv", tmp_path)):
        assert not any(cell.lstrip(" \u3000").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "|")) for cell in row)
    book = openpyxl.load_workbook(rendered(report, "xlsx", tmp_path))
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type in ("s", "n")
                assert cell.hyperlink is None


@given(st.text(max_size=60))
def test_a_cell_is_one_printable_line(text: str) -> None:
    cell = safe_cell(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in cell)
    assert len(cell) < 32767


def test_a_very_long_text_is_cut_with_a_count() -> None:
    cell = safe_cell("x" * 1_000_000)
    assert cell.endswith(f"…(+{1_000_000 - LONGEST_CELL})")


def test_xlsx_sheets_and_figures(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(rendered(small(), "xlsx", tmp_path))
    assert book.sheetnames == [
        "总体情况",
        "问题清单",
        "等级与计算过程",
        "资产清单",
        "组件",
        "条款覆盖情况",
        "未能判定的检查项",
    ]
    rows = list(book["问题清单"].iter_rows(values_only=True))
    assert [row[-1] for row in rows[1:]] == [item.id for item in small().findings]
    assert rows[1][7] == 6379
    assert len(list(book["资产清单"].iter_rows())) == 1 + len(small().assets)
    assert book["等级与计算过程"].cell(2, 4).value == 63.64
    head: Any = book["问题清单"].oddHeader
    assert "模拟数据" in head.center.text


def test_findings_beyond_a_sheet_go_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_A_SHEET", 100)
    book = openpyxl.load_workbook(rendered(with_findings(small(), many(230)), "xlsx", tmp_path))
    sheets = [name for name in book.sheetnames if name.startswith("问题清单")]
    assert [len(list(book[name].iter_rows())) - 1 for name in sheets] == [100, 100, 30]
