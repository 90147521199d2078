"""What the pages show: the report and nothing else, in both languages, by hand, keyboard and screen reader, without a script."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import pytest

from inventory.text import Text
from reports.compare import compare
from reports.portal.page import link
from reports.portal.publish import publish
from reports.portal.words import WORDS, windows
from reports.report import Organisation, Report
from tests.reports.documents import small, with_findings
from tests.reports.portal.desk import NOW, Desk, make_desk

CSS = (Path(__file__).parents[3] / "reports" / "portal" / "templates" / "style.css").read_text()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    found = make_desk(tmp_path_factory.mktemp("portal"))
    yield found
    found.accounts.close()


class Links(HTMLParser):
    """The links of a page, its elements, and the text of the first heading."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))


def read(page: str) -> Links:
    found = Links()
    found.feed(page)
    return found


def all_paths(desk: Desk, who: str = "auditor") -> dict[str, str]:
    """Every page that can be reached by links, and its text."""
    browser = desk.browser(who)
    pages: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in pages or "lang=" in path or path.startswith("#"):
            continue
        answer = browser.get(path)
        assert answer.status_code == 200, path
        pages[path] = answer.text if answer.headers["content-type"].startswith("text/html") else ""
        if "/download/" not in path:
            waiting += read(pages[path]).links
    return pages


@pytest.fixture(scope="module")
def pages(desk: Desk) -> dict[str, str]:
    return {path: text for path, text in all_paths(desk).items() if text and "/download/" not in path}


def test_every_link_leads_to_a_page(pages: dict[str, str]) -> None:
    kinds = {re.sub(r"[0-9a-f]{16,64}|\?.*|20\d{6}-\w+-\w+", "", path) for path in pages}
    assert {
        "/",
        "/schedule",
        "/account",
        "/r/",
        "/r//unit",
        "/r//findings",
        "/r//finding/",
        "/r//finding//evidence/",
    } <= kinds
    assert {"/r//asset/", "/r//compare", "/r//clauses", "/r//waivers", "/r//scope", "/r//downloads"} <= kinds


def test_from_the_region_to_the_evidence_in_five_clicks(desk: Desk) -> None:
    browser = desk.browser("officer")
    path, steps = "/", ("city=", "department=", "system=", "/asset/", "/finding/")
    for step in steps:
        links = [one for one in read(browser.get(path).text).links if step in one and "findings" not in one]
        path = links[0]
    page = browser.get(path).text
    assert "SHA-256" in page
    assert '<figure class="evidence">' in page


