"""One fact table before the judge: its SELECTs, its rules, and what they say of a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

from inventory.errors import NotUnderstood
from inventory.fact import FactTable, all_tables
from inventory.observation import Outcome
from inventory.read_only import Connection, add_functions, only_reading
from rules.condition import FUNCTION_NAMES, register_functions
from rules.derived import ANSWERED, DERIVED
from rules.fold import OTHER_PROTOCOL, Decision, decide_rule
from rules.judge_sql import ASSETS, QUESTIONS, ROW_COLUMNS, Statement, column_kinds, letters_of, statement
from rules.load import RuleSet
from rules.profile import Profile, Selection, Value, in_force, selections, values_for
from rules.reason import NAME_COLUMNS, PLACE_NAMES, placeholders
from rules.rule import Rule
from rules.waiver import covered

_ALLOWED_FUNCTIONS = FUNCTION_NAMES | {
    ANSWERED,
    *("coalesce", "nullif", "min", "max", "sum", "count", "like", "row_number", "length", "lower"),
}
CODES = len(ROW_COLUMNS)  # the codes begin here; fact columns follow them
ROW_WORK = 20  # what one row costs besides its rules, in rules
TOLD_AT_ONCE = 10_000  # questions in one statement
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sitting:
    """What stays the same while one table is judged. `values` holds the parameters by overlay number."""

    table: FactTable
    wanted: Statement
    profile: Profile
    as_of: str
    waivers: Mapping[tuple[str, str], str]
    values: Sequence[Mapping[tuple[str, str], Value]]
    known: dict[Row, tuple[Decision, ...]] = field(default_factory=dict)

    def rows(self, connection: Connection) -> Iterator[Row]:
        """The rows of the SELECT, by asset and question."""
        return iter(connection.execute(self.wanted.sql, dict(self.wanted.values)))

    def told_rows(self, connection: Connection) -> Iterator[Row]:
        """The questions that have facts: TOLD_COLUMNS and codes, those of one question side by side. None for a derived table."""
        return self._run(connection, self.wanted.told_sql) if self.wanted.told_sql else iter(())

    def slim_rows(self, connection: Connection) -> Iterator[Row]:
        """The other questions, or all rows of a derived table: SLIM_COLUMNS and codes."""
        return chain.from_iterable(self._run(connection, sql) for sql in self.wanted.slim_sql)

    def bare(self, connection: Connection) -> Row | None:
        """The codes of a question of which nothing is known; None where they are not the same for all."""
        return next(self._run(connection, self.wanted.bare_sql)) if self.wanted.bare_sql else None

    def asked(self, connection: Connection) -> int | None:
        """How many questions there are; None for a derived table."""
        return next(self._run(connection, self.wanted.asked_sql))[0] if self.wanted.asked_sql else None

    def _run(self, connection: Connection, sql: str) -> Iterator[Row]:
        return iter(connection.execute(sql, dict(self.wanted.values)))

    def rows_of(self, connection: Connection, questions: Sequence[tuple[str, str]]) -> Iterator[Row]:
        """The rows of some questions, given with their assets. They stand in the statement as literals: finding so many
        parameters by name is quadratic in SQLite."""
        names, owners = zip(*questions, strict=True)
        sql = self.wanted.some_sql.replace(QUESTIONS, _literals(names)).replace(ASSETS, _literals(owners))
        return self._run(connection, sql)

    def decisions(self, row: Row) -> tuple[Decision, ...]:
        """What a row of `rows` gives, rule by rule."""
        codes = row[CODES : CODES + self.wanted.codes]
        return self.decisions_for((row[6], row[7] if row[6] == Outcome.FAILED else "", row[9], *codes))

    def decisions_for(self, key: Row) -> tuple[Decision, ...]:
        """What an outcome, its reason, a class of evidence and codes give: the same object for the same."""
        found = self.known.get(key)
        if found is None:
            outcome, reason, strength, *codes = key
            letters = letters_of(tuple(codes), len(self.wanted.rules), outcome)
            said = outcome_of(outcome, reason)
            rules = enumerate(self.wanted.rules)
            found = self.known[key] = tuple(decide_rule(rule, letters[n], said, strength) for n, rule in rules)
        return found


@contextmanager
def sittings(
    connection: Connection, scan: str, ruleset: RuleSet, profile: Profile, as_of: str, *, stored: bool = False
) -> Iterator[list[Sitting]]:
    """The tables of all rules, ready to be read; while the block runs, the connection can only read."""
    register_functions(connection)
    profile = in_force(ruleset.rules, profile, as_of)
    know_answered(connection, lambda _: 0)
    with only_reading(connection, _ALLOWED_FUNCTIONS):
        waivers = covered(connection, scan, profile.waivers, as_of)
        base, differing = _parameters(connection, scan, ruleset.rules, profile)
        values = [base, *(selection.values for selection in differing)]
        made = []
        for table, rules in _by_table(ruleset.rules):
            reads = _columns_of_reasons(rules, table)
            level = profile.protection_level
            wanted = statement(table, rules, reads, level, base, differing, as_of=as_of, scan=scan, stored=stored)
            made.append(Sitting(table, wanted, profile, as_of, waivers, values))
        yield made


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


def know_answered(connection: Connection, known: Callable[[str], int]) -> None:
    """Let derivations know of which assets it is known already that something answered (1); for the others (0) they look."""
    add_functions(connection, {ANSWERED: (1, known)})


def _literals(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in dict.fromkeys(texts))


def outcome_of(outcome: str, reason: str) -> str:
    """The outcome of an attempt; another protocol at that place is one of its own."""
    return OTHER_PROTOCOL if outcome == Outcome.FAILED and reason == NotUnderstood.reason else outcome


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
