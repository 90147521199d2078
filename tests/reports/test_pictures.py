"""Pictures show everything, or say what they leave out; causes and divisions have names that a reader knows."""

import re

import pytest

from inventory.text import Text
from reports.build.divisions import DIVISIONS
from reports.format import Options, Source
from reports.report import Exposure, GradeEntry, Report
from reports.section import Context, Figure
from reports.sections.grades import BUILDERS, MOST_ROWS
from reports.words import why_told
from tests.reports.documents import small


def figures(report: Report, section: str) -> list[Figure]:
    context = Context(Source.of(report), Options("en"))
    return [block for block in BUILDERS[section](context) if isinstance(block, Figure)]


def departments(count: int) -> Report:
    """A report with so many graded departments, every fifth without a grade."""
    report = small()
    pattern = next(entry for entry in report.grades if entry.scheme == "self-check")
    graded = [
        pattern.model_copy(
            update={
                "subject_kind": "department",
                "subject": f"department:{number:03}",
                "name": Text(zh=f"{number}", en=f"{number}"),
                "point": None if number % 5 == 0 else 90.0 - number / 10,
                "refusal": Text(zh="证据不足", en="too little evidence") if number % 5 == 0 else None,
            }
        )
        for number in range(count)
    ]
    kept: list[GradeEntry] = [entry for entry in report.grades if entry.subject_kind != "department"]
    return report.model_copy(update={"grades": (*kept, *graded)})


def test_a_league_table_goes_on_in_further_pictures() -> None:
    league = [figure for figure in figures(departments(60), "league") if "department" in figure.caption]
    assert [re.findall(r"\((.*)\)", figure.caption) for figure in league] == [
        ["1 to 24 of 60"],
        ["25 to 48 of 60"],
        ["49 to 60 of 60"],
    ]
    rows = [row for figure in league for row in figure.rows]
    assert [row[0] for row in rows] == [*map(str, range(1, 49)), *["—"] * 12]
    assert len({row[1] for row in rows}) == 60


def test_a_league_table_that_is_too_long_says_so() -> None:
    league = [figure for figure in figures(departments(200), "league") if "department" in figure.caption]
    assert sum(len(figure.rows) for figure in league) == MOST_ROWS
    assert "of 200" in league[-1].caption


def test_the_zone_map_names_every_zone() -> None:
    report = small()
    zones = [f"zone-with-a-long-name-{number:02}" for number in range(20)]
    seen = tuple(Exposure(vantage="office", zone=zone, endpoints=number) for number, zone in enumerate(zones))
    scope = report.scope.model_copy(update={"exposure": seen})
    (figure,) = [
        one for one in figures(report.model_copy(update={"scope": scope}), "charts") if "between zones" in one.caption
    ]
    assert [column.title for column in figure.columns[1:]] == zones
    assert figure.svg.count("rotate(-40") == len(zones)


@pytest.mark.parametrize(
    ("why", "reason", "zh", "en"),
    [
        ("silent", "timeout", "主机无应答（超时）", "host silent (timeout)"),
        ("failed", "no-answer", "获取失败（未获应答）", "attempt failed (no answer)"),
        ("failed", "some-new-code", "获取失败（some-new-code）", "attempt failed (some-new-code)"),
        (
            "forbidden",
            "intensity: 2 is above 1, allowed for camera in gg-center",
            "授权不允许（超出授权强度）",
            "forbidden by permit (intensity: 2 is above 1, allowed for camera in gg-center)",
        ),
        ("unknown", "", "缺少判定所需事实", "a needed fact is missing"),
        ("silent", "silent", "主机无应答", "host silent"),
    ],
)
def test_why_something_is_not_assessed_is_told_in_the_readers_language(why: str, reason: str, zh: str, en: str) -> None:
    assert (why_told(why, reason, "zh"), why_told(why, reason, "en")) == (zh, en)


def test_every_county_lies_in_a_city_that_is_known() -> None:
    """The region has 14 cities and 111 counties, districts and county-level cities."""
    cities = {code for code in DIVISIONS if code.endswith("00")}
    counties = DIVISIONS.keys() - cities
    assert (len(cities), len(counties)) == (15, 111)
    assert {code[:4] + "00" for code in counties} == cities - {"450000"}
    assert all(re.search("[市县区]$", DIVISIONS[code].zh) for code in DIVISIONS)
    assert len({DIVISIONS[code].zh for code in DIVISIONS}) == 126
