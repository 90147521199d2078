"""Judging a whole region: counts by organisation and findings handed on one by one, never a list of verdicts.

Memory grows with the number of different outcomes and organisations, not with assets times rules: rows with the same
outcome, class of evidence and letters are decided once. The counts are those of `judge` and `roll_up` (a test holds them equal).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from inventory.observation import Outcome
from inventory.read_only import Connection
from rules.derived import DERIVED
from rules.finding import Finding
from rules.fold import NOT_READ, Decision, fold
from rules.grading import ItemCount, add_items, count_word
from rules.load import RuleSet
from rules.profile import Profile
from rules.rule import Rule
from rules.sitting import TOLD_AT_ONCE, Row, Sitting, findings_of, is_finding, sittings

ROW_WORK = 20  # what one row costs besides its rules, in rules
Path = tuple[str, ...]
Numbers = dict[tuple[int, str], dict[str, int]]  # place and rule → field of ItemCount → number
Emit = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Place:
    """What counts are kept by: the organisation, and the level and importance of the assets. An organisation's own verdicts
    (`department:…`) have their name as `organisation` and no path."""

    path: Path = ()
    level: int | None = None
    importance: str | None = None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by place, in the order of rules; `evaluations` is rows × rules; `findings` how many were handed on."""

    items: dict[Place, tuple[ItemCount, ...]]
    evaluations: int
    findings: int


def tally(
    connection: Connection,
    scan: str,
    ruleset: RuleSet,
    profile: Profile,
    as_of: str,
    emit: Emit,
    *,
    part: tuple[int, int] = (0, 1),
) -> Tally:
    """Judge a scan into counts; `emit` gets every finding. `part` (k, n) judges the k-th of n shares of the tables, for
    processes side by side: their tallies add up."""
    counter = _Counter(connection, scan, emit)
    with sittings(connection, scan, ruleset, profile, as_of) as tables:
        mine = tables if part[1] == 1 else shares(connection, scan, tables, part[1])[part[0]]
        for sitting in mine:
            counter.count(sitting, connection)
    return Tally(counter.items(), counter.evaluations, counter.findings)


def add_tallies(tallies: Iterable[Tally]) -> Tally:
    """The sum of the shares."""
    gathered: dict[Place, list[ItemCount]] = {}
    evaluations = findings = 0
    for one in tallies:
        evaluations, findings = evaluations + one.evaluations, findings + one.findings
        for place, items in one.items.items():
            gathered.setdefault(place, []).extend(items)
    return Tally({place: add_items(items) for place, items in gathered.items()}, evaluations, findings)


class _Outcome:
    """What one combination of outcome, class of evidence and letters gives, rule by rule; the same object for the same."""

    __slots__ = ("decisions", "found")

    def __init__(self, decisions: tuple[Decision, ...]) -> None:
        self.decisions = decisions
        self.found = any(is_finding(decision) for decision in decisions)


