"""The last pages: accuracy of the tool, age of the evidence, signatures."""

from collections.abc import Iterator, Mapping

from reports.accuracy import outdated
from reports.section import Block, Build, Column, Context, Facts, Mono, Paragraph, Signatures, Table
from reports.times import day, local


def accuracy(context: Context) -> Iterator[Block]:
    """Recall and precision on the known-answer lab, whole and by rule; the absence is said, and so is that the figures are of
    other rules or another program than this report: then they are not given by rule."""
    report = context.source.report
    known = report.accuracy
    if known is None:
        yield Paragraph(context.label("accuracy_missing"))
        return
    others = outdated(report, known)
    if others:
        yield Paragraph(context.label("accuracy_outdated", parts=context.listed(others)), "lead")
    expected, found = sum(item.expected for item in known.rules), sum(item.found for item in known.rules)
    claimed = found + sum(item.invented for item in known.rules)
    day_measured = context.aside(day(known.date, report.permit.timezone))
    yield Facts(
        (
            (context.label("lab_version"), f"{known.lab}{day_measured}"),
            (context.label("recall"), f"{known.recall:g}%{context.aside(f'{found}/{expected}')}"),
            (context.label("precision"), f"{known.precision:g}%{context.aside(f'{found}/{claimed}')}"),
        )
    )
    yield Paragraph(context.label("accuracy_sentence"), "note")
    if known.rules and not others:
        titles = {rule.id: context.say(rule.title) for rule in report.rules}
        yield Table(
            (
                Column(context.label("rule"), 3),
                *(Column(context.label(name), 0.8, "right") for name in ("expected", "found", "invented")),
            ),
            [
                (
                    (titles.get(item.rule, item.rule), Mono(item.rule)),
                    str(item.expected),
                    str(item.found),
                    str(item.invented),
                )
                for item in known.rules
            ],
            total=len(known.rules),
            shown=len(known.rules),
            dense=True,
        )


def freshness(context: Context) -> Iterator[Block]:
    """When the evidence was taken and how long it is taken to hold."""
    report = context.source.report
    timezone = report.permit.timezone
    age = report.freshness
    yield Facts(
        (
            (context.label("oldest"), local(age.oldest, timezone)),
            (context.label("newest"), local(age.newest, timezone)),
            (context.label("expires"), local(age.expires, timezone)),
        )
    )
    if age.tables:
        yield Table(
            (
                Column(context.label("table"), 2.4),
                Column(context.label("oldest"), 1.2),
                Column(context.label("newest"), 1.2),
                Column(context.label("valid_days"), 0.9, "right"),
                Column(context.label("expires"), 1.2),
            ),
            [
                (
                    context.say(item.title),
                    day(item.oldest, timezone),
                    day(item.newest, timezone),
                    str(item.valid_for_days),
                    day(item.expires, timezone),
                )
                for item in age.tables
            ],
            total=len(age.tables),
            shown=len(age.tables),
            dense=True,
        )


def sign_off(context: Context) -> Iterator[Block]:
    """Block for assessor, reviewer and owner."""
    names = context.source.report.sign_off
    yield Signatures(
        (
            (context.label("assessor"), names.assessor),
            (context.label("reviewer"), names.reviewer),
            (context.label("owner"), names.owner),
        )
    )


BUILDERS: Mapping[str, Build] = {"accuracy": accuracy, "freshness": freshness, "sign_off": sign_off}
