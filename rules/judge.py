"""Judging: questions LEFT JOIN facts, one SELECT a fact table with all its rules, on a connection that is only read.

Nothing that was not seen can vanish: every question of a table that a rule is about gives a verdict. A table that was never
asked of an asset gives none, and an address that is no asset (nobody registered it, it never answered) is only counted
elsewhere. The same rows give the same verdicts in the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from inventory.endpoint import Endpoint, address_key
from inventory.read_only import Connection
from rules.finding import Finding
from rules.fold import NOT_READ, Decision, fold
from rules.load import RuleSet
from rules.profile import Profile
from rules.rule import Rule
from rules.sitting import Row, Sitting, findings_of, sittings
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
    assets: list[AssetVerdict] = []
    findings: list[Finding] = []
    with sittings(connection, scan, ruleset, profile, as_of, stored=stored) as tables:
        for sitting in tables:
            for asset, members in groupby(sitting.rows(connection), key=itemgetter(1)):
                rows = [list(group) for _, group in groupby(members, key=itemgetter(0))]
                questions = sorted((_asked(sitting, question) for question in rows), key=attrgetter("order"))
                for index, rule in enumerate(sitting.wanted.rules):
                    verdicts += [question.verdict(index, rule) for question in questions]
                    decided = fold([question.decisions[index] for question in questions])
                    assets.append(_asset_verdict(rule, asset, decided))
                for question in rows:
                    findings += findings_of(sitting, question)
    return Judgement(
        tuple(sorted(verdicts, key=_verdict_order)),
        tuple(sorted(assets)),
        tuple(sorted(findings, key=_finding_order)),
        frozenset((finding.rule, finding.asset) for finding in findings if finding.waiver),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question with what its rows give, rule by rule."""

    question: str
    asset: str
    endpoint: Endpoint
    vantage: str
    order: tuple[Any, ...]
    decisions: Sequence[Decision]

    def verdict(self, index: int, rule: Rule) -> EndpointVerdict:
        said = self.decisions[index]
        return EndpointVerdict(
            rule.id, self.asset, self.endpoint, self.vantage, said.word, said.why, self.question, said.candidate
        )


def _asked(sitting: Sitting, rows: Sequence[Row]) -> _Asked:
    """A table with many rows a question folds them."""
    question, asset, address, transport, port, vantage = rows[0][:6]
    decided = [sitting.decisions(row) for row in rows]
    decisions = decided[0] if len(rows) == 1 else [fold(several) for several in zip(*decided, strict=True)]
    order = (*_place(address), port, vantage, question)
    return _Asked(question, asset, Endpoint(address, transport, port), vantage, order, decisions)


def _asset_verdict(rule: Rule, asset: str, decided: Decision) -> AssetVerdict:
    return AssetVerdict(rule.id, asset, decided.word, decided.why, decided.candidate, decided.why == NOT_READ)


_place = cache(address_key)


def _verdict_order(verdict: EndpointVerdict) -> tuple[Any, ...]:
    where = verdict.endpoint
    return (
        verdict.rule,
        verdict.asset,
        *_place(where.address),
        where.transport,
        where.port,
        verdict.vantage,
        verdict.question,
    )


def _finding_order(finding: Finding) -> tuple[Any, ...]:
    where = finding.endpoint
    return (finding.rule, finding.asset, *_place(where.address), where.transport, where.port, finding.vantage)
