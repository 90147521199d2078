"""Answers to clauses as a spreadsheet: written with what is known, filled in by an auditor, read back.

One row a clause that waits for a person. A row without a result is pending; evidence files lie beside the spreadsheet.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from inventory.errors import ImportFormatError
from inventory.store import Store
from reports.canonical_form import read_report
from reports.report import ClauseCoverage
from reports.tabular import safe_cell
from rules.answers import (
    ANSWER_FILE,
    ANSWERS,
    ClauseAnswer,
    Result,
    answers_name,
    from_bytes,
    needs_person,
    to_bytes,
)
from rules.verdict import WORD_TEXT, Word

LARGEST_FILE = 16 * 1024 * 1024  # bytes of the spreadsheet, and of one evidence file
LARGEST_UNPACKED = 64 * 1024 * 1024
LONGEST_CELL = 2000  # characters
COLUMNS: Mapping[str, tuple[str, int]] = {
    "clause": ("条款 clause", 26),
    "zh": ("要求", 40),
    "en": ("requirement", 40),
    "result": ("结果 result", 14),
    "remarks": ("说明 remarks", 36),
    "evidence": ("证据文件 evidence file", 24),
    "by": ("填报人 by", 14),
    "on": ("日期 date", 12),
}
RESULTS: tuple[Result, ...] = ("pass", "partial", "fail", "not_applicable")
SAID = {result: f"{WORD_TEXT[Word(result)].zh} {result}" for result in RESULTS}
ACCEPTED: Mapping[str, Result] = {
    **{said.casefold(): result for result, said in SAID.items()},
    **{result: result for result in RESULTS},
    **{WORD_TEXT[Word(result)].zh: result for result in RESULTS},
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet says: answers by clause, clauses without one, and evidence files by digest."""

    answers: Mapping[str, ClauseAnswer]
    pending: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


def waiting(store: Store, scan: str) -> list[ClauseCoverage]:
    """The clauses of a scan's report that wait for a person, answered or not."""
    report = read_report(store.report(scan))
    return [clause for clause in report.coverage.clauses if needs_person(clause.automation, clause.rules)]


def known_answers(store: Store, scan: str) -> Mapping[str, ClauseAnswer]:
    """The answers that a scan has."""
    kept = store.kept(ANSWERS).get(answers_name(scan))
    return from_bytes(kept) if kept is not None else {}


