"""The page that an official reads: whole, self-contained, hostile text made harmless, the same bytes every time."""

import re
from pathlib import Path
from typing import Any

import html5lib
import pytest

from inventory.text import Text
from reports.format import Options, Source, format_named, write
from reports.report import Report
from reports.view import SECTIONS, VIEWS, View
from reports.words import LABELS
from tests.reports.city import RULES, asset_id
from tests.reports.documents import clean, finding, many, small, with_findings

SPACE = "{http://www.w3.org/1999/xhtml}"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \x1b[31mred\x00 \u202eevil\u2066 &amp; {{ 7*7 }}"


def page(report: Report, folder: Path, **more: Any) -> str:
    """The report as HTML text."""
    return (
        write(Source.of(report), format_named("html"), Options(**more), folder / "r.html").files[0].read_text("utf-8")
    )


def parsed(text: str) -> Any:
    """Read by a foreign parser that refuses what is not well-formed HTML5."""
    return html5lib.HTMLParser(strict=True).parse(text)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_valid_and_shows_its_sections_in_order(tmp_path: Path, view: View, language: Any) -> None:
    tree = parsed(page(small(), tmp_path, view=view, language=language))
    shown = [section.get("id") for section in tree.iter(f"{SPACE}section")]
    expected = [name for name in SECTIONS[view] if name != "comparison"]
    assert shown == expected


def test_nothing_is_fetched_and_nothing_runs(tmp_path: Path) -> None:
    text = page(small(), tmp_path)
    tree = parsed(text)
    for element in tree.iter():
        tag = str(element.tag).removeprefix(SPACE)
        assert tag not in {"script", "link", "iframe", "img", "object", "embed", "base", "form"}
        for name, value in element.attrib.items():
            assert not str(name).lower().startswith("on")
            if str(name).rpartition("}")[2] in {"href", "src", "action"}:
                assert value.startswith("#")
    assert not re.search(r"@import|url\((?!#)", text)


def test_a_lab_report_says_on_every_page_that_its_data_are_simulated(tmp_path: Path) -> None:
    said = LABELS["simulated"].zh
    assert f'<div class="watermark" aria-hidden="true">{said}</div>' in page(small(), tmp_path)
    real = small().model_copy(update={"simulated": False})
    assert said not in page(real, tmp_path)


def test_it_says_that_it_is_a_self_check_and_how_silence_counts(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        text = page(small(), tmp_path, language=language)
        for name in ("self_check_sentence", "silence_sentence", "simulated_sentence"):
            assert LABELS[name].say(language) in text


def test_hostile_text_is_shown_and_does_nothing(tmp_path: Path) -> None:
    said = Text(zh=HOSTILE, en=HOSTILE)
    bad = finding(RULES[0], asset_id(0), "10.45.1.10", 6379, said, excerpt=HOSTILE, owner=HOSTILE)
    report = with_findings(small(), [bad]).model_copy(update={"title": said})
    report = report.model_copy(
        update={"assets": tuple(asset.model_copy(update={"name": HOSTILE, "zone": HOSTILE}) for asset in report.assets)}
    )
    text = page(report, tmp_path)
    tree = parsed(text)
    assert not list(tree.iter(f"{SPACE}script")) + list(tree.iter(f"{SPACE}img"))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u2066]", text)
    seen = "".join(tree.itertext())
    assert "<script>alert(1)</script>" in seen
    assert "\\x1b[31mred\\x00 \\u202eevil\\u2066 &amp; {{ 7*7 }}" in seen


def test_many_findings_go_to_linked_pages_and_none_is_lost(tmp_path: Path) -> None:
    report = with_findings(small(), many(230))
    written = write(Source.of(report), format_named("html"), Options(page_rows=100), tmp_path / "r.html")
    assert [path.name for path in written.files] == ["r.html", "r-0002.html", "r-0003.html"]
    assert written.findings == 230
    places = []
    for path in written.files:
        tree = parsed(path.read_text("utf-8"))
        for group in tree.iter(f"{SPACE}article"):
            places += [row for row in group.iter(f"{SPACE}tr") if list(row.iter(f"{SPACE}td"))]
    assert len(places) == 230
    assert 'href="r-0002.html"' in written.files[0].read_text("utf-8")
    assert 'href="r-0002.html"' in written.files[2].read_text("utf-8")


def test_a_mended_city_has_a_report_too(tmp_path: Path) -> None:
    text = page(clean(), tmp_path)
    parsed(text)
    assert LABELS["no_findings"].zh in text
