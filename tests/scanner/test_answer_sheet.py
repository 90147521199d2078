"""Clauses that no scanner decides: exported, filled in by a person, imported, shown and part of the bundle."""

import hashlib
from pathlib import Path

import openpyxl
import pytest

from inventory.store import Store
from reports.canonical_form import read_report
from reports.report import Report
from scanner.answer_sheet import CLAUSE_RESULTS, COLUMNS, HIGH_RISK, may_be_high_risk, waiting
from scanner.cli import main
from tests.scanner.test_passport import live

PLACE = {name: number for number, name in enumerate(COLUMNS, start=1)}


def command(workspace: Path, *words: str) -> int:
    return main(["inventory", *words, "--workspace", str(workspace)])


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A judged workspace with its sheet exported beside it."""
    path = tmp_path / "city.db"
    live(path, "10.45.10.2", answers=True)
    assert main(["judge", "--workspace", str(path), "--fail-on", "none"]) == 0
    assert command(path, "export", "--answers", str(tmp_path / "answers.xlsx")) == 0
    return path


def fill(sheet: Path, row: int, **cells: str) -> str:
    """Write into a row; returns its clause."""
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    for name, text in cells.items():
        page.cell(row, PLACE[name]).value = text
    book.save(sheet)
    return str(page.cell(row, PLACE["clause"]).value)


def report_of(workspace: Path) -> Report:
    with Store.open(workspace) as store:
        return read_report(store.report("live"))


def test_the_sheet_lists_every_clause_that_waits_for_a_person_and_no_other(city: Path) -> None:
    page = openpyxl.load_workbook(city.parent / "answers.xlsx").worksheets[0]
    listed = [str(page.cell(row, 1).value) for row in range(2, page.max_row + 1)]
    with Store.open(city) as store:
        assert listed == [one.name for one in waiting(store, "live")]
    decided = [clause for clause in report_of(city).coverage.clauses if clause.id not in listed]
    assert decided
    assert all(clause.rules and clause.automation in ("automated", "partly") for clause in decided)


def test_an_answer_goes_round_with_its_file_and_changes_no_verdict(
    city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, before = city.parent / "answers.xlsx", report_of(city)
    paper = "机房照片.jpg"
    (city.parent / paper).write_bytes(b"a picture")
    clause = fill(sheet, 2, result="符合", remarks="=1+1 门禁完好", evidence=paper, by="王工", on="2026-11-01")
    capsys.readouterr()
    assert command(city, "import", str(sheet)) == 0
    assert "1 clauses answered" in capsys.readouterr().out
    after = report_of(city)
    (answered,) = [one for one in after.coverage.clauses if one.answer is not None]
    assert answered.id == clause
    assert answered.answer is not None
    assert (answered.answer.result, answered.answer.by, answered.answer.on) == ("pass", "王工", "2026-11-01")
    assert answered.answer.sha256 == hashlib.sha256(b"a picture").hexdigest()
    assert (after.verdicts, after.coverage.checks, after.coverage.clauses_decided) == (
        before.verdicts,
        before.coverage.checks,
        before.coverage.clauses_decided,
    )
    assert [grade.point for grade in after.grades] == [grade.point for grade in before.grades]

    # Exported again somewhere else it says the same, and what was handed in need not lie beside it.
    again = city.parent / "elsewhere" / "answers.xlsx"
    assert command(city, "export", "--answers", str(again)) == 0
    assert command(city, "import", str(again)) == 0
    assert [one.answer for one in report_of(city).coverage.clauses] == [one.answer for one in after.coverage.clauses]

    # Without a result it is pending again.
    fill(again, 2, result="", remarks="", evidence="", by="", on="")
    assert command(city, "import", str(again)) == 0
    assert not any(one.answer for one in report_of(city).coverage.clauses)


def test_the_report_shows_what_is_answered_and_what_is_pending(city: Path) -> None:
    sheet = city.parent / "answers.xlsx"
    clause = fill(sheet, 3, result=CLAUSE_RESULTS["fail"], remarks="无门禁<script>", by="王工", on="2026-11-01")
    assert command(city, "import", str(sheet)) == 0
    out = city.parent / "out"
    words = ["--workspace", str(city), "--format", "html", "--out", str(out)]
    assert main(["report", *words]) == 0
    page = "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("*.html")))
    assert "待人工核查的条款" in page
    assert clause in page
    assert "无门禁&lt;script&gt;" in page


def test_a_bundle_carries_the_answer_and_its_file(city: Path) -> None:
    import zipfile

    sheet = city.parent / "answers.xlsx"
    (city.parent / "record.txt").write_bytes(b"seen on site")
    fill(sheet, 2, result="partial", evidence="record.txt", by="W", on="2026-11-01")
    assert command(city, "import", str(sheet)) == 0
    bundle = city.parent / "city.zip"
    assert main(["bundle", "export", "--workspace", str(city), "--out", str(bundle)]) == 0
    with zipfile.ZipFile(bundle) as packed:
        inside = [packed.read(name) for name in packed.namelist() if "answer" in name]
    assert b"seen on site" in inside
    assert any(b'"record.txt"' in part for part in inside)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"result": "大概符合", "by": "W", "on": "2026-11-01"}, "row 2: 结果 result"),
        ({"remarks": "seen"}, "row 2: 结果 result"),
        ({"result": "pass", "on": "2026-11-01"}, "row 2: 填报人 by"),
        ({"result": "pass", "by": "W", "on": "yesterday"}, "row 2: 日期 date"),
        ({"result": "pass", "by": "W", "on": "2026-11-01", "evidence": "gone.pdf"}, "row 2: 证据文件 evidence file"),
        ({"result": "pass", "by": "W", "on": "2026-11-01", "evidence": "../city.db"}, "row 2: 证据文件 evidence file"),
        ({"clause": "GB/T 99999 1"}, "row 2: 条款 clause"),
    ],
)
def test_what_is_filled_in_wrongly_is_named_with_row_and_column_and_nothing_is_kept(
    city: Path, cells: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = city.parent / "answers.xlsx"
    fill(sheet, 4, result="pass", by="W", on="2026-11-01")
    fill(sheet, 2, **cells)
    assert command(city, "import", str(sheet)) == 2
    assert said in capsys.readouterr().err
    assert not any(clause.answer for clause in report_of(city).coverage.clauses)


def test_a_clause_that_is_there_twice_is_refused(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = city.parent / "answers.xlsx"
    first = fill(sheet, 2)
    fill(sheet, 3, clause=first)
    assert command(city, "import", str(sheet)) == 2
    assert "row 3" in capsys.readouterr().err


def test_an_answer_on_management_enters_the_2021_score_and_no_other(city: Path) -> None:
    profile = city.parent / "profile.yaml"
    profile.write_text("id: history\nprotection_level: 3\nschemes: [mlps-2021]\n", encoding="utf-8")
    assert main(["judge", "--workspace", str(city), "--profile", str(profile), "--fail-on", "none"]) == 0
    sheet = city.parent / "answers.xlsx"
    assert command(city, "export", "--answers", str(sheet)) == 0
    page = openpyxl.load_workbook(sheet).worksheets[0]
    row = next(row for row in range(2, page.max_row + 1) if "8.1.10." in str(page.cell(row, 1).value))
    before = report_of(city)
    fill(sheet, row, result="不符合", by="王工", on="2026-11-01")
    assert command(city, "import", str(sheet)) == 0
    after = report_of(city)

    def said(report: Report, scheme: str) -> str:
        (found,) = (one for one in report.grades if (one.subject_kind, one.scheme) == ("region", scheme))
        return " ".join(line.en for line in found.arithmetic)

    assert "so y = 1" in said(before, "mlps-2021")
    assert "y = 0.5 (management answers were handed in)" in said(after, "mlps-2021")
    assert said(after, "self-check") == said(before, "self-check")


def case_row(sheet: Path) -> int:
    page = openpyxl.load_workbook(sheet).worksheets[0]
    return next(row for row in range(2, page.max_row + 1) if str(page.cell(row, 1).value).startswith(HIGH_RISK))


@pytest.mark.parametrize(
    ("result", "kept", "shown"), [("属实", "confirmed", "高风险已确认"), ("rejected", "rejected", "高风险已排除")]
)
def test_a_person_settles_a_high_risk_case_with_evidence_and_the_report_shows_it(
    city: Path, result: str, kept: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, before = city.parent / "answers.xlsx", report_of(city)
    (pending,) = [found for found in before.findings if may_be_high_risk(found)]
    assert (pending.candidate, before.summary.high_risk) == (True, 1)
    (city.parent / "shot.txt").write_bytes(b"seen by hand")
    fill(sheet, case_row(sheet), result=result, evidence="shot.txt", by="王工", on="2026-11-01")
    capsys.readouterr()
    assert command(city, "import", str(sheet)) == 0
    assert "1 high-risk cases settled, 0 pending" in capsys.readouterr().out
    after = report_of(city)
    (settled,) = [found for found in after.findings if may_be_high_risk(found)]
    assert (settled.verdict, settled.candidate, after.summary.high_risk) == ("fail", False, 0)
    assert settled.high_risk_answer is not None
    assert (settled.high_risk_answer.result, settled.high_risk_answer.by) == (kept, "王工")
    assert settled.high_risk_answer.sha256 == hashlib.sha256(b"seen by hand").hexdigest()
    assert after.verdicts == before.verdicts
    assert {grade.high_risk for grade in after.grades} == {0}
    out = city.parent / "out"
    assert main(["report", "--workspace", str(city), "--format", "html", "--out", str(out)]) == 0
    assert shown in "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("*.html")))

    # It goes round, and a row that is emptied waits again.
    assert command(city, "export", "--answers", str(sheet)) == 0
    assert "1 high-risk candidates, 1 of them settled" in capsys.readouterr().out
    fill(sheet, case_row(sheet), result="", remarks="", evidence="", by="", on="")
    assert command(city, "import", str(sheet)) == 0
    assert report_of(city).findings == before.findings


def test_a_high_risk_case_is_not_settled_without_saying_what_shows_it(
    city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = city.parent / "answers.xlsx"
    row = case_row(sheet)
    fill(sheet, row, result="confirmed", by="W", on="2026-11-01")
    assert command(city, "import", str(sheet)) == 2
    assert f"row {row}: 说明 remarks" in capsys.readouterr().err
    fill(sheet, row, result="pass", remarks="behind a firewall")
    assert command(city, "import", str(sheet)) == 2
    assert "属实 confirmed, 不属实 rejected" in capsys.readouterr().err
    assert report_of(city).summary.high_risk == 1
