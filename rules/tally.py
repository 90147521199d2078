"""Judging a whole region: counts by organisation and findings handed on one by one, never a list of verdicts.

Memory grows with the number of different outcomes and organisations, not with assets times rules: rows with the same
outcome, class of evidence and letters are decided once. The counts are those of `judge` and `roll_up` (a test holds them equal).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

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

    __slots__ = ("decisions", "found", "places")

    def __init__(self, decisions: tuple[Decision, ...]) -> None:
        self.decisions = decisions
        self.places: dict[int, int] = {}  # place → assets with this outcome
        self.found = tuple(index for index, decision in enumerate(decisions) if is_finding(decision))


class _Counter:
    def __init__(self, connection: Connection, scan: str, emit: Emit) -> None:
        self.emit = emit
        self.evaluations = self.findings = 0
        self.places: list[Place] = []
        self.place_of: dict[str, int] = {}
        self.numbers: dict[tuple[int, str], dict[str, int]] = {}
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
        seen: dict[Row, _Outcome] = {}  # as the SELECT gives it; the same object for what makes no difference
        outcomes: dict[Row, _Outcome] = {}
        folds: dict[tuple[_Outcome, ...], _Outcome] = {}
        waived = {asset for rule, asset in sitting.waivers if rule in self.rules}
        found_in: list[str] = []
        rows = 0

        def outcome(raw: Row) -> _Outcome:
            """By outcome, reason, class of evidence and codes."""
            key = raw if raw[0] == "failed" else (raw[0], "", *raw[2:])
            known = outcomes.get(key)
            if known is None:
                known = outcomes[key] = _Outcome(sitting.decisions_for(key))
            seen[raw] = known
            return known

        def folded(several: list[_Outcome]) -> _Outcome:
            key = tuple(several)
            known = folds.get(key)
            if known is None:
                decisions = (fold([one.decisions[n] for one in several]) for n in range(len(rules)))
                known = folds[key] = _Outcome(tuple(decisions))
            return known

        def close(asset: str, here: list[_Outcome]) -> None:
            """Count one asset."""
            whole = here[0] if len(here) == 1 else folded(here)
            place = place_of.get(asset)
            if place is None:
                place = self._place(asset)
            whole.places[place] = whole.places.get(place, 0) + 1
            if asset in waived:
                self._count_waived(asset, whole, sitting)

        # The innermost loop of a whole region: millions of rows, so it does as little as it can for each.
        place_of, known_of = self.place_of, seen.get
        last: str | None = None
        here: list[_Outcome] = []
        for row in sitting.slim_rows(connection):
            rows += 1
            raw = row[2:]
            one = known_of(raw) or outcome(raw)
            if one.found:
                found_in.append(row[0])
            if row[1] == last:
                here.append(one)
                continue
            if last is not None:
                close(last, here)
            last, here = row[1], [one]
        if last is not None:
            close(last, here)
        self.evaluations += rows * len(rules)
        self._gather([*outcomes.values(), *folds.values()], rules)
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
                numbers = self.numbers.setdefault((self.place_of[asset], rule.id), {})
                for name, number in added.items():
                    if name.startswith("waived_"):
                        numbers[name] = numbers.get(name, 0) + number

    def _gather(self, wholes: Iterable[_Outcome], rules: Sequence[Rule]) -> None:
        for whole in wholes:
            if not whole.places:
                continue
            for rule, decision in zip(rules, whole.decisions, strict=True):
                added = count_word(
                    decision.word,
                    candidate=decision.candidate,
                    high_risk=rule.high_risk is not None,
                    waived=False,
                    manual=decision.why == NOT_READ,
                )
                for place, times in whole.places.items():
                    numbers = self.numbers.setdefault((place, rule.id), {})
                    for name, number in added.items():
                        numbers[name] = numbers.get(name, 0) + number * times

    def items(self) -> dict[Place, tuple[ItemCount, ...]]:
        gathered: dict[int, list[ItemCount]] = {}
        for (place, name), numbers in sorted(self.numbers.items()):
            rule = self.rules[name]
            gathered.setdefault(place, []).append(ItemCount(rule.id, rule.pack, rule.weight, rule.severity, **numbers))
        return {self.places[place]: tuple(items) for place, items in gathered.items()}


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
