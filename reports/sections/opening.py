"""The first pages: summary, what to do first, comparison with an earlier scan."""

from collections.abc import Iterator, Mapping

from reports.naming import asset_lines, headline_grades, number, owner_of, place, scheme_title, span
from reports.report import GradeEntry, Report
from reports.section import (
    Block,
    Build,
    Cell,
    Chip,
    Column,
    Context,
    Heading,
    Mono,
    Numbers,
    Paragraph,
    Score,
    Scores,
    Table,
)
from reports.times import day
from rules.verdict import SEVERITIES

FIRST_THINGS = 10


def summary(context: Context) -> Iterator[Block]:
    """Grades at a glance, the figures, and the two sentences that nobody may overlook."""
    report = context.source.report
    figures = report.summary
    if report.simulated:
        yield Paragraph(context.label("simulated_sentence"), "lead")
    yield Scores(tuple(score(context, grade) for grade in headline_grades(report)))
    yield Numbers(
        (
            (str(figures.assets), context.label("assets_count")),
            (str(figures.unregistered), context.label("unregistered")),
            (str(figures.endpoints), context.label("endpoints")),
            (str(figures.questions), context.label("questions")),
            *(
                (
                    str(figures.findings.get(severity, 0)),
                    context.label(f"{severity}_findings"),
                )
                for severity in SEVERITIES
            ),
            (str(figures.high_risk), context.label("high_risk_short")),
            (str(sum(figures.candidates.values())), context.label("candidates")),
            (str(figures.waived), context.label("waived")),
        )
    )
    yield Paragraph(context.label("self_check_sentence"))
    yield Paragraph(context.label("silence_sentence"))


def score(context: Context, grade: GradeEntry) -> Score:
    """A grade as it stands on the first page; without a grade the reason stands where the figure would."""
    scheme = scheme_title(context, grade.scheme)
    if grade.refusal is not None:
        conclusion = Chip("refused", context.label("no_grade"))
    elif grade.conclusion is not None:
        conclusion = Chip("conclusion", context.say(grade.conclusion))
    else:
        conclusion = Chip("conclusion", context.label("self_check"))
    notes = [
        f"{context.label('interval')} {span(grade.lower, grade.upper)}",
        f"{context.label('coverage_a')} {number(grade.coverage_a, '%')} · {context.label('coverage_b')} {number(grade.coverage_b, '%')}",
    ]
    if grade.candidates:
        notes.append(f"{context.label('candidates')} {grade.candidates}")
    if grade.high_risk:
        notes.append(f"{context.label('high_risk')} {grade.high_risk}")
    if grade.refusal is not None:
        notes.append(context.say(grade.refusal))
    return Score(
        title=f"{context.say(grade.name)} · {scheme}",
        figure=number(grade.point if grade.refusal is None else None),
        conclusion=conclusion,
        lower=grade.lower,
        upper=grade.upper,
        point=grade.point,
        notes=tuple(notes),
    )


def ranked_rules(report: Report) -> list[tuple[str, int]]:
    """Rules with findings and the number of assets that they concern: worst severity first, then by what they weigh."""
    rules = {rule.id: rule for rule in report.rules}
    bad = {
        count.rule: count.verdicts.get("fail", 0) + count.verdicts.get("partial", 0)
        for count in report.verdicts
        if count.rule in rules
    }
    ranked = sorted(
        (rule for rule, assets in bad.items() if assets),
        key=lambda rule: (SEVERITIES.index(rules[rule].severity), -rules[rule].weight * bad[rule], rule),
    )
    return [(rule, bad[rule]) for rule in ranked]


def what_first(context: Context) -> Iterator[Block]:
    """The rules that cost most, worst first, with how many assets they concern."""
    report = context.source.report
    rules = {rule.id: rule for rule in report.rules}
    ranked = ranked_rules(report)
    if not ranked:
        yield Paragraph(context.label("no_findings"))
        return
    rows = [
        (
            str(rank),
            context.chip("severity", rules[rule].severity),
            (context.say(rules[rule].title), Mono(rule)),
            str(assets),
            context.say(rules[rule].remediation.officer),
        )
        for rank, (rule, assets) in enumerate(ranked[:FIRST_THINGS], 1)
    ]
    yield Table(
        (
            Column("#", 0.45, "right"),
            Column(context.label("severity"), 0.95),
            Column(context.label("rule"), 2.6),
            Column(context.label("assets_count"), 0.9, "right"),
            Column(context.label("remediation"), 4),
        ),
        rows,
        total=len(ranked),
        shown=len(rows),
    )


def comparison(context: Context) -> Iterator[Block]:
    """What changed since the scan that the reader compares with; nothing where none was named."""
    seen = context.options.comparison
    if seen is None:
        return
    timezone = context.source.report.permit.timezone
    yield Paragraph(
        f"{day(seen.old_ended, timezone)}（{seen.old_scan}）→ {day(seen.new_ended, timezone)}（{seen.new_scan}）"
    )
    if len(context.source.findings) < len(context.source.report.findings):
        yield Paragraph(context.label("only_new"))
    parts = {
        "new": seen.new,
        "reopened": seen.reopened,
        "still_open": tuple(entry.finding for entry in seen.still_open),
        "no_longer_assessed": seen.no_longer_assessed,
        "mended": seen.mended,
    }
    ended = {entry.finding.id: entry.waiver for entry in seen.waiver_ended}
    if ended:
        parts["waiver_ended"] = tuple(entry.finding for entry in seen.waiver_ended)
    yield Numbers(tuple((str(len(found)), context.label(name)) for name, found in parts.items()))
    since = {entry.finding.id: entry.since for entry in seen.still_open}
    titles = {rule.id: context.say(rule.title) for rule in context.source.report.rules}
    for name, found in parts.items():
        if not found:
            continue
        yield Heading(context.label(name))
        shown = found[: context.row_limit] if context.row_limit else found
        yield Table(
            (
                Column(context.label("severity"), 0.9),
                Column(context.label("rule"), 2.6),
                Column(context.label("asset"), 2),
                Column(context.label("responsible"), 1.2),
                Column(context.label("since"), 1),
            ),
            [
                (
                    context.chip("severity", finding.severity),
                    _title(
                        titles.get(finding.rule, finding.rule),
                        ended.get(finding.id) if name == "waiver_ended" else None,
                    ),
                    (*asset_lines(context, finding.asset), Mono(place(finding))),
                    owner_of(finding),
                    day(since.get(finding.id, finding.first_seen), timezone),
                )
                for finding in shown
            ],
            total=len(found),
            shown=len(shown),
            dense=True,
        )
    if seen.changed_assets:
        yield Heading(context.label("changed_assets"))
        yield Table(
            (
                Column(context.label("asset"), 2),
                Column(context.label("outcome"), 1),
                Column(context.label("detail"), 3),
            ),
            [
                (
                    (change.name or "—", Mono(change.asset)),
                    context.label(change.change),
                    ", ".join(change.fields) or "—",
                )
                for change in seen.changed_assets
            ],
            total=len(seen.changed_assets),
            shown=len(seen.changed_assets),
            dense=True,
        )


def _title(title: str, waiver: str | None) -> Cell:
    """The title of a rule, above the waiver that has ended."""
    return (title, Mono(waiver)) if waiver else title


BUILDERS: Mapping[str, Build] = {"summary": summary, "what_first": what_first, "comparison": comparison}
