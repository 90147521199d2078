"""Judging a whole region: counts by organisation and findings handed on one by one, never a list of verdicts.

Memory grows with the number of different outcomes and organisations, not with assets times rules: rows with the same
outcome, class of evidence and letters are decided once. The counts are those of `judge` and `roll_up` (a test holds them equal).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from inventory.read_only import Connection
from rules.finding import Finding
from rules.fold import NOT_READ, Decision, fold
from rules.grading import ItemCount, add_items, count_word
from rules.load import RuleSet
from rules.profile import Profile
from rules.rule import Rule
from rules.sitting import TOLD_AT_ONCE, Row, Sitting, findings_of, is_finding, sittings

Path = tuple[str, ...]
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
        for number, sitting in enumerate(tables):
            if number % part[1] == part[0]:
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
        self.found = tuple(index for index, decision in enumerate(decisions) if is_finding(decision))


class _Counter:
    def __init__(self, connection: Connection, scan: str, emit: Emit) -> None:
        self.emit = emit
        self.evaluations = self.findings = 0
        self.places: list[Place] = []
        self.place_of: dict[str, int] = {}
        self.numbers: dict[tuple[int, str], Counter[str]] = {}
        self.rules: dict[str, Rule] = {}
        known: dict[Place, int] = {}
        for asset, city, district, department, system, level, importance in connection.execute(
            "SELECT id, city, district, department, system, protection_level, importance FROM asset WHERE scan = ?",
            (scan,),
        ):
            place = Place((city, district, department, system), level, importance)
            if place not in known:
                known[place] = len(self.places)
                self.places.append(place)
            self.place_of[asset] = known[place]

    def count(self, sitting: Sitting, connection: Connection) -> None:
        """One table, one pass."""
        rules = sitting.wanted.rules
        self.rules.update({rule.id: rule for rule in rules})
        outcomes: dict[Row, _Outcome] = {}
        folds: dict[tuple[_Outcome, ...], _Outcome] = {}
        counted: Counter[tuple[int, _Outcome]] = Counter()
        waived = {asset for rule, asset in sitting.waivers if rule in self.rules}
        found_in: list[str] = []
        rows = 0

        def outcome(key: Row) -> _Outcome:
            """By outcome, reason, class of evidence and codes."""
            known = outcomes.get(key)
            if known is None:
                known = outcomes[key] = _Outcome(sitting.decisions_for(key))
            return known

        def folded(several: list[_Outcome]) -> _Outcome:
            if len(several) == 1:
                return several[0]
            key = tuple(several)
            known = folds.get(key)
            if known is None:
                decisions = (fold([one.decisions[n] for one in several]) for n in range(len(rules)))
                known = folds[key] = _Outcome(tuple(decisions))
            return known

        for asset, members in groupby(sitting.slim_rows(connection), key=itemgetter(1)):
            here: list[_Outcome] = []
            for row in members:
                rows += 1
                one = outcome(row[2:] if row[2] == "failed" else (row[2], "", *row[4:]))
                here.append(one)
                if one.found:
                    found_in.append(row[0])
            whole = folded(here)
            place = self._place(asset)
            counted[place, whole] += 1
            if asset in waived:
                self._count_waived(asset, whole, sitting)
        self.evaluations += rows * len(rules)
        self._gather(counted, rules)
        self._tell(sitting, connection, found_in)

    def _place(self, asset: str) -> int:
        place = self.place_of.get(asset)
        if place is None:
            place = self.place_of[asset] = len(self.places)
            self.places.append(Place(organisation=asset))
        return place

    def _tell(self, sitting: Sitting, connection: Connection, questions: Sequence[str]) -> None:
        """Read the questions with findings again, whole, and hand the findings on."""
        wanted = list(dict.fromkeys(questions))
        for start in range(0, len(wanted), TOLD_AT_ONCE):
            rows = sitting.rows_of(connection, wanted[start : start + TOLD_AT_ONCE])
            for _, members in groupby(rows, key=itemgetter(0)):
                for finding in findings_of(sitting, list(members)):
                    self.findings += 1
                    self.emit(finding)

    def _count_waived(self, asset: str, whole: _Outcome, sitting: Sitting) -> None:
        for rule, decision in zip(sitting.wanted.rules, whole.decisions, strict=True):
            if (rule.id, asset) in sitting.waivers:
                added = count_word(decision.word, candidate=False, high_risk=False, waived=True)
                numbers = self.numbers.setdefault((self.place_of[asset], rule.id), Counter())
                numbers.update({name: number for name, number in added.items() if name.startswith("waived_")})

    def _gather(self, counted: Counter[tuple[int, _Outcome]], rules: Sequence[Rule]) -> None:
        for (place, whole), times in counted.items():
            for rule, decision in zip(rules, whole.decisions, strict=True):
                added = count_word(
                    decision.word,
                    candidate=decision.candidate,
                    high_risk=rule.high_risk is not None,
                    waived=False,
                    manual=decision.why == NOT_READ,
                )
                numbers = self.numbers.setdefault((place, rule.id), Counter())
                for name, number in added.items():
                    numbers[name] += number * times

    def items(self) -> dict[Place, tuple[ItemCount, ...]]:
        gathered: dict[int, list[ItemCount]] = {}
        for (place, name), numbers in self.numbers.items():
            rule = self.rules[name]
            gathered.setdefault(place, []).append(
                ItemCount(rule.id, rule.pack, rule.weight, rule.severity, **dict(numbers))
            )
        return {self.places[place]: add_items(items) for place, items in sorted(gathered.items())}
