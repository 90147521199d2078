"""Answers of persons as a spreadsheet: written with what is known, filled in by an auditor, read back.

One row a clause that waits for a person, then one a fail that may be a high-risk case. A row without a result is pending;
evidence files lie beside the spreadsheet.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from inventory.errors import ImportFormatError
from inventory.store import Store
from inventory.text import Text
from reports.build.make import answers_of
from reports.canonical_form import read_report
from reports.report import FindingEntry
from reports.tabular import safe_cell
from rules.answers import (
    ANSWER_FILE,
    ANSWERS,
    Answers,
    ClauseAnswer,
    HighRiskAnswer,
    answers_name,
    needs_person,
    to_bytes,
)
from rules.high_risk import said_of
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
# What may stand in the column of results, by kind of row.
CLAUSE_RESULTS: Mapping[str, str] = {
    result: f"{WORD_TEXT[Word(result)].zh} {result}" for result in ("pass", "partial", "fail", "not_applicable")
}
HIGH_RISK_RESULTS: Mapping[str, str] = {"confirmed": "属实 confirmed", "rejected": "不属实 rejected"}
HIGH_RISK = "高风险 high-risk "  # before the id of a finding, in the first column


@dataclass(frozen=True, slots=True)
class Asked:
    """One row: a clause, or a finding that may be a high-risk case. `name` stands in the first column."""

    name: str
    text: Text
    answer: ClauseAnswer | HighRiskAnswer | None = None
    finding: str = ""

    @property
    def results(self) -> Mapping[str, str]:
        """Result → how it stands in the sheet."""
        return HIGH_RISK_RESULTS if self.finding else CLAUSE_RESULTS


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet says: answers, the rows without one, and evidence files by digest."""

    answers: Answers
    pending: tuple[Asked, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many clauses and high-risk cases are answered and pending now."""

    clauses: int
    clauses_pending: int
    cases: int
    cases_pending: int


def waiting(store: Store, scan: str) -> list[Asked]:
    """Everything in a scan's report that waits for a person, answered or not: clauses first."""
    report = read_report(store.report(scan))
    titles = {rule.id: rule.title for rule in report.rules}
    clauses = [
        Asked(clause.id, clause.title, clause.answer)
        for clause in report.coverage.clauses
        if needs_person(clause.automation, clause.rules)
    ]
    return clauses + [_case(found, titles[found.rule]) for found in report.findings if may_be_high_risk(found)]


def may_be_high_risk(found: FindingEntry) -> bool:
    """Whether it is a fail that may be a high-risk case, settled or not."""
    return found.verdict == "fail" and found.high_risk is not None


def _case(found: FindingEntry, title: Text) -> Asked:
    case = said_of(found.high_risk or "")
    said = Text(
        zh=f"{title.zh}：{found.reason.zh}。是否构成高风险判例{case.zh}？",
        en=f"{title.en}: {found.reason.en}. Is it the high-risk case {case.en}?",
    )
    return Asked(HIGH_RISK + found.id, said, found.high_risk_answer, found.id)


def answered(asked: Iterable[Asked]) -> int:
    """How many have an answer."""
    return sum(1 for one in asked if one.answer is not None)


def write_sheet(path: Path, asked: Sequence[Asked]) -> None:
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
        place = list(COLUMNS).index("result")
        for number, one in enumerate(asked, start=1):
            for column, text in enumerate(_cells(one)):
                sheet.write_string(number, column, safe_cell(text), wrapped)
            sheet.data_validation(
                number, place, number, place, {"validate": "list", "source": list(one.results.values())}
            )
        sheet.freeze_panes(1, 1)


def _cells(asked: Asked) -> tuple[str, ...]:
    answer = asked.answer
    said = ("",) * 5
    if answer is not None:
        said = (asked.results[answer.result], answer.remarks, answer.evidence, answer.by, answer.on)
    return (asked.name, asked.text.zh, asked.text.en, *said)


def is_answer_sheet(path: Path) -> bool:
    """Whether a spreadsheet has the columns of answers, and not those of an asset register. An unreadable one is none."""
    try:
        rows = _rows(path, most=1)
    except ImportFormatError:
        return False
    return bool(rows) and {COLUMNS["clause"][0], COLUMNS["result"][0]} <= {cell.strip() for cell in rows[0]}


def read_sheet(path: Path, asked: Sequence[Asked]) -> Filled:
    """Read what was filled in, with the evidence files beside it. Raises ImportFormatError with row and column."""
    rows = _rows(path)
    head = [cell.strip() for cell in rows[0]] if rows else []
    places = {}
    for name, (title, _) in COLUMNS.items():
        if name not in ("zh", "en"):
            if title not in head:
                raise ImportFormatError("no such column", str(path), f"row 1: {title}", "export the sheet again")
            places[name] = head.index(title)
    known = {one.name: one for one in asked}
    clauses: dict[str, ClauseAnswer] = {}
    findings: dict[str, HighRiskAnswer] = {}
    pending: list[Asked] = []
    files: dict[str, bytes] = {}
    there: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: _plain(row[place]) if place < len(row) else "" for name, place in places.items()}
        if not any(cells.values()):
            continue
        at = _Row(str(path), number)
        name = cells["clause"]
        one = known.get(name)
        if one is None:
            raise at.error("clause", f"{name!r} is nothing that waits for a person in this scan")
        if name in there:
            raise at.error("clause", f"{name} is there twice")
        there.add(name)
        if not any(value for column, value in cells.items() if column != "clause"):
            pending.append(one)
        elif one.finding:
            said = {"finding": one.finding, **_answer(cells, at, path.parent, one, files)}
            findings[one.finding] = HighRiskAnswer.model_validate(said)
        else:
            clauses[name] = ClauseAnswer.model_validate({"clause": name, **_answer(cells, at, path.parent, one, files)})
    return Filled(Answers(clauses, findings), tuple(pending), files)


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    number: int

    def error(self, column: str, message: str, hint: str = "") -> ImportFormatError:
        return ImportFormatError(message, self.source, f"row {self.number}: {COLUMNS[column][0]}", hint)


