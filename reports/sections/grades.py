"""Grades with their arithmetic, charts, the league table, and domestic shares."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from reports.charts import exposure_map, interval_bars, stacked_bars, trend_line
from reports.naming import headline_grades, number, organisation_names, scheme_title, span
from reports.report import GradeEntry
from reports.section import Block, Build, Cell, Chip, Column, Context, Facts, Figure, Heading, Line, Paragraph, Table
from reports.times import day
from reports.words import in_order
from rules.verdict import SEVERITIES

Row = TypeVar("Row")
GROUPS = ("level", "importance")  # kinds of subjects that are no units: their assets stand in units too
ROWS_IN_CHART = 16
ROWS_ON_PAGE, MOST_ROWS = 24, 96  # of a picture that goes on in another
ZONES_IN_MAP = 24


def grade(context: Context) -> Iterator[Block]:
    """The arithmetic of the headline grades, then every subject's figures."""
    report = context.source.report
    for entry in headline_grades(report):
        yield Heading(f"{context.say(entry.name)} · {scheme_title(context, entry.scheme)}")
        yield Facts(_grade_facts(context, entry))
    for scheme in report.generated_from.schemes:
        if scheme.parameters:
            yield Heading(f"{context.say(scheme.title)} {scheme.version}")
            yield Facts(((context.label("parameters"), tuple(context.say(text) for text in scheme.parameters)),))
    hidden = ("asset", "system") if context.options.view == "officer" else ("asset",)
    units = [entry for entry in report.grades if entry.subject_kind not in (*hidden, *GROUPS)]
    groups = [entry for entry in report.grades if entry.subject_kind in GROUPS]
    for name, entries in (("grade_of_units", units), ("grade_of_groups", groups)):
        if entries:
            yield Heading(context.label(name))
            yield _grade_table(context, entries)
    if context.options.view != "officer" and len({entry.subject for entry in units}) > 1:
        yield Heading(context.label("grade_arithmetic"))
        yield _arithmetic_table(context, [*units, *groups])


def _grade_facts(context: Context, entry: GradeEntry) -> tuple[tuple[str, Cell], ...]:
    conclusion = context.say(entry.conclusion) if entry.conclusion else "—"
    if entry.refusal is not None:
        conclusion = context.label("no_grade") + context.aside(context.say(entry.refusal))
    counts = context.listed(
        f"{context.word('verdict', verdict)} {count}" for verdict, count in in_order("verdict", entry.counts)
    )
    arithmetic: tuple[Line, ...] = tuple(context.say(step) for step in entry.arithmetic)
    return (
        (
            context.label("score"),
            number(entry.point) + context.aside(f"{context.label('interval')} {span(entry.lower, entry.upper)}"),
        ),
        *(
            [(context.label("without_waived"), number(entry.point_without_waived))]
            if entry.point_without_waived is not None
            else []
        ),
        (context.label("conclusion"), conclusion),
        (context.label("verdict"), counts),
        (context.label("coverage_a_long"), number(entry.coverage_a, "%")),
        (context.label("coverage_b_long"), number(entry.coverage_b, "%")),
        (context.label("arithmetic"), arithmetic or "—"),
        (context.label("expires"), day(context.source.report.freshness.expires, context.source.report.permit.timezone)),
    )


def _grade_table(context: Context, entries: list[GradeEntry]) -> Table:
    """One row a subject, the schemes side by side: score and interval, conclusion."""
    schemes = list(dict.fromkeys(entry.scheme for entry in entries))
    subjects: dict[str, dict[str, GradeEntry]] = {}
    for entry in entries:
        subjects.setdefault(entry.subject, {})[entry.scheme] = entry
    rows: list[tuple[Cell, ...]] = []
    for graded in subjects.values():
        first = next(iter(graded.values()))
        rows.append(
            (
                context.word("kind", first.subject_kind),
                context.say(first.name),
                number(graded[schemes[0]].coverage_a if schemes[0] in graded else None, "%"),
                *(_graded(context, graded.get(scheme)) for scheme in schemes),
            )
        )
    shown = rows[: context.row_limit] if context.row_limit else rows
    return Table(
        (
            Column(context.label("level"), 1),
            Column(context.label("subject"), 2),
            Column(context.label("coverage_a"), 0.9, "right"),
            *(Column(scheme_title(context, scheme), 1.7) for scheme in schemes),
        ),
        shown,
        total=len(rows),
        shown=len(shown),
        dense=True,
    )


