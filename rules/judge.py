"""Judging: questions LEFT JOIN facts, one pass a fact table with all its rules, on a connection that is only read.

Nothing that was not seen can vanish: every question of a table that a rule is about gives a verdict. A table that was never
asked of an asset gives none, and an address that is no asset (nobody registered it, it never answered) is only counted
elsewhere. The same rows give the same verdicts in the same order.

What is kept of a region is small: each asset has, for each table, one of few patterns of decisions. Lists of verdicts are made
for whoever asks for them.
"""

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from inventory.endpoint import Endpoint, address_key
from inventory.read_only import Connection
from rules.derived import DERIVED
from rules.finding import Finding
from rules.fold import NOT_READ, Decision, fold
from rules.load import RuleSet
from rules.profile import Profile
from rules.roster import Roster
from rules.sitting import TOLD_AT_ONCE, Row, Sitting, know_answered, shares, sittings
from rules.sweep import Swept, odd_questions, sweep
from rules.telling import Telling
from rules.verdict import AssetVerdict, EndpointVerdict, Word

Emit = Callable[[Finding], None]
Pair = tuple[str, str]  # rule, asset


@dataclass(frozen=True, slots=True)
class TableVerdicts:
    """What the rules of one table say: `assets` are numbers of the roster, and `chosen` says of each which of `patterns` it has. A
    pattern has one decision a rule."""

    rules: tuple[str, ...]
    patterns: tuple[tuple[Decision, ...], ...]
    assets: "array[int]"
    chosen: "array[int]"


