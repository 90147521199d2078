"""The page on templates lists exactly what a template may say."""

import re
from pathlib import Path

from reports.docx_template import placeholders
from reports.format import Options, Source
from reports.section import Context
from tests.reports.documents import small

PAGE = Path(__file__).parents[2] / "docs" / "report-templates.md"


def test_the_page_lists_every_placeholder_and_every_field() -> None:
    values = placeholders(Context(Source.of(small()), Options(), row_limit=100))
    texts, lists = PAGE.read_text("utf-8").split("## Texts")[1].split("## Lists")
    assert set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"^\| (`.*?) \|", texts, re.M)))) == {
        name for name, value in values.items() if isinstance(value, str)
    }
    listed: dict[str, set[str]] = {}
    for names, fields in re.findall(r"^\| (`[^|]*) \| ([^|]*) \|$", lists.split("|---|")[1], re.M):
        for name in re.findall(r"`([a-z_]+)`", names):
            listed[name] = set(re.findall(r"`([a-z_]+)`", fields))
    assert listed == {name: set(value[0]) for name, value in values.items() if isinstance(value, list)}
