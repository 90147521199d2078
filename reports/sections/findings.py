"""Findings: by severity and rule with their evidence, and as a rectification list by owner and due date."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice

from reports.naming import asset_lines, owner_of, place
from reports.printable import one_line
from reports.report import FindingEntry, RuleEntry
from reports.section import Block, Build, Cell, Chip, Column, Context, Group, Groups, Line, Mono, Paragraph, Table
from reports.times import day
from reports.view import View
from rules.high_risk import said_of
from rules.verdict import SEVERITIES

PIECES, EXCERPT = 2, 64  # pieces of evidence in a cell, and characters of each


def shown_findings(context: Context) -> tuple[Iterable[FindingEntry], int]:
    """The findings that this format shows, in document order, and how many these are."""
    total = len(context.source.findings)
    if context.row_limit is None or total <= context.row_limit:
        return context.source.findings, total
    return islice(context.source.findings, context.row_limit), context.row_limit


def findings(context: Context) -> Iterator[Block]:
    """By severity and rule: what it is, what to do, and every place with fact, evidence, owner."""
    total = len(context.source.findings)
    if not total:
        yield Paragraph(context.label("no_findings"))
        return
    kept, shown = shown_findings(context)
    yield Groups(finding_groups(context, kept), total, shown)


Rows = Callable[[list[FindingEntry]], Iterable[tuple[Cell, ...]]]


def finding_groups(context: Context, kept: Iterable[FindingEntry], rows: Rows | None = None) -> Iterator[Group]:
    """One group a rule; `kept` is in document order, which is by severity and rule, and is walked once. `rows` makes the
    rows of a table where a format has a quicker way than `finding_cells`."""
    made = rows or (lambda members: [finding_cells(context, finding) for finding in members])
    rules = {rule.id: rule for rule in context.source.report.rules}
    for name, members in groupby(kept, key=lambda finding: finding.rule):
        yield _group(context, rules.get(name), name, list(members), made)


def _group(context: Context, rule: RuleEntry | None, name: str, members: list[FindingEntry], rows: Rows) -> Group:
    severity = members[0].severity
    facts: list[tuple[str, Cell]] = [(context.label("rule"), Mono(name))]
    clauses = context.parts(members[0].clauses) if members[0].clauses else context.label("no_clause")
    facts.append((context.label("clauses"), clauses))
    if rule is not None:
        if rule.high_risk:
            facts.append((context.label("high_risk"), context.say(said_of(rule.high_risk))))
        facts += _remediation(context, rule, context.options.view)
    return Group(
        heading=context.say(rule.title) if rule is not None else name,
        chips=(context.chip("severity", severity), Chip("count", f"{len(members)}")),
        facts=tuple(facts),
        table=Table(
            (
                Column(context.label("asset"), 1.6),
                Column(context.label("verdict"), 1.1),
                Column(context.label("reason"), 2.5),
                Column(context.label("evidence"), 2.3),
                Column(f"{context.label('responsible')} / {context.label('due')}", 1.3),
            ),
            rows(members),
            total=len(members),
            shown=len(members),
            dense=True,
        ),
    )


def _remediation(context: Context, rule: RuleEntry, view: View) -> list[tuple[str, Cell]]:
    said = rule.remediation
    if view == "officer":
        return [(context.label("remediation"), context.say(said.officer))]
    if view == "auditor":
        return [(context.label("check_again"), context.say(said.auditor))]
    if view == "vendor":
        return [
            (context.label("remediation"), context.say(said.vendor)),
            (context.label("check_again"), context.say(said.auditor)),
        ]
    return [
        (context.label("remediation"), context.say(said.officer)),
        (context.label("vendor"), context.say(said.vendor)),
        (context.label("check_again"), context.say(said.auditor)),
    ]


def verdict_chips(context: Context, finding: FindingEntry) -> tuple[Line, ...]:
    """The verdict, and what stands beside it."""
    verdict: list[Line] = [context.chip("verdict", finding.verdict)]
    if finding.candidate:
        name = "candidate" if finding.verdict == "not_assessed" else "high_risk_short"
        verdict.append(Chip("candidate", context.label(name)))
    if finding.high_risk_answer is not None:
        said = finding.high_risk_answer
        chip = Chip("fail", context.label("high_risk_confirmed"))
        verdict.append(chip if said.result == "confirmed" else Chip("pass", context.label("high_risk_rejected")))
        verdict.append(context.listed(part for part in (said.by, said.on, said.remarks) if part))
        if said.evidence:
            verdict += [f"{context.label('answer_file')} {said.evidence}", Mono(f"SHA-256 {said.sha256}")]
    if finding.waiver:
        verdict.append(Chip("waived", f"{context.label('waived')} {finding.waiver}"))
    return tuple(verdict)


def finding_cells(context: Context, finding: FindingEntry) -> tuple[Cell, ...]:
    """One place: asset, verdict, reason, evidence, and who mends it by when."""
    due: tuple[Line, ...] = (finding.due,) if finding.due else ()
    return (
        (*asset_lines(context, finding.asset), Mono(place(finding))),
        verdict_chips(context, finding),
        context.say(finding.reason),
        evidence_lines(context, finding),
        (owner_of(finding), *due),
    )


def evidence_lines(context: Context, finding: FindingEntry) -> tuple[Line, ...]:
    """Evidence class, then for the first pieces an excerpt, where it stands, and the beginning of its digest; the document
    has them all."""
    lines: list[Line] = [context.word("confidence", finding.confidence)]
    for piece in finding.evidence[:PIECES]:
        if piece.excerpt:
            lines.append(Mono(one_line(piece.excerpt, EXCERPT)))
        lines.append(Mono(f"{piece.label} +{piece.offset} sha256:{piece.digest[:16]}…"))
    if len(finding.evidence) > PIECES:
        lines.append(f"(+{len(finding.evidence) - PIECES})")
    return tuple(lines)


def rectification_order(finding: FindingEntry) -> tuple[bool, str, str, int, str, str]:
    """By owner, then by due date, what has none of them last; then by severity, rule and asset."""
    severity = SEVERITIES.index(finding.severity)
    return (not finding.owner, finding.owner, finding.due or "9999", severity, finding.rule, finding.asset)


def rectification(context: Context) -> Iterator[Block]:
    """整改清单: sorted by owner, due date and severity. It needs all findings at once, so it is capped where they stream."""
    total = len(context.source.findings)
    if not total:
        return
    kept, shown = shown_findings(context)
    titles = {rule.id: context.say(rule.title) for rule in context.source.report.rules}
    if context.row_limit is None and total > context.options.page_rows:
        kept, shown = islice(context.source.findings, context.options.page_rows), context.options.page_rows
    ordered = sorted(kept, key=rectification_order)
    yield Table(
        (
            Column(context.label("responsible"), 1.3),
            Column(context.label("due"), 1.05),
            Column(context.label("severity"), 0.8),
            Column(context.label("rule"), 2.4),
            Column(context.label("asset"), 2),
            Column(context.label("first_seen"), 1.05),
        ),
        (
            (
                owner_of(finding),
                finding.due or "—",
                context.chip("severity", finding.severity),
                titles.get(finding.rule, finding.rule),
                (*asset_lines(context, finding.asset), Mono(place(finding))),
                day(finding.first_seen, context.source.report.permit.timezone),
            )
            for finding in ordered
        ),
        total=total,
        shown=shown,
        dense=True,
    )


BUILDERS: Mapping[str, Build] = {"findings": findings, "rectification": rectification}
