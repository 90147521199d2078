"""HTML: one page that prints well on A4, without script or outside resource; more pages where the findings are many."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from inventory.text import Text
from reports.charts import DEFINITIONS, meter
from reports.cover import cover_facts
from reports.format import Format, Options, Source, Written
from reports.markup import facts_html, head_html, line_html, rows_html
from reports.printable import printable
from reports.quick_rows import quick_rows
from reports.report import FindingEntry
from reports.section import Block, Context, Groups, sections
from reports.sections.findings import finding_groups
from reports.view import SECTIONS

FOLDER = files("reports") / "templates" / "html"


class _Packaged(BaseLoader):
    """Templates from the package, wherever it is installed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:  # noqa: ARG002
        found = FOLDER / template
        if not found.is_file():
            raise TemplateNotFound(template)
        return found.read_text("utf-8"), None, None


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the report: its number, how many there are, the neighbours' names, how many findings it holds."""

    number: int = 1
    count: int = 1
    previous: str = ""
    next: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Numbered:
    """A section with its number."""

    number: int
    name: str
    title: str
    blocks: Iterable[Block]


def _finalize(value: Any) -> Any:
    """What is printed into the page: markup of ours as it is, anything else made printable (and then escaped)."""
    if isinstance(value, Markup):
        return value
    return printable(value if isinstance(value, str) else str(value))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=_Packaged(),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        kind=lambda value: type(value).__name__,
        rows=rows_html,
        head=head_html,
        facts=facts_html,
        line=lambda item: Markup(line_html(item)),  # noqa: S704 - escaped there
        meter=meter,
        charts=DEFINITIONS,
        style=Markup(FOLDER.joinpath("style.css").read_text("utf-8")),  # noqa: S704 - our own file
    )
    return environment


def render(source: Source, options: Options, target: Path) -> Written:
    """Write the page; findings beyond `page_rows` go to numbered pages beside it, linked in a row."""
    total = len(source.findings)
    shows_findings = "findings" in SECTIONS[options.view]
    count = max(1, -(-total // options.page_rows)) if shows_findings else 1
    names = [target.name, *(f"{target.stem}-{number:04d}{target.suffix}" for number in range(2, count + 1))]
    walked = iter(source.findings)
    context = Context(source, options)
    written = 0
    for number in range(1, count + 1):
        rows = list(islice(walked, options.page_rows)) if shows_findings else []
        page = Page(
            number=number,
            count=count,
            previous=names[number - 2] if number > 1 else "",
            next=names[number] if number < count else "",
            rows=len(rows),
        )
        _write_page(context, page, rows, target.with_name(names[number - 1]))
        written += len(rows)
    return Written(tuple(target.with_name(name) for name in names), written if shows_findings else total)


def _write_page(context: Context, page: Page, rows: list[FindingEntry], target: Path) -> None:
    report = context.source.report
    numbered = list(_first_page(context, rows) if page.number == 1 else _further_page(context, rows))
    template = _environment().get_template("report.html.j2")
    stream = template.stream(
        report=report,
        language=context.options.language,
        title=context.say(report.title),
        view=context.word("view", context.options.view),
        label=context.label,
        cover=cover_facts(context),
        contents=[section for section in numbered if page.number == 1],
        sections=numbered,
        page=page,
    )
    stream.enable_buffering(64)
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(stream)


def _first_page(context: Context, rows: list[FindingEntry]) -> Iterator[Numbered]:
    for number, section in enumerate(sections(context), 1):
        blocks: Iterable[Block] = section.blocks
        if section.name == "findings" and rows:
            blocks = [_findings(context, rows)]
        yield Numbered(number, section.name, section.title, blocks)


def _further_page(context: Context, rows: list[FindingEntry]) -> Iterator[Numbered]:
    yield Numbered(1, "findings", context.label("findings"), [_findings(context, rows)])


def _findings(context: Context, rows: list[FindingEntry]) -> Groups:
    return Groups(finding_groups(context, rows, quick_rows(context)), len(context.source.findings), len(rows))


FORMAT = Format("html", ".html", Text(zh="网页（可打印）", en="web page that prints"), render)