@dataclass(frozen=True)
class Judgement:
    """Everything that one set of rules says about one scan. `findings` are sorted; `waived` are the pairs of rule and asset whose
    fails and partials a waiver covers; `evaluations` counts rows × rules."""

    roster: Roster
    tables: tuple[TableVerdicts, ...]
    findings: tuple[Finding, ...]
    waived: frozenset[Pair]
    evaluations: int

    @cached_property
    def asset_verdicts(self) -> tuple[AssetVerdict, ...]:
        """One verdict for each rule and asset, sorted."""
        names = list(self.roster.number_of)
        return tuple(
            sorted(
                AssetVerdict(rule, names[asset], said.word, said.why, said.candidate, said.why == NOT_READ)
                for table in self.tables
                for asset, number in zip(table.assets, table.chosen, strict=True)
                for rule, said in zip(table.rules, table.patterns[number], strict=True)
            )
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A judgement of some tables as another process takes it over: the roster of assets is the same there; `names` are those that
    came after them."""

    names: tuple[str, ...]
    tables: tuple[TableVerdicts, ...]
    waived: frozenset[Pair]
    evaluations: int


def judge(
    connection: Connection,
    scan: str,
    ruleset: RuleSet,
    profile: Profile,
    as_of: str,
    *,
    stored: bool = False,
    emit: Emit | None = None,
    part: tuple[int, int] = (0, 1),
) -> Judgement:
    """Judge a scan. `as_of` is the end of the scan (UTC, ISO 8601 with Z), never now. `stored` reads derived tables from the
    store instead of deriving them, as the examples of rules do. `emit` is handed the findings, which are then not kept. `part`
    (k, n) judges the k-th of n shares of the tables, for processes side by side.

    The connection is only read: an authorizer refuses everything but SELECT while the statements run.
    """
    kept: list[Finding] = []
    hand_on = kept.append if emit is None else emit
    waived: set[Pair] = set()
    tables = []
    evaluations = 0
    with sittings(connection, scan, ruleset, profile, as_of, stored=stored) as every:
        mine = every if part[1] == 1 else shares(connection, scan, every, part[1])[part[0]]
        roster = Roster(connection, scan)
        know_answered(connection, roster.known_to_answer)
        odd = odd_questions(connection, scan, {sitting.table.name for sitting in mine})
        for sitting in sorted(mine, key=lambda one: one.table.name in DERIVED):  # what is derived looks at the others
            swept = sweep(sitting, connection, roster, odd.pop(sitting.table.name))
            evaluations += swept.rows * len(sitting.wanted.rules)
            tables.append(_kept(sitting, swept))
            for finding in _findings(sitting, connection, swept.found_in):
                hand_on(finding)
                if finding.waiver:
                    waived.add((finding.rule, finding.asset))
    return Judgement(roster, tuple(tables), tuple(sorted(kept, key=_finding_order)), frozenset(waived), evaluations)


def share_of(judgement: Judgement) -> Share:
    """What another process needs of a judgement."""
    names = tuple(judgement.roster.number_of)[judgement.roster.assets :]
    return Share(names, judgement.tables, judgement.waived, judgement.evaluations)


def join(judgement: Judgement, share: Share, findings: Sequence[Finding] = ()) -> Judgement:
    """The whole of two shares that were judged side by side; `findings` are those of the second."""
    roster = judgement.roster
    moved = {roster.assets + place: roster.number(name) for place, name in enumerate(share.names)}
    tables = share.tables
    if any(old != new for old, new in moved.items()):
        tables = tuple(
            replace(table, assets=array("I", [moved.get(one, one) for one in table.assets])) for table in tables
        )
    return Judgement(
        roster,
        judgement.tables + tables,
        tuple(sorted((*judgement.findings, *findings), key=_finding_order)),
        judgement.waived | share.waived,
        judgement.evaluations + share.evaluations,
    )


def _kept(sitting: Sitting, swept: Swept) -> TableVerdicts:
    return TableVerdicts(
        tuple(rule.id for rule in sitting.wanted.rules),
        tuple(swept.patterns.known),
        array("I", swept.latest),
        array("I", [pattern.number for pattern in swept.latest.values()]),
    )


def _findings(sitting: Sitting, connection: Connection, found_in: Collection[Pair]) -> Iterator[Finding]:
    """Read the questions that have findings again, whole."""
    wanted = list(dict.fromkeys(found_in))
    telling = Telling(sitting)
    for start in range(0, len(wanted), TOLD_AT_ONCE):
        rows = sitting.rows_of(connection, wanted[start : start + TOLD_AT_ONCE])
        for _, members in groupby(rows, key=itemgetter(0)):
            yield from telling.findings(list(members))


def endpoint_verdicts(
    connection: Connection,
    scan: str,
    ruleset: RuleSet,
    profile: Profile,
    as_of: str,
    *,
    words: Collection[Word] = frozenset(Word),
    stored: bool = False,
) -> tuple[EndpointVerdict, ...]:
    """The verdict of each rule on each question, sorted; `words` are those that are wanted."""
    found: list[EndpointVerdict] = []
    with sittings(connection, scan, ruleset, profile, as_of, stored=stored) as tables:
        for sitting in tables:
            for _, rows in groupby(sitting.rows(connection), key=itemgetter(0)):
                found += _of_question(sitting, list(rows), words)
    return tuple(sorted(found, key=_verdict_order))


def _of_question(sitting: Sitting, rows: Sequence[Row], words: Collection[Word]) -> Iterator[EndpointVerdict]:
    """The verdicts on one question; a table with many rows a question folds them."""
    question, asset, address, transport, port, vantage = rows[0][:6]
    where = Endpoint(address, transport, port)
    by_rule = zip(*(sitting.decisions(row) for row in rows), strict=True)
    for rule, decisions in zip(sitting.wanted.rules, by_rule, strict=True):
        said = fold(decisions)
        if said.word in words:
            yield EndpointVerdict(rule.id, asset, where, vantage, said.word, said.why, question, said.candidate)


_place = lru_cache(maxsize=65536)(address_key)


def _verdict_order(verdict: EndpointVerdict) -> tuple[Any, ...]:
    where = verdict.endpoint
    place = (*_place(where.address), where.transport, where.port)
    return (verdict.rule, verdict.asset, *place, verdict.vantage, verdict.question)


def _finding_order(finding: Finding) -> tuple[Any, ...]:
    where = finding.endpoint
    return (finding.rule, finding.asset, *_place(where.address), where.transport, where.port, finding.vantage)
