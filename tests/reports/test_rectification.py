"""整改清单: who mends what by when; sorted by owner, then by due date, and nobody's findings at the end."""

from itertools import product

from reports.docx_template import placeholders
from reports.format import Options, Source
from reports.section import Context, Table
from reports.sections.findings import rectification
from tests.reports.documents import small


def _rows(owners_and_dues: list[tuple[str, str]]) -> list[tuple[object, object]]:
    given = small().findings[0]
    findings = tuple(given.model_copy(update={"owner": owner, "due": due}) for owner, due in owners_and_dues)
    report = small().model_copy(update={"findings": findings})
    (table,) = rectification(Context(Source.of(report), Options()))
    assert isinstance(table, Table)
    assert (table.total, table.shown) == (len(findings), len(findings))
    return [(row[0], row[1]) for row in table.rows]


def test_by_owner_then_due_date_and_without_either_last() -> None:
    given = list(product(("", "交警支队", "数据局"), ("2026-04-01", "", "2026-03-17")))
    dues = ("2026-03-17", "2026-04-01", "—")
    assert _rows(given) == [*product(("交警支队", "数据局", "—"), dues)]
    assert _rows(given[::-1]) == _rows(given), "the order in which they are found does not matter"


def test_a_template_lists_them_in_the_same_order() -> None:
    given = small().findings[0]
    owners = ("", "交警支队", "数据局")
    findings = tuple(given.model_copy(update={"owner": owner, "due": "2026-04-01"}) for owner in owners)
    report = small().model_copy(update={"findings": findings})
    rows = placeholders(Context(Source.of(report), Options(), row_limit=100))["rectification"]
    assert [row["owner"] for row in rows] == ["交警支队", "数据局", "—"]


def test_no_finding_gives_no_list() -> None:
    report = small().model_copy(update={"findings": ()})
    assert list(rectification(Context(Source.of(report), Options()))) == []
