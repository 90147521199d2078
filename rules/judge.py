"""Judging: questions LEFT JOIN facts, one SELECT a fact table with all its rules, on a connection that is only read.

Nothing that was not seen can vanish: every question of a table that a rule is about gives a verdict. A table that was never
asked of an asset gives none, and an address that is no asset (nobody registered it, it never answered) is only counted
elsewhere. The same rows give the same verdicts in the same order.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from inventory.endpoint import Endpoint, address_key
from inventory.errors import NotUnderstood
from inventory.fact import FactTable, all_tables
from inventory.observation import EvidenceClass, Outcome
from inventory.read_only import Connection, only_reading
from rules.condition import FUNCTION_NAMES, register_functions
from rules.finding import Finding
from rules.fold import NOT_READ, OTHER_PROTOCOL, Decision, decide_rule, fold
from rules.judge_sql import ROW_COLUMNS, Statement, column_kinds, statement
from rules.load import RuleSet
from rules.profile import Profile, Selection, Value, selections, values_for
from rules.reason import NAME_COLUMNS, PLACE_NAMES, placeholders, say_reason
from rules.rule import Rule
from rules.verdict import AssetVerdict, EndpointVerdict, Word
from rules.waiver import covered

_ALLOWED_FUNCTIONS = FUNCTION_NAMES | {
    *("coalesce", "nullif", "min", "max", "sum", "count", "like", "row_number", "length", "lower")
}
_LETTERS = ROW_COLUMNS.index("letters")  # fact columns follow


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that one set of rules says about one scan, sorted."""

    endpoint_verdicts: tuple[EndpointVerdict, ...]
    asset_verdicts: tuple[AssetVerdict, ...]
    findings: tuple[Finding, ...]
    waived: frozenset[tuple[str, str]] = frozenset()  # (rule, asset) pairs of fails and partials that a waiver covers


def judge(
    connection: Connection,
    scan: str,
    ruleset: RuleSet,
    profile: Profile,
    as_of: str,
    *,
    stored: bool = False,
) -> Judgement:
    """Judge a scan. `as_of` is the end of the scan (UTC, ISO 8601 with Z), never now. `stored` reads derived tables from the
    store instead of deriving them, as the examples of rules do.

    The connection is only read: an authorizer refuses everything but SELECT while the statements run.
    """
    verdicts: list[EndpointVerdict] = []
    findings: list[Finding] = []
    folded: dict[tuple[str, str], list[tuple[tuple[Any, ...], Decision]]] = {}
    register_functions(connection)
    with only_reading(connection, _ALLOWED_FUNCTIONS):
        waivers = covered(connection, scan, profile.waivers, as_of)
        base, differing = _parameters(connection, scan, ruleset.rules, profile)
        for table, rules in _by_table(ruleset.rules):
            reads = _columns_of_reasons(rules, table)
            wanted = statement(
                table, rules, reads, profile.protection_level, base, differing, as_of=as_of, scan=scan, stored=stored
            )
            sitting = _Sitting(
                table, wanted, profile, as_of, waivers, [base, *(selection.values for selection in differing)]
            )
            for rows in _questions(connection, wanted):
                for verdict, finding in _judge_question(rows, sitting):
                    verdicts.append(verdict)
                    order = (*address_key(verdict.endpoint.address), verdict.endpoint.port, verdict.vantage)
                    decision = Decision(verdict.word, verdict.why, verdict.candidate)
                    folded.setdefault((verdict.rule, verdict.asset), []).append((order, decision))
                    if finding is not None:
                        findings.append(finding)
    assets = [_asset_verdict(rule, asset, decisions) for (rule, asset), decisions in folded.items()]
    return Judgement(
        tuple(sorted(verdicts, key=_verdict_order)),
        tuple(sorted(assets)),
        tuple(sorted(findings, key=_finding_order)),
        frozenset((finding.rule, finding.asset) for finding in findings if finding.waiver),
    )


def _asset_verdict(rule: str, asset: str, decisions: list[tuple[tuple[Any, ...], Decision]]) -> AssetVerdict:
    decided = fold([decision for _, decision in sorted(decisions)])
    return AssetVerdict(rule, asset, decided.word, decided.why, decided.candidate, decided.why == NOT_READ)


def _verdict_order(verdict: EndpointVerdict) -> tuple[Any, ...]:
    where = verdict.endpoint
    return (
        verdict.rule,
        verdict.asset,
        *address_key(where.address),
        where.transport,
        where.port,
        verdict.vantage,
        verdict.question,
    )