class _Outcomes:
    """The outcomes of one table, each kept once."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.known: dict[tuple[Decision, ...], _Outcome] = {}
        self.folds: dict[tuple[_Outcome, _Outcome], _Outcome] = {}

    def of(self, key: Row) -> _Outcome:
        """By outcome, reason, class of evidence and codes."""
        return self._kept(self.sitting.decisions_for(key if key[0] == "failed" else (key[0], "", *key[2:])))

    def told(self, key: Row) -> _Outcome:
        """The same for an answer, by class of evidence and codes."""
        return self.of((Outcome.ANSWERED.value, "", *key))

    def folded(self, first: _Outcome, second: _Outcome) -> _Outcome:
        """What two rows of one asset give together; folding one after the other gives what folding all at once does."""
        if first is second:
            return first
        found = self.folds.get((first, second))
        if found is None:
            pairs = zip(first.decisions, second.decisions, strict=True)
            found = self.folds[first, second] = self._kept(tuple(fold(pair) for pair in pairs))
        return found

    def _kept(self, decisions: tuple[Decision, ...]) -> _Outcome:
        known = self.known.get(decisions)
        if known is None:
            known = self.known[decisions] = _Outcome(decisions)
        return known


class _Counter:
    def __init__(self, connection: Connection, scan: str, emit: Emit) -> None:
        self.emit = emit
        self.evaluations = self.findings = 0
        self.places: list[Place] = []
        self.place_of: list[int] = []  # asset by its number → place
        self.number_of: dict[str, int] = {}
        self.gathered: dict[int, list[ItemCount]] = {}  # by place
        known: dict[Row, int] = {}
        for asset, *key in connection.execute(
            "SELECT id, city, district, department, system, protection_level, importance FROM asset WHERE scan = ?",
            (scan,),
        ):
            place = known.get(found := tuple(key))
            if place is None:
                place = known[found] = len(self.places)
                self.places.append(Place(found[:4], *found[4:]))
            self.number_of[asset] = len(self.place_of)
            self.place_of.append(place)

    def count(self, sitting: Sitting, connection: Connection) -> None:
        """One table, one pass."""
        outcomes = _Outcomes(sitting)
        latest: dict[int, _Outcome] = {}  # asset by its number → what its rows gave so far
        found_in: list[tuple[str, str]] = []
        rows, told = self._read(sitting.told_rows(connection), outcomes.told, outcomes, latest, found_in)
        if told != sitting.asked(connection):
            more, _ = self._read(sitting.slim_rows(connection), outcomes.of, outcomes, latest, found_in)
            rows += more
        self.evaluations += rows * len(sitting.wanted.rules)
        numbers: Numbers = {}
        self._gather(numbers, latest, sitting.wanted.rules)
        self._count_waived(numbers, latest, sitting)
        self._keep(numbers, sitting.wanted.rules)
        self._tell(sitting, connection, found_in)

    def _read(
        self,
        rows: Iterable[Row],
        outcome_of: Callable[[Row], _Outcome],
        outcomes: _Outcomes,
        latest: dict[int, _Outcome],
        found_in: list[tuple[str, str]],
    ) -> tuple[int, int]:
        """Fold the rows of one SELECT into `latest`; the number of rows and of questions (by neighbours).

        The innermost loop of a whole region: millions of rows, so it does as little as it can for each."""
        seen: dict[Row, _Outcome] = {}
        number_of, known_of, latest_of = self.number_of.get, seen.get, latest.get
        number = questions = 0
        last = ""
        for row in rows:
            number += 1
            if row[0] != last:
                questions += 1
                last = row[0]
            raw = row[2:]
            one = known_of(raw)
            if one is None:
                one = seen[raw] = outcome_of(raw)
            if one.found:
                found_in.append(row[:2])
            asset = number_of(row[1])
            if asset is None:
                asset = self._organisation(row[1])
            before = latest_of(asset)
            latest[asset] = one if before is None else outcomes.folded(before, one)
        return number, questions

    def _organisation(self, name: str) -> int:
        """The number of an organisation that a verdict is about; it comes after those of the assets."""
        number = self.number_of[name] = len(self.place_of)
        self.place_of.append(len(self.places))
        self.places.append(Place(organisation=name))
        return number

    def _tell(self, sitting: Sitting, connection: Connection, found_in: Sequence[tuple[str, str]]) -> None:
        """Read the questions with findings again, whole, and hand the findings on."""
        wanted = list(dict.fromkeys(found_in))
        for start in range(0, len(wanted), TOLD_AT_ONCE):
            rows = sitting.rows_of(connection, wanted[start : start + TOLD_AT_ONCE])
            for _, members in groupby(rows, key=itemgetter(0)):
                for finding in findings_of(sitting, list(members)):
                    self.findings += 1
                    self.emit(finding)

    def _count_waived(self, numbers: Numbers, latest: Mapping[int, _Outcome], sitting: Sitting) -> None:
        place = {rule.id: index for index, rule in enumerate(sitting.wanted.rules)}
        for rule, asset in sitting.waivers:
            number = self.number_of.get(asset)
            whole = latest.get(number) if rule in place and number is not None else None
            if number is None or whole is None:
                continue
            added = count_word(whole.decisions[place[rule]].word, candidate=False, high_risk=False, waived=True)
            summed = numbers.setdefault((self.place_of[number], rule), {})
            for name, count in added.items():
                if name.startswith("waived_"):
                    summed[name] = summed.get(name, 0) + count

    def _gather(self, numbers: Numbers, latest: Mapping[int, _Outcome], rules: Sequence[Rule]) -> None:
        """Count the assets of each place with each outcome."""
        counted = Counter(zip(latest.values(), map(self.place_of.__getitem__, latest), strict=True))
        added_by: dict[_Outcome, list[tuple[str, dict[str, int]]]] = {}
        for (whole, place), times in counted.items():
            if whole not in added_by:
                added_by[whole] = [
                    (rule.id, _added(rule, one)) for rule, one in zip(rules, whole.decisions, strict=True)
                ]
            for rule, added in added_by[whole]:
                summed = numbers.setdefault((place, rule), {})
                for name, number in added.items():
                    summed[name] = summed.get(name, 0) + number * times

    def _keep(self, numbers: Numbers, rules: Sequence[Rule]) -> None:
        """A rule has one table, so its counts are final with it: kept small, as a region has many places."""
        by_id = {rule.id: rule for rule in rules}
        for (place, name), summed in numbers.items():
            rule = by_id[name]
            item = ItemCount(rule.id, rule.pack, rule.weight, rule.severity, **summed)
            self.gathered.setdefault(place, []).append(item)

    def items(self) -> dict[Place, tuple[ItemCount, ...]]:
        return {self.places[place]: tuple(sorted(items)) for place, items in sorted(self.gathered.items())}


def _added(rule: Rule, decision: Decision) -> dict[str, int]:
    return count_word(
        decision.word,
        candidate=decision.candidate,
        high_risk=rule.high_risk is not None,
        waived=False,
        manual=decision.why == NOT_READ,
    )


def shares(connection: Connection, scan: str, tables: Sequence[Sitting], number: int) -> list[list[Sitting]]:
    """The tables in so many shares of about the same work: the largest first, each to the share that has the least. The
    same for every process that asks."""
    asked = dict(connection.execute("SELECT fact, count(*) FROM question WHERE scan = ? GROUP BY fact", (scan,)))
    (assets,) = connection.execute("SELECT count(*) FROM asset WHERE scan = ?", (scan,)).fetchone()
    weights = {
        one.table.name: (assets if one.table.name in DERIVED else asked.get(one.table.name, 0))
        * (ROW_WORK + len(one.wanted.rules))
        for one in tables
    }
    made: list[list[Sitting]] = [[] for _ in range(number)]
    loads = [0] * number
    for one in sorted(tables, key=lambda one: (-weights[one.table.name], one.table.name)):
        least = loads.index(min(loads))
        made[least].append(one)
        loads[least] += weights[one.table.name]
    return made
