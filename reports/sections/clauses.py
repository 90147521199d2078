"""For the auditor: coverage by clause, assessment records, what was not assessed and why, manual items, waivers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from reports.naming import asset_lines
from reports.report import AssetEntry, ClauseCoverage, FindingEntry, Gap, Report, VerdictWord
from reports.section import Block, Build, Cell, Chip, Column, Context, Facts, Heading, Line, Mono, Paragraph, Table
from reports.words import why_told
from rules.answers import needs_person

WORDS: tuple[VerdictWord, ...] = ("pass", "partial", "fail", "not_applicable", "not_assessed")
BAD: tuple[VerdictWord, ...] = ("fail", "partial")
RECORDED_ASSETS = 60


def coverage(context: Context) -> Iterator[Block]:
    """Every clause of the chosen level: how far a scanner can see it, by which rules, with which result."""
    report = context.source.report
    figures = report.coverage
    if not figures.clauses:
        return
    yield Facts(
        (
            (context.label("coverage_a_long"), _share(figures.checks_decided, figures.checks)),
            (context.label("coverage_b_long"), _share(figures.clauses_decided, figures.clauses_total)),
        )
    )
    shown = figures.clauses[: context.row_limit] if context.row_limit else figures.clauses
    yield Table(
        (
            Column(context.label("clause"), 1.4),
            Column(context.label("clause_title"), 2),
            Column(context.label("automation"), 0.9),
            Column(context.label("rules"), 3),
            Column(context.label("verdict"), 1.3),
        ),
        [_clause_row(context, clause) for clause in shown],
        total=len(figures.clauses),
        shown=len(shown),
        dense=True,
    )


def _share(part: int, whole: int) -> str:
    return f"{part} ÷ {whole} = {100 * part / whole:.1f}%" if whole else f"{part} ÷ {whole}"


def _clause_row(context: Context, clause: ClauseCoverage) -> tuple[Cell, ...]:
    chips: list[Line] = [
        Chip(name, f"{context.word('verdict', name)} {clause.verdicts[name]}")
        for name in WORDS
        if clause.verdicts.get(name)
    ]
    if clause.stale:
        chips.append(Chip("stale", context.label("stale")))
    return (
        clause.id,
        context.say(clause.title),
        context.word("automation", clause.automation),
        Mono(context.listed(clause.rules)),
        tuple(chips) or "—",
    )


def records(context: Context) -> Iterator[Block]:
    """测评记录: for every asset each rule with result and verdict; long lists of passes are drawn together."""
    report = context.source.report
    if not report.assets:
        return
    titles = {rule.id: context.say(rule.title) for rule in report.rules}
    reasons = _reasons(context)
    gaps = _gap_reasons(report)
    shown = report.assets[:RECORDED_ASSETS]
    if len(shown) < len(report.assets):
        yield Paragraph(context.label("capped", shown=len(shown), total=len(report.assets)), "note")
    for asset in shown:
        yield Heading(f"{asset.name or asset.id}　{context.listed(asset.addresses)}")
        rows = _record_rows(context, asset, titles, reasons, gaps)
        yield Table(
            (
                Column(context.label("verdict"), 0.8),
                Column(context.label("rule"), 2.6),
                Column(context.label("record_result"), 4),
            ),
            rows,
            total=len(rows),
            shown=len(rows),
            dense=True,
        )


def _reasons(context: Context) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for finding in islice(context.source.findings, context.options.page_rows):
        found.setdefault((finding.asset, finding.rule), []).append(_reason(context, finding))
    return found


def _reason(context: Context, finding: FindingEntry) -> str:
    name = "candidate" if finding.verdict == "not_assessed" else "high_risk_short"
    flag = context.aside(context.label(name)) if finding.candidate else ""
    return context.say(finding.reason) + flag


def _gap_reasons(report: Report) -> dict[tuple[str, str], Gap]:
    return {(gap.asset, gap.rule): gap for gap in reversed(report.not_assessed)}


def _record_rows(
    context: Context,
    asset: AssetEntry,
    titles: Mapping[str, str],
    reasons: Mapping[tuple[str, str], list[str]],
    gaps: Mapping[tuple[str, str], Gap],
) -> list[tuple[Cell, ...]]:
    """Fails and partials one by one, gaps by reason, passes together, and how many rules do not apply."""
    rows: list[tuple[Cell, ...]] = []
    for verdict in BAD:
        for rule in asset.verdicts.get(verdict, ()):
            said = reasons.get((asset.id, rule), [])
            rows.append((context.chip("verdict", verdict), titles.get(rule, rule), tuple(said[:5]) or "—"))
    by_reason: dict[str, list[str]] = {}
    for rule in asset.verdicts.get("not_assessed", ()):
        gap = gaps.get((asset.id, rule))
        by_reason.setdefault(_gap_text(context, gap) if gap else "—", []).append(titles.get(rule, rule))
    for why, listed in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        rows.append(
            (context.chip("verdict", "not_assessed"), context.parts(listed), why + context.aside(str(len(listed))))
        )
    passed = asset.verdicts.get("pass", ())
    if passed:
        together = context.parts(titles.get(rule, rule) for rule in passed)
        rows.append((context.chip("verdict", "pass"), together, f"{context.label('count')} {len(passed)}"))
    idle = asset.verdicts.get("not_applicable", ())
    if idle:
        rows.append((context.chip("verdict", "not_applicable"), "—", f"{context.label('count')} {len(idle)}"))
    return rows


def _gap_text(context: Context, gap: Gap) -> str:
    return why_told(gap.why, gap.reason, context.options.language)


def gaps_in_short(context: Context) -> Iterator[Block]:
    """The gaps, counted by reason."""
    gaps = context.source.report.not_assessed
    if not gaps:
        return
    yield Paragraph(context.label("silence_sentence"), "note")
    counted = Counter(gap.why for gap in gaps)
    yield Table(
        (Column(context.label("why"), 3), Column(context.label("count"), 1, "right")),
        [
            (context.word("why", why), str(number))
            for why, number in sorted(counted.items(), key=lambda it: (-it[1], it[0]))
        ],
        total=len(counted),
        shown=len(counted),
    )


def not_assessed(context: Context) -> Iterator[Block]:
    """The gaps: first counted by reason, then asset by asset."""
    if not context.source.report.not_assessed:
        return
    yield from gaps_in_short(context)
    grouped = _grouped_gaps(context)
    limit = min(context.row_limit or context.options.page_rows, context.options.page_rows)
    shown = grouped[:limit]
    yield Table(
        (
            Column(context.label("asset"), 1.6),
            Column(context.label("why"), 1.6),
            Column(context.label("rules"), 4),
        ),
        shown,
        total=len(grouped),
        shown=len(shown),
        dense=True,
    )


def _grouped_gaps(context: Context) -> list[tuple[Cell, ...]]:
    """One row for an asset, a vantage zone and a reason, with all rules that could not be judged there."""
    titles = {rule.id: context.say(rule.title) for rule in context.source.report.rules}
    grouped: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for gap in sorted(context.source.report.not_assessed, key=lambda gap: (gap.asset, gap.address, gap.port)):
        key = (gap.asset, gap.address, gap.vantage, _gap_text(context, gap))
        grouped.setdefault(key, {})[titles.get(gap.rule, gap.rule)] = None
    return [
        (
            (*asset_lines(context, asset), Mono(address or "—")),
            (why, f"{context.label('vantage')} {vantage or '—'}"),
            context.parts(listed),
        )
        for (asset, address, vantage, why), listed in grouped.items()
    ]


def manual(context: Context) -> Iterator[Block]:
    """What waits for a person's answer, and what was answered."""
    yield from _answered_clauses(context)
    items = context.source.report.manual
    if not items:
        return
    titles = {rule.id: context.say(rule.title) for rule in context.source.report.rules}
    shown = items[: context.row_limit] if context.row_limit else items
    yield Table(
        (Column(context.label("rule"), 3), Column(context.label("asset"), 2)),
        [(titles.get(item.rule, item.rule), asset_lines(context, item.asset)) for item in shown],
        total=len(items),
        shown=len(shown),
        dense=True,
    )