def _arithmetic_table(context: Context, entries: list[GradeEntry]) -> Table:
    """How the score of every subject but the headline comes about, by the default scheme: the counts of parts sum up to those of
    the whole, and the score follows from them."""
    shown_above = {entry.subject for entry in headline_grades(context.source.report)}
    rows: list[tuple[Cell, ...]] = [
        (
            context.word("kind", entry.subject_kind),
            context.say(entry.name),
            tuple(
                f"{context.word('verdict', verdict)} {count}" for verdict, count in in_order("verdict", entry.counts)
            ),
            tuple(context.say(step) for step in entry.arithmetic),
        )
        for entry in entries
        if entry.scheme == "self-check" and entry.subject not in shown_above
    ]
    shown = rows[: context.row_limit] if context.row_limit else rows
    return Table(
        (
            Column(context.label("level"), 0.7),
            Column(context.label("subject"), 1.3),
            Column(context.label("verdict"), 1.2),
            Column(context.label("arithmetic"), 4),
        ),
        shown,
        total=len(rows),
        shown=len(shown),
        dense=True,
    )


def _graded(context: Context, entry: GradeEntry | None) -> Cell:
    if entry is None:
        return "—"
    if entry.refusal is not None:
        return (Chip("refused", context.label("no_grade")), span(entry.lower, entry.upper))
    score = number(entry.point) + context.aside(span(entry.lower, entry.upper))
    return (score, context.say(entry.conclusion)) if entry.conclusion else score


def charts(context: Context) -> Iterator[Block]:
    """Findings by severity and department, verdicts, coverage per clause group, exposure between zones, trend."""
    if context.options.trend:
        yield _trend(context)
    for figure in (_by_severity(context), *_by_group(context), _exposure(context)):
        if figure is not None:
            yield figure


def _caption(context: Context, title: str, shown: int, total: int, note: str = "", first: int = 1) -> str:
    """A title, with what a reader must know: also that the picture shows only some, from the first on."""
    notes = [note] if note else []
    if shown < total:
        notes.append(context.label("some_of", first=first, last=first + shown - 1, total=total))
    return title + (context.aside(context.parts(notes)) if notes else "")


def _trend(context: Context) -> Figure:
    timezone = context.source.report.permit.timezone
    points = [(day(item.ended, timezone)[5:], item.point, item.lower, item.upper) for item in context.options.trend]
    return Figure(
        context.label("trend"),
        trend_line(points, context.label("trend")),
        (Column(context.label("date")), Column(context.label("score")), Column(context.label("interval"))),
        tuple((name, number(point), span(lower, upper)) for name, point, lower, upper in points),
    )


def _by_severity(context: Context) -> Figure | None:
    counted: dict[str, Counter[str]] = {}
    department = {asset.id: asset.department or asset.zone for asset in context.source.report.assets}
    for finding in context.source.findings:
        if finding.verdict in ("fail", "partial"):
            counted.setdefault(department.get(finding.asset, ""), Counter())[finding.severity] += 1
    if not counted:
        return None
    names = organisation_names(context)
    rows = [
        (names.get(key, key) or "—", [counted[key][severity] for severity in SEVERITIES])
        for key in sorted(counted, key=lambda key: (-counted[key]["high"], -counted[key].total(), key))
    ][:ROWS_IN_CHART]
    titles = [context.word("severity", severity) for severity in SEVERITIES]
    return Figure(
        _caption(context, context.label("by_severity"), len(rows), len(counted)),
        stacked_bars(rows, SEVERITIES, titles, context.label("by_severity"), whole=False),
        (Column(context.label("department")), *(Column(title) for title in titles)),
        tuple((name, *map(str, figures)) for name, figures in rows),
    )


def _by_group(context: Context) -> Iterator[Figure]:
    groups: dict[str, list[int]] = {}
    for clause in context.source.report.coverage.clauses:
        figures = groups.setdefault(f"{clause.standard} {clause.group}".strip(), [0, 0, 0])
        decided = any(clause.verdicts.get(name, 0) for name in ("pass", "partial", "fail"))
        figures[0 if decided else 1 if clause.rules else 2] += 1
    titles = [context.label(name) for name in ("covered", "undecided", "uncovered")]
    for first, rows in _pages(sorted(groups.items())):
        yield Figure(
            _caption(context, context.label("by_group"), len(rows), len(groups), first=first),
            stacked_bars(rows, ("good", "gap", "none"), titles, context.label("by_group"), whole=True),
            (Column(context.label("group")), *(Column(title) for title in titles)),
            tuple((name, *map(str, figures)) for name, figures in rows),
        )


