"""Judging: questions LEFT JOIN facts, one SELECT a fact table with all its rules, on a connection that is only read.

Nothing that was not seen can vanish: every question of a table that a rule is about gives a verdict. A table that was never
asked of an asset gives none, and an address that is no asset (nobody registered it, it never answered) is only counted
elsewhere. The same rows give the same verdicts in the same order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from inventory.endpoint import Endpoint, address_key
from inventory.read_only import Connection
from rules.finding import Finding
from rules.fold import NOT_READ, Decision, fold
from rules.load import RuleSet
from rules.profile import Profile
from rules.sitting import Row, Sitting, finding_of, is_finding, sittings
from rules.verdict import AssetVerdict, EndpointVerdict


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
    with sittings(connection, scan, ruleset, profile, as_of, stored=stored) as tables:
        for sitting in tables:
            for _, rows in groupby(sitting.rows(connection), key=itemgetter(0)):
                for verdict, finding in _judge_question(list(rows), sitting):
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


def _judge_question(rows: list[Row], sitting: Sitting) -> Iterator[tuple[EndpointVerdict, Finding | None]]:
    """A table with many rows a question folds them."""
    question, asset, address, transport, port, vantage = rows[0][:6]
    endpoint = Endpoint(address, transport, port)
    decided_rows = [sitting.decisions(row) for row in rows]
    for index, rule in enumerate(sitting.wanted.rules):
        decisions = [decisions[index] for decisions in decided_rows]
        decided = fold(decisions)
        verdict = EndpointVerdict(
            rule.id, asset, endpoint, vantage, decided.word, decided.why, question, decided.candidate
        )
        row = rows[decisions.index(decided)]
        yield verdict, finding_of(sitting, rule, decided, row) if is_finding(decided) else None