def _answered_clauses(context: Context) -> Iterator[Block]:
    """Clauses that no rule decides: those that were answered first."""
    clauses = [
        clause for clause in context.source.report.coverage.clauses if needs_person(clause.automation, clause.rules)
    ]
    if not clauses:
        return
    answered = sum(1 for clause in clauses if clause.answer is not None)
    yield Facts(
        (
            (context.label("clauses_answered"), str(answered)),
            (context.label("clauses_pending"), str(len(clauses) - answered)),
        )
    )
    clauses.sort(key=lambda clause: clause.answer is None)
    shown = clauses[: context.row_limit] if context.row_limit else clauses
    yield Table(
        (
            Column(context.label("clause"), 1.6),
            Column(context.label("clause_title"), 2.4),
            Column(context.label("verdict"), 0.9),
            Column(context.label("answer"), 3),
        ),
        [_answer_row(context, clause) for clause in shown],
        total=len(clauses),
        shown=len(shown),
        dense=True,
    )


def _answer_row(context: Context, clause: ClauseCoverage) -> tuple[Cell, ...]:
    answer = clause.answer
    if answer is None:
        return (clause.id, context.say(clause.title), Chip("not_assessed", context.label("pending")), "—")
    lines: list[Line] = [text for text in (answer.remarks, context.listed((answer.by, answer.on))) if text]
    if answer.evidence:
        lines += [f"{context.label('answer_file')} {answer.evidence}", Mono(f"SHA-256 {answer.sha256}")]
    return (clause.id, context.say(clause.title), context.chip("verdict", answer.result), tuple(lines))


def waivers(context: Context) -> Iterator[Block]:
    """Accepted deviations with approver and end."""
    items = context.source.report.waivers
    if not items:
        return
    yield Table(
        (
            Column(context.label("waiver"), 0.9),
            Column(context.label("rule"), 1.4),
            Column(context.label("selector"), 1.4),
            Column(context.label("reason"), 2.4),
            Column(context.label("approver"), 1),
            Column(context.label("expires"), 1),
            Column(context.label("count"), 0.5, "right"),
        ),
        [
            (
                item.id,
                Mono(item.rule),
                item.selector,
                item.reason,
                item.approver,
                (item.expires, Chip("stale", context.label("expired"))) if item.expired else item.expires,
                str(item.matched),
            )
            for item in items
        ],
        total=len(items),
        shown=len(items),
        dense=True,
    )


BUILDERS: Mapping[str, Build] = {
    "coverage": coverage,
    "records": records,
    "not_assessed": not_assessed,
    "gaps_in_short": gaps_in_short,
    "manual": manual,
    "waivers": waivers,
}