def _answer(cells: Mapping[str, str], at: _Row, folder: Path, asked: Asked, files: dict[str, bytes]) -> dict[str, str]:
    """What a row says, field by field of an answer."""
    result = _result(cells["result"], asked)
    if not result:
        what = f"{cells['result']!r} is no result" if cells["result"] else "is empty, and the row is not"
        raise at.error("result", what, f"one of {', '.join(asked.results.values())}")
    for name in ("by", "remarks", "evidence"):
        if len(cells[name]) > LONGEST_CELL:
            raise at.error(name, f"longer than {LONGEST_CELL} characters")
    if not cells["by"]:
        raise at.error("by", "is empty", "who answers for it")
    if asked.finding and not (cells["remarks"] or cells["evidence"]):
        raise at.error("remarks", "is empty, and so is the evidence file", "say what shows it")
    try:
        on = date.fromisoformat(cells["on"][:10]).isoformat()
    except ValueError as error:
        raise at.error("on", f"{cells['on']!r} is no date", "YYYY-MM-DD") from error
    digest = _evidence(cells["evidence"], at, folder, asked.answer, files) if cells["evidence"] else ""
    return {
        "result": result,
        "remarks": cells["remarks"],
        "by": cells["by"],
        "on": on,
        "evidence": cells["evidence"],
        "sha256": digest,
    }


def _result(cell: str, asked: Asked) -> str:
    """The result that a cell names: whole, by its word alone, or in Chinese; empty where it names none."""
    for result, said in asked.results.items():
        if cell.casefold() in (result, said.casefold(), said.split(" ")[0]):
            return result
    return ""


def _evidence(
    name: str, at: _Row, folder: Path, known: ClauseAnswer | HighRiskAnswer | None, files: dict[str, bytes]
) -> str:
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


def fill_answers(store: Store, scan: str, path: Path) -> Kept:
    """Keep the answers of a sheet with the scan. What the sheet lists without a result is pending again."""
    asked, known = waiting(store, scan), answers_of(store, scan)
    filled = read_sheet(path, asked)
    emptied = {one.finding or one.name for one in filled.pending}
    answers = Answers(
        {name: one for name, one in known.clauses.items() if name not in emptied} | dict(filled.answers.clauses),
        {name: one for name, one in known.findings.items() if name not in emptied} | dict(filled.answers.findings),
    )
    with store.batch():
        for digest, data in filled.files.items():
            store.keep(f"{scan}/{digest}", ANSWER_FILE, data)
        store.keep(answers_name(scan), ANSWERS, to_bytes(answers))
    return Kept(
        len(answers.clauses),
        sum(1 for one in asked if not one.finding and one.name not in answers.clauses),
        len(answers.findings),
        sum(1 for one in asked if one.finding and one.finding not in answers.findings),
    )


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
