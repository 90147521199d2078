"""One table in one pass: what its rules say of every asset, as one of few patterns.

Rows with the same outcome, class of evidence and codes are decided once. What is usual costs least: a question that was answered
and has facts is read from the facts alone; `Odd` knows those that ended otherwise, or rest on other evidence.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from inventory.observation import EvidenceClass, Outcome
from inventory.read_only import Connection
from rules.fold import Decision, fold_endpoints, is_finding
from rules.roster import Roster
from rules.sitting import Row, Sitting

USUAL = (Outcome.ANSWERED.value, "", EvidenceClass.HANDSHAKE.value)
_ODD = """
SELECT question.fact, question.id, question.asset, observation.outcome, observation.reason, observation.evidence_class
FROM observation CROSS JOIN question ON question.scan = observation.scan AND question.id = observation.question
WHERE observation.scan = :scan AND question.asset IS NOT NULL
  AND NOT (observation.outcome = :outcome AND observation.evidence_class = :evidence_class)"""
_NEVER_ASKED = """
SELECT question.fact, question.id, question.asset, 'never_asked', '', 'declared'
FROM question LEFT JOIN observation ON observation.scan = question.scan AND observation.question = question.id
WHERE question.scan = :scan AND question.asset IS NOT NULL AND observation.question IS NULL"""


class Pattern:
    """What the rules of a table say together, one decision a rule; the same object for the same. `found`: something that somebody
    has to deal with is among them."""

    __slots__ = ("decisions", "found", "number")

    def __init__(self, decisions: tuple[Decision, ...], number: int) -> None:
        self.decisions = decisions
        self.number = number
        self.found = any(is_finding(decision) for decision in decisions)


class Patterns:
    """The patterns of one table, each kept once and numbered in the order in which they came."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.known: dict[tuple[Decision, ...], Pattern] = {}
        self.by_key: dict[Row, Pattern] = {}
        self.folds: dict[tuple[Pattern, Pattern], Pattern] = {}

    def of(self, key: Row) -> Pattern:
        """By outcome, reason, class of evidence and codes."""
        found = self.by_key.get(key)
        if found is None:
            plain = key if key[0] == Outcome.FAILED else (key[0], "", *key[2:])
            found = self.by_key[key] = self._kept(self.sitting.decisions_for(plain))
        return found

    def folded(self, first: Pattern, second: Pattern) -> Pattern:
        """What two rows of one asset give together; folding one after the other gives what folding all at once does."""
        if first is second:
            return first
        found = self.folds.get((first, second))
        if found is None:
            pairs = zip(first.decisions, second.decisions, strict=True)
            found = self.folds[first, second] = self._kept(tuple(fold_endpoints(pair) for pair in pairs))
        return found

    def _kept(self, decisions: tuple[Decision, ...]) -> Pattern:
        known = self.known.get(decisions)
        if known is None:
            known = self.known[decisions] = Pattern(decisions, len(self.known))
        return known


class Seen(NamedTuple):
    """How asking ended, as far as a verdict depends on it."""

    outcome: str
    reason: str
    evidence_class: str


Odd = Mapping[str, tuple[str, Seen]]  # question → its asset, and what was seen


def odd_questions(connection: Connection, scan: str, tables: Collection[str]) -> dict[str, Odd]:
    """Table → the questions that were not answered with the usual class of evidence.

    Observations are kept of questions only, so where there are as many of both, every question has one."""
    values = {"scan": scan, "outcome": USUAL[0], "evidence_class": USUAL[2]}
    statements = [_ODD]
    ((asked,),) = connection.execute("SELECT count(*) FROM question")
    if connection.execute("SELECT count(*) FROM observation").fetchone() != (asked,):
        statements.append(_NEVER_ASKED)
    wanted: dict[str, dict[str, tuple[str, Seen]]] = {name: {} for name in tables}
    known: dict[Seen, Seen] = {}
    for statement in statements:
        for fact, question, asset, *ended in connection.execute(statement, values):
            if fact in wanted:
                seen = Seen(*ended)
                wanted[fact][question] = (asset, known.setdefault(seen, seen))
    return dict(wanted)


@dataclass(slots=True)
class Swept:
    """What one table gives: the pattern of each asset by its number, the questions to be told of with their assets, and the
    number of rows."""

    patterns: Patterns
    latest: dict[int, Pattern]
    found_in: list[tuple[str, str]]
    rows: int = 0


def sweep(sitting: Sitting, connection: Connection, roster: Roster, odd: Odd) -> Swept:
    """Read one table. Questions without facts are read one by one only where their rules look at the asset."""
    swept = Swept(Patterns(sitting), {}, [])
    told = _told(sitting.told_rows(connection), odd, roster, swept)
    untold = {question: one for question, one in odd.items() if one[1].outcome != Outcome.ANSWERED}
    bare = sitting.bare(connection) if untold else ()
    if told + len(untold) == sitting.asked(connection) and bare is not None:
        rows: Iterable[Row] = ((question, asset, *seen, *bare) for question, (asset, seen) in untold.items())
    else:
        rows = sitting.slim_rows(connection)
    _untold(rows, roster, swept)
    return swept


def _told(rows: Iterable[Row], odd: Odd, roster: Roster, swept: Swept) -> int:
    """Fold the questions that have facts; returns how many there are (by neighbours).

    The innermost loop of a whole region: millions of rows, so it does as little as it can for each."""
    patterns, latest, found_in = swept.patterns, swept.latest, swept.found_in
    usual: dict[Row, Pattern] = {}
    number_of, usual_of, latest_of = roster.number_of.get, usual.get, latest.get
    count = questions = 0
    last = ""
    for row in rows:
        question, name, codes = row[0], row[1], row[2:]
        one = usual_of(codes)
        if question in odd:
            seen = odd[question][1]
            if seen.outcome != Outcome.ANSWERED:
                continue
            one = patterns.of((*seen, *codes))
        elif one is None:
            one = usual[codes] = patterns.of((*USUAL, *codes))
        count += 1
        if question != last:
            questions += 1
            last = question
        if one.found:
            found_in.append((question, name))
        asset = number_of(name)
        if asset is None:
            asset = roster.number(name)
        before = latest_of(asset)
        latest[asset] = one if before is None or before is one else patterns.folded(before, one)
    swept.rows += count
    roster.hear(latest)
    return questions


def _untold(rows: Iterable[Row], roster: Roster, swept: Swept) -> None:
    """Fold rows that say themselves how asking ended."""
    patterns, latest = swept.patterns, swept.latest
    known: dict[Row, Pattern] = {}
    number_of, known_of, latest_of = roster.number_of.get, known.get, latest.get
    for row in rows:
        key = row[2:]
        one = known_of(key)
        if one is None:
            one = known[key] = patterns.of(key)
        if one.found:
            swept.found_in.append(row[:2])
        asset = number_of(row[1])
        if asset is None:
            asset = roster.number(row[1])
        before = latest_of(asset)
        latest[asset] = one if before is None or before is one else patterns.folded(before, one)
        swept.rows += 1