def _pages(rows: Sequence[Row]) -> Iterator[tuple[int, Sequence[Row]]]:
    """Rows for one picture after the other, each with the number of its first row, from 1."""
    for start in range(0, min(len(rows), MOST_ROWS), ROWS_ON_PAGE):
        yield start + 1, rows[start : min(start + ROWS_ON_PAGE, MOST_ROWS)]


def _exposure(context: Context) -> Figure | None:
    scope = context.source.report.scope
    if not scope.exposure:
        return None
    counts = {(item.vantage, item.zone): item.endpoints for item in scope.exposure}
    vantages = sorted({item.vantage for item in scope.exposure})[:ROWS_IN_CHART]
    every = sorted({item.zone for item in scope.exposure})
    zones = every[:ZONES_IN_MAP]
    return Figure(
        _caption(context, context.label("exposure"), len(zones), len(every), context.label("exposure_note")),
        exposure_map(vantages, zones, counts, context.label("exposure")),
        (Column(context.label("vantage")), *(Column(zone) for zone in zones)),
        tuple((vantage, *(str(counts.get((vantage, zone), 0)) for zone in zones)) for vantage in vantages),
    )


def league(context: Context) -> Iterator[Block]:
    """标杆引领: cities, then departments, best first; without a grade no rank."""
    report = context.source.report
    for kind in ("city", "district", "department"):
        entries = [item for item in report.grades if item.subject_kind == kind and item.scheme == "self-check"]
        if len(entries) < 2:
            continue
        ranked = sorted(
            entries, key=lambda item: (item.refusal is not None, -(item.point or 0), -(item.lower or 0), item.subject)
        )
        rows = [
            (
                context.say(item.name),
                None if item.refusal is not None else item.point,
                item.lower or 0.0,
                100.0 if item.upper is None else item.upper,
                context.label("no_grade") if item.refusal is not None else number(item.point),
            )
            for item in ranked
        ]
        title = f"{context.label('league')} · {context.word('kind', kind)}"
        for first, part in _pages(rows):
            yield Figure(
                _caption(context, title, len(part), len(rows), first=first),
                interval_bars(part, context.label("league")),
                tuple(Column(context.label(name)) for name in ("rank", "subject", "score", "interval")),
                tuple(
                    ("—" if row[1] is None else str(rank), row[0], row[4], span(row[2], row[3]))
                    for rank, row in enumerate(part, first)
                ),
            )


def shares(context: Context) -> Iterator[Block]:
    """Domestic share per layer as intervals, and the counts by origin behind them."""
    report = context.source.report
    if not report.shares:
        return
    yield Paragraph(context.label("share_note"))
    names = organisation_names(context)
    whole = report.shares[0].organisation
    for entry in report.grades:
        if (entry.scheme, entry.subject, entry.refusal) == ("autonomy", whole, None):
            yield from (Paragraph(context.say(line)) for line in entry.arithmetic[:2])
    top = [share for share in report.shares if share.organisation == whole]
    yield Figure(
        f"{context.label('by_layer')} · {names.get(whole, whole)}",
        interval_bars(
            [
                (
                    context.word("layer", share.layer),
                    None,
                    share.lower,
                    share.upper,
                    span(share.lower, share.upper, "%"),
                )
                for share in top
            ],
            context.label("by_layer"),
        ),
        (Column(context.label("layer")), Column(context.label("share"))),
        tuple((context.word("layer", share.layer), span(share.lower, share.upper, "%")) for share in top),
    )
    shown = report.shares[: context.row_limit] if context.row_limit else report.shares
    yield Table(
        (
            Column(context.label("subject"), 1.6),
            Column(context.label("layer"), 1.1),
            Column(context.label("total"), 0.6, "right"),
            Column(context.label("origin"), 3.4),
            Column(context.label("share"), 1.2, "right"),
        ),
        [
            (
                names.get(share.organisation, share.organisation),
                context.word("layer", share.layer),
                str(share.total),
                context.listed(
                    f"{context.word('origin', origin)} {count}"
                    for origin, count in in_order("origin", share.origins)
                    if count
                ),
                span(share.lower, share.upper, "%"),
            )
            for share in shown
        ],
        total=len(report.shares),
        shown=len(shown),
        dense=True,
    )


BUILDERS: Mapping[str, Build] = {"grade": grade, "charts": charts, "league": league, "shares": shares}