def _finding_order(finding: Finding) -> tuple[Any, ...]:
    where = finding.endpoint
    return (finding.rule, finding.asset, *address_key(where.address), where.transport, where.port, finding.vantage)


def _by_table(rules: Sequence[Rule]) -> list[tuple[FactTable, list[Rule]]]:
    tables = all_tables()
    ordered = sorted(rules, key=lambda rule: (rule.subject, rule.id))
    return [(tables[name], list(group)) for name, group in groupby(ordered, key=lambda rule: rule.subject)]


def _columns_of_reasons(rules: Sequence[Rule], table: FactTable) -> list[str]:
    found = {place for rule in rules for text in (rule.reason.zh, rule.reason.en) for place in placeholders(text)}
    names = {name for name, _ in found} | {name for _, form in found if form == "name" for name in NAME_COLUMNS}
    return sorted((names - PLACE_NAMES) & set(column_kinds(table)))


def _parameters(
    connection: Connection, scan: str, rules: Sequence[Rule], profile: Profile
) -> tuple[dict[tuple[str, str], Value], tuple[Selection, ...]]:
    if not profile.overlays:
        return values_for(rules, profile, ()), ()
    places = connection.execute("SELECT DISTINCT city, district, department FROM asset WHERE scan = ?", (scan,))
    return selections(rules, profile, places.fetchall())


@dataclass(frozen=True, slots=True)
class _Sitting:
    """What stays the same while one table is judged. `values` holds the parameters by overlay number."""

    table: FactTable
    wanted: Statement
    profile: Profile
    as_of: str
    waivers: Mapping[tuple[str, str], str]
    values: Sequence[Mapping[tuple[str, str], Value]]


def _questions(connection: Connection, wanted: Statement) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the SELECT, grouped by question: a table with many rows a question folds them."""
    for _, rows in groupby(connection.execute(wanted.sql, dict(wanted.values)), key=itemgetter(0)):
        yield list(rows)


def _judge_question(rows: list[tuple[Any, ...]], sitting: _Sitting) -> Iterator[tuple[EndpointVerdict, Finding | None]]:
    question, asset, address, transport, port, vantage, outcome, reason = rows[0][:8]
    if outcome == Outcome.FAILED and reason == NotUnderstood.reason:
        outcome = OTHER_PROTOCOL
    endpoint = Endpoint(address, transport, port)
    for index, rule in enumerate(sitting.wanted.rules):
        decisions = [decide_rule(rule, row[_LETTERS][index], outcome, row[9]) for row in rows]
        decided = fold(decisions)
        verdict = EndpointVerdict(
            rule.id, asset, endpoint, vantage, decided.word, decided.why, question, decided.candidate
        )
        found = decided.word in (Word.FAIL, Word.PARTIAL) or decided.candidate
        yield verdict, _finding(rule, verdict, rows[decisions.index(decided)], sitting) if found else None


def _finding(rule: Rule, verdict: EndpointVerdict, row: tuple[Any, ...], sitting: _Sitting) -> Finding:
    seen = dict(zip(ROW_COLUMNS, row, strict=False))
    facts = dict(zip(sitting.wanted.columns, row[_LETTERS + 1 :], strict=True))
    values = sitting.values[seen["overlay"]]
    parameters = {name: values[rule.id, name] for name in rule.parameters}
    due = date.fromisoformat(sitting.as_of[:10]) + timedelta(days=sitting.profile.due_days[rule.severity])
    return Finding(
        rule=rule.id,
        asset=verdict.asset,
        endpoint=verdict.endpoint,
        vantage=verdict.vantage,
        word=verdict.word,
        candidate=verdict.candidate,
        severity=rule.severity,
        reason=say_reason(rule, sitting.table, verdict.endpoint, verdict.vantage, facts, parameters),
        clauses=rule.clauses_for(seen["level"], cii=sitting.profile.cii),
        evidence=tuple(json.loads(seen["evidence"])),
        confidence=EvidenceClass(seen["evidence_class"]),
        high_risk=rule.high_risk,
        owner=seen["owner"],
        due=due.isoformat(),
        first_seen=seen["at"] or sitting.as_of,
        last_seen=seen["at"] or sitting.as_of,
        waiver=sitting.waivers.get((rule.id, verdict.asset), ""),
        discriminator=verdict.vantage,
    )