def write_sheet(path: Path, clauses: Sequence[ClauseCoverage], known: Mapping[str, ClauseAnswer]) -> None:
    """The spreadsheet to fill in; what was answered stands in it already. Every cell is text, never a formula."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("人工核查 answers")
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        head = workbook.add_format({"bold": True, "bottom": 1})
        for column, (title, size) in enumerate(COLUMNS.values()):
            sheet.set_column(column, column, size, wrapped)
            sheet.write_string(0, column, title, head)
        for number, clause in enumerate(clauses, start=1):
            for column, text in enumerate(_cells(clause, known.get(clause.id))):
                sheet.write_string(number, column, safe_cell(text), wrapped)
        place = list(COLUMNS).index("result")
        sheet.data_validation(
            1, place, max(1, len(clauses)), place, {"validate": "list", "source": list(SAID.values())}
        )
        sheet.freeze_panes(1, 1)


def _cells(clause: ClauseCoverage, answer: ClauseAnswer | None) -> tuple[str, ...]:
    said = (SAID[answer.result], answer.remarks, answer.evidence, answer.by, answer.on) if answer else ("",) * 5
    return (clause.id, clause.title.zh, clause.title.en, *said)


def is_answer_sheet(path: Path) -> bool:
    """Whether a spreadsheet has the columns of answers, and not those of an asset register. An unreadable one is none."""
    try:
        rows = _rows(path, most=1)
    except ImportFormatError:
        return False
    return bool(rows) and {COLUMNS["clause"][0], COLUMNS["result"][0]} <= {cell.strip() for cell in rows[0]}


def read_sheet(path: Path, clauses: Sequence[ClauseCoverage], known: Mapping[str, ClauseAnswer]) -> Filled:
    """Read what was filled in, with the evidence files beside it. Raises ImportFormatError with row and column."""
    rows = _rows(path)
    head = [cell.strip() for cell in rows[0]] if rows else []
    places = {}
    for name, (title, _) in COLUMNS.items():
        if name not in ("zh", "en"):
            if title not in head:
                raise ImportFormatError("no such column", str(path), f"row 1: {title}", "export the sheet again")
            places[name] = head.index(title)
    asked = {clause.id: clause for clause in clauses}
    answers: dict[str, ClauseAnswer] = {}
    pending: list[str] = []
    files: dict[str, bytes] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: _plain(row[place]) if place < len(row) else "" for name, place in places.items()}
        if not any(cells.values()):
            continue
        at = _Row(str(path), number)
        clause = cells["clause"]
        if clause not in asked:
            raise at.error("clause", f"{clause!r} is no clause that waits for a person in this scan")
        if clause in answers or clause in pending:
            raise at.error("clause", f"{clause} is there twice")
        if not any(value for name, value in cells.items() if name != "clause"):
            pending.append(clause)
            continue
        answers[clause] = _answer(cells, at, path.parent, known.get(clause), files)
    return Filled(answers, tuple(pending), files)


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    number: int

    def error(self, column: str, message: str, hint: str = "") -> ImportFormatError:
        return ImportFormatError(message, self.source, f"row {self.number}: {COLUMNS[column][0]}", hint)


def _answer(
    cells: Mapping[str, str], at: _Row, folder: Path, known: ClauseAnswer | None, files: dict[str, bytes]
) -> ClauseAnswer:
    result = ACCEPTED.get(cells["result"].casefold())
    if result is None:
        what = f"{cells['result']!r} is no result" if cells["result"] else "is empty, and the row is not"
        raise at.error("result", what, f"one of {', '.join(SAID.values())}")
    for name in ("by", "remarks", "evidence"):
        if len(cells[name]) > LONGEST_CELL:
            raise at.error(name, f"longer than {LONGEST_CELL} characters")
    if not cells["by"]:
        raise at.error("by", "is empty", "who answers for it")
    try:
        on = date.fromisoformat(cells["on"][:10]).isoformat()
    except ValueError as error:
        raise at.error("on", f"{cells['on']!r} is no date", "YYYY-MM-DD") from error
    digest = _evidence(cells["evidence"], at, folder, known, files) if cells["evidence"] else ""
    return ClauseAnswer(
        clause=cells["clause"],
        result=result,
        remarks=cells["remarks"],
        by=cells["by"],
        on=on,
        evidence=cells["evidence"],
        sha256=digest,
    )


def _evidence(name: str, at: _Row, folder: Path, known: ClauseAnswer | None, files: dict[str, bytes]) -> str:
    """The digest of an evidence file beside the sheet; one that was handed in before need not lie there again."""
    if Path(name).name != name or name in (".", "..") or "\\" in name:
        raise at.error("evidence", f"{name!r} is no plain file name", "the file lies beside the spreadsheet")
    path = folder / name
    if not path.is_file() or path.is_symlink():
        if known is not None and known.evidence == name:
            return known.sha256
        raise at.error("evidence", f"no file {name!r} beside the spreadsheet")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise at.error("evidence", f"{name!r} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_FILE:
        raise at.error("evidence", f"{name!r} is larger than {LARGEST_FILE} bytes")
    digest = hashlib.sha256(data).hexdigest()
    files[digest] = data
    return digest


def fill_clause_answers(store: Store, scan: str, path: Path) -> tuple[int, int]:
    """Keep the answers of a sheet with the scan; returns how many clauses are answered and pending now. A clause that the
    sheet lists without a result is pending again."""
    clauses, known = waiting(store, scan), known_answers(store, scan)
    filled = read_sheet(path, clauses, known)
    answers = {**{name: one for name, one in known.items() if name not in filled.pending}, **filled.answers}
    with store.batch():
        for digest, data in filled.files.items():
            store.keep(f"{scan}/{digest}", ANSWER_FILE, data)
        store.keep(answers_name(scan), ANSWERS, to_bytes(answers.values()))
    return len(answers), sum(1 for clause in clauses if clause.id not in answers)


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:].strip() if text[:1] == "'" else text


def _rows(path: Path, most: int | None = None) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise ImportFormatError(f"larger than {LARGEST_FILE} bytes", str(path))
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_UNPACKED:
                raise ImportFormatError(f"larger than {LARGEST_UNPACKED} bytes when unpacked", str(path))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [[_text(cell) for cell in row] for row in book.worksheets[0].iter_rows(max_row=most, values_only=True)]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, OSError, SyntaxError) as error:
        raise ImportFormatError(f"not a spreadsheet: {error}", str(path)) from error


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)