def test_pages_are_valid_and_have_no_script_no_style_and_no_outside_resource(pages: dict[str, str]) -> None:
    parser = html5lib.HTMLParser(strict=True)
    for path, text in pages.items():
        parser.parse(text)
        for tag, given in read(text).elements:
            assert tag not in ("script", "style", "iframe", "object", "embed", "base"), path
            assert not any(name.startswith("on") or name == "style" for name in given), (path, tag, given)
            for name in ("src", "href", "action", "poster"):
                value = given.get(name) or ""
                assert "://" not in value, path
                assert not value.startswith(("//", "data:", "javascript:")), path
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_pages_are_usable_by_keyboard_and_screen_reader(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        found = read(text)
        tags = [tag for tag, _ in found.elements]
        assert tags.count("h1") == tags.count("main") == 1, path
        assert text[: text.index("</head>")].count("<title>") == 1, path
        assert dict(found.elements[0][1]).get("lang") == "zh-CN", path
        assert found.links[0] == "#content", path
        labelled = {given.get("for") for tag, given in found.elements if tag == "label"}
        for tag, given in found.elements:
            if tag in ("input", "select") and given.get("type") != "hidden":
                assert given.get("id") in labelled, (path, given)
            if tag == "th":
                assert given.get("scope") in ("col", "row"), path
            if tag == "svg":
                assert given.get("aria-label") or given.get("aria-hidden") == "true", path
            if (given.get("class") or "") == "scroll":
                assert given.get("tabindex") == "0", path
                assert given.get("aria-label"), path
        ids = [given["id"] for _, given in found.elements if given.get("id")]
        assert len(ids) == len(set(ids)), path
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (path, levels)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_contrast_enough_in_light_and_dark(scheme: int) -> None:
    """WCAG 2.1 1.4.3: 4.5 to 1."""
    block = re.findall(r":root \{(.*?)\}", CSS, re.S)[scheme]
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    pairs = [
        (ink, paper)
        for ink in ("ink", "soft", "accent", "high", "medium", "low", "gap", "good")
        for paper in ("paper", "card")
    ]
    for ink, paper in [*pairs, ("bar-ink", "bar"), ("accent-ink", "accent"), ("ink", "note")]:
        light, dark = sorted((_luminance(colour[ink]), _luminance(colour[paper])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)


def test_both_languages_say_everything(desk: Desk) -> None:
    browser = desk.browser("auditor")
    path = f"/r/{desk.second.scan.id}/findings?severity=high"
    chosen = browser.get(path + "&lang=en")
    assert (chosen.status_code, chosen.headers["location"]) == (303, path)
    english = browser.get(path).text
    assert '<html lang="en">' in english
    assert "Telnet offered for administration" in english
    assert "Findings" in english
    browser.get(path + "&lang=zh")
    assert "使用Telnet进行远程管理" in browser.get(path).text
    assert all(text.zh != text.en for key, text in WORDS.items() if key not in ("digest",))


def test_the_figures_are_those_of_the_report(desk: Desk) -> None:
    report = desk.second
    page = desk.browser("officer").get(f"/r/{report.scan.id}").text
    shown = re.findall(r"<dd>(\d+)</dd>", page)
    counted = [
        len(report.assets),
        *(
            sum(f.severity == s and f.verdict != "not_assessed" and not f.waiver for f in report.findings)
            for s in ("high", "medium", "low")
        ),
        sum(f.verdict == "not_assessed" and not f.waiver for f in report.findings),
        sum(bool(f.waiver) for f in report.findings),
        sum(len(asset.verdicts.get("not_assessed", ())) for asset in report.assets),
    ]
    assert shown[:7] == [str(figure) for figure in counted]


def test_filters_stay_in_the_address_and_agree_with_the_report(desk: Desk) -> None:
    browser = desk.browser("auditor")
    report = desk.first
    place = {asset.id: asset for asset in report.assets}
    root = f"/r/{report.scan.id}/findings.csv"
    for query, expected in (
        ({"severity": "high"}, [f for f in report.findings if f.severity == "high"]),
        ({"severity": "low"}, [f for f in report.findings if f.severity == "low"]),
        ({"state": "waived"}, [f for f in report.findings if f.waiver]),
        ({"state": "candidate"}, [f for f in report.findings if f.candidate]),
        ({"state": "open"}, [f for f in report.findings if f.verdict != "not_assessed" and not f.waiver]),
        ({"rule": "ds-telnet-offered"}, [f for f in report.findings if f.rule == "ds-telnet-offered"]),
        (
            {"department": "govdata"},
            [f for f in report.findings if f.asset in place and place[f.asset].department == "govdata"],
        ),
        ({"q": "telnet"}, [f for f in report.findings if f.rule == "ds-telnet-offered"]),
        ({"q": report.findings[0].id}, [report.findings[0]]),
        ({"q": "' OR 1=1 --"}, []),
        ({"q": "%"}, []),
        ({"severity": "nonsense"}, list(report.findings)),
    ):
        rows = list(csv.DictReader(io.StringIO(browser.get(link(root, **query)).text.lstrip("\ufeff"))))
        assert sorted(row["id"] for row in rows) == sorted(f.id for f in expected), query
        page = browser.get(link(f"/r/{report.scan.id}/findings", **query)).text
        assert page.count('class="mark ') == len(expected), query
    page = browser.get(f"/r/{report.scan.id}/findings?severity=high&department=govdata").text
    assert "severity=high&amp;department=govdata" in page or "department=govdata" in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=999999", "page=" + "9" * 40, "path=x", "city=&city=2", "lang=fr"]
)
def test_a_strange_address_is_no_error(desk: Desk, query: str) -> None:
    browser = desk.browser("auditor")
    for path in (f"/r/{desk.first.scan.id}/findings", "/search", "/", "/account"):
        assert browser.get(f"{path}?{query}").status_code == 200


def test_two_scans_compare_as_the_report_compares_them(desk: Desk) -> None:
    expected = compare(desk.first, desk.second)
    page = desk.browser("auditor").get(f"/r/{desk.second.scan.id}/compare?with={desk.first.scan.id}").text
    shown = re.findall(r"<dd>(\d+)</dd>", page)
    counts = (expected.new, expected.reopened, expected.still_open, expected.mended, expected.no_longer_assessed)
    assert shown == [str(len(found)) for found in counts]
    assert len(expected.new) == len(expected.mended) == len(expected.no_longer_assessed) == 1
    assert desk.browser("auditor").get(f"/r/{desk.first.scan.id}/compare").status_code == 200
    assert desk.browser("auditor").get(f"/r/{desk.first.scan.id}/compare?with={desk.second.scan.id}").status_code == 404


def test_the_schedule_shows_progress_and_asks_again_while_a_scan_runs(desk: Desk) -> None:
    answer = desk.browser("officer").get("/schedule")
    assert answer.headers["refresh"] == "15"
    assert '<progress max="49" value="31"' in answer.text
    assert "值守中" in answer.text


def hostile(report: Report) -> Report:
    """A report whose every device-chosen text tries to be something else."""
    bad = "<img src=x onerror=alert(1)>\"'&{{7*7}}"
    assets = tuple(asset.model_copy(update={"name": bad, "system": bad}) for asset in report.assets)
    findings = tuple(
        item.model_copy(
            update={
                "reason": Text(zh=bad, en=bad),
                "owner": "=cmd|' /C calc'!A0",
                "evidence": tuple(piece.model_copy(update={"excerpt": bad, "label": bad}) for piece in item.evidence),
            }
        )
        for item in report.findings
    )
    scan = report.scan.model_copy(update={"id": "20260501-hostile", "ended": "2026-05-01T00:00:00Z"})
    units = (*report.organisations, Organisation(id="x", kind="department", code="govdata", name=Text(zh=bad, en=bad)))
    changed = with_findings(report, findings).model_copy(
        update={"scan": scan, "assets": assets, "organisations": units}
    )
    return changed.model_copy(update={"permit": report.permit.model_copy(update={"id": "HOSTILE"})})


def test_what_a_device_says_is_shown_and_does_nothing(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    publish(hostile(desk.first), tmp_path / "published")
    (tmp_path / "status.json").write_text(
        '{"format": "chengjian-agent-status/1", "agent": "<b>", "heartbeat": "<b>", "jobs": [{"name": "<b>", "state": "<b>",'
        ' "next": "<b>", "schedule": "<b>", "timezone": "<b>", "windows": ["<b>"], "last": {"result": "<b>", "ended": "<b>"}}]}'
    )
    for path, text in all_paths(desk).items():
        elements = read(text).elements
        assert not any(tag in ("img", "b") for tag, _ in elements), path
        assert "49" not in re.findall(r"\{\{|\}\}|>49<", text), path
    listed = desk.browser("auditor").get("/r/20260501-hostile/findings.csv").text
    for row in csv.reader(io.StringIO(listed)):
        assert not any(cell[:1] in ("=", "+", "-", "@") for cell in row)
    desk.accounts.close()


def test_an_empty_shelf_and_a_broken_snapshot_are_no_error(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    for folder in (tmp_path / "published").iterdir():
        (folder / "snapshot.db").write_bytes(b"broken")
    assert "尚未发布" in desk.browser("officer").get("/").text
    desk.accounts.close()


def test_a_snapshot_that_comes_while_the_portal_runs_is_shown(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    browser = desk.browser("officer")
    assert "2026-04-02" in browser.get("/").text
    scan = desk.second.scan.model_copy(update={"id": "newer", "ended": "2026-05-02T00:00:00Z"})
    publish(desk.second.model_copy(update={"scan": scan}), tmp_path / "published")
    assert "2026-05-02" in browser.get("/").text
    desk.accounts.close()


def test_a_department_of_several_districts_shows_a_grade_for_each_the_lowest_first(tmp_path: Path) -> None:
    report = small()
    place = (report.assets[0].city, report.assets[0].department)
    (one,) = [grade for grade in report.grades if grade.subject == place[1] and grade.scheme == "self-check"]
    districts = {"450103": 41.5, "450102": 77.25, "450105": None}
    spread = [
        one.model_copy(update={"subject": f"department:{place[0]}/{code}/{place[1]}", "point": point})
        for code, point in districts.items()
    ]
    kept = [grade for grade in report.grades if grade.subject != one.subject]
    publish(report.model_copy(update={"grades": (*kept, *spread)}), tmp_path / "published")
    desk = make_desk(tmp_path / "desk")
    page = Desk(tmp_path, desk.clock, desk.accounts, report, report).browser("officer")
    shown = page.get(f"/r/{report.scan.id}/unit", params={"city": place[0], "department": place[1]}).text
    section = shown[shown.index("分县区得分") :]
    assert [section.index(code) for code in districts] == sorted(section.index(code) for code in districts)
    assert "41.5" in section
    table = page.get(f"/r/{report.scan.id}/unit", params={"city": place[0]}).text
    assert "3个县区中最低" in table
    desk.accounts.close()


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (["sat,sun 22:00–06:00"], "周六、周日 22:00–06:00", "Sat, Sun 22:00–06:00"),
        (["mon,tue,wed,thu,fri,sat,sun 02:00–04:00"], "每天 02:00–04:00", "daily 02:00–04:00"),
        (["mon 01:00–02:00", "strange"], "周一 01:00–02:00；strange", "Mon 01:00–02:00; strange"),
        ([], "", ""),
        ([7, None], "7；None", "7; None"),
    ],
)
def test_windows_are_said_in_the_readers_language(given: list[object], zh: str, en: str) -> None:
    assert (windows(given, "zh"), windows(given, "en")) == (zh, en)


def test_waivers_that_end_soon_say_in_how_many_days(desk: Desk) -> None:
    soonest = min(waiver.expires for waiver in desk.second.waivers if not waiver.expired)
    desk.clock.now = datetime.fromisoformat(f"{soonest}T02:00:00+00:00") - timedelta(days=9)
    try:
        page = desk.browser("auditor").get(f"/r/{desk.second.scan.id}/waivers").text
    finally:
        desk.clock.now = NOW
    assert "9天后到期" in page


def test_what_has_no_grade_shows_no_score_in_the_league(tmp_path: Path) -> None:
    report = small()
    refusal = Text(zh="证据不足，不予评级", en="too little evidence, no grade")
    grades = [grade.model_copy(update={"refusal": refusal, "conclusion": None}) for grade in report.grades]
    publish(report.model_copy(update={"grades": tuple(grades)}), tmp_path / "published")
    desk = make_desk(tmp_path / "desk")
    page = Desk(tmp_path, desk.clock, desk.accounts, report, report).browser("officer").get("/").text
    league = page[page.index("排名") : page.index("问题最多的部门")]
    assert "不予评级" in league
    assert 'class="score"' not in league
    desk.accounts.close()
