"""One SELECT a fact table with all its rules: questions LEFT JOIN facts, parameters from a table joined by organisation.

Each row of the result is one question (or one of several rows of its facts). Three bits a rule say what its conditions gave,
twenty rules an integer; `letters_of` reads them as one letter a rule:

    n  applies is FALSE                    -  not answered: the outcome decides
    a  applies cannot be told              p  requires is TRUE
    u  requires cannot be told             h  requires is FALSE, partial is TRUE
    x  requires is FALSE, partial NULL     f  requires is FALSE
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from inventory.fact import FactTable, column_types
from inventory.observation import Outcome
from rules.condition import Name, Scope, Type, compile_condition, day_number, first_conjunct
from rules.derived import DERIVED, PARTS, QUESTION_COLUMNS, of_assets, without_addresses
from rules.profile import Selection, Value
from rules.rule import Rule

_QUESTION_SQL = {
    "question": "question.id",
    "asset": "question.asset",
    "address": "question.address",
    "transport": "question.transport",
    "port": "question.port",
    "vantage": "question.vantage",
    "outcome": "coalesce(observation.outcome, 'never_asked')",
    "reason": "coalesce(observation.reason, '')",
    "at": "observation.at",
    "evidence_class": "coalesce(observation.evidence_class, 'declared')",
    "evidence": "coalesce(observation.evidence, '[]')",
    "ordinal": "coalesce(fact.ordinal, 0)",
}

_LEVEL = "CASE WHEN parameter.level > coalesce(asset.protection_level, 0) THEN parameter.level ELSE asset.protection_level END"

# Empty text and `unknown` in the asset table mean that nobody said: a condition sees NULL.
ASSET_NAMES: Mapping[str, Name] = {
    **{
        name: Name("text", f"nullif(asset.{name}, '')") for name in ("zone", "department", "city", "district", "system")
    },
    "device_class": Name("text", "nullif(asset.device_class, 'unknown')"),
    "importance": Name("text", "asset.importance"),
    "protection_level": Name("integer", f"({_LEVEL})"),
    "registered": Name("boolean", "asset.registered"),
}


def question_names(*, derived: bool) -> dict[str, Name]:
    """What a condition may read of the question itself: where it was asked from, and on which port."""
    kinds: dict[str, Type] = {"vantage": "text", "transport": "text", "port": "integer"}
    source = {name: f"fact.{name}" for name in kinds} if derived else _QUESTION_SQL
    return {name: Name(kind, source[name]) for name, kind in kinds.items()}


@cache
def column_kinds(table: FactTable) -> Mapping[str, Type]:
    """Column → type as a condition sees it: integer, text or boolean."""
    kinds: dict[str, Type] = {}
    for name, sql in column_types(table).items():
        annotation = str(table.model.model_fields[name].annotation)
        kinds[name] = "text" if sql == "TEXT" else "boolean" if "bool" in annotation else "integer"
    return kinds


def scope_of(rule: Rule, table: FactTable, *, derived: bool) -> Scope:
    """The names that the conditions of a rule may use; `derived` reads the question from the derivation."""
    parameters = {
        name: Name(parameter.type, f'parameter."{rule.id}.{name}"') for name, parameter in rule.parameters.items()
    }
    return Scope(
        {name: Name(kind, f'fact."{name}"') for name, kind in column_kinds(table).items()},
        {"asset": ASSET_NAMES, "question": question_names(derived=derived)},
        {**parameters, "as_of": Name("text", ":as_of")},
    )


ROW_COLUMNS = (*QUESTION_COLUMNS, "level", "overlay", "owner")  # the codes follow, then the fact columns
SLIM_COLUMNS = ("question", "asset", "outcome", "reason", "evidence_class")  # the codes follow
TOLD_COLUMNS = ("question", "asset")  # the codes follow
QUESTIONS, ASSETS = ":questions", ":assets"
RULES_A_CODE = 20  # three bits each in a signed 64 bit integer
_DIGITS = "fpuhxna"
_FAIL, _PASS, _UNKNOWN, _PARTIAL, _PARTIAL_UNKNOWN, _NOT_APPLICABLE, _APPLIES_UNKNOWN = range(7)


@dataclass(frozen=True, slots=True)
class Statement:
    """The SELECTs of one table. `sql` gives ROW_COLUMNS, the codes and the fact columns, by asset and question; `some_sql` the
    same for some questions: their list belongs in the place of QUESTIONS (and, in a derived table, that of their assets in
    the place of ASSETS).

    The others say no more than counting needs, in any order: `told_sql` gives TOLD_COLUMNS and the codes of the questions that
    have facts, the rows of one question side by side, however they were answered; `slim_sql` SLIM_COLUMNS and the codes of those
    that have none; `bare_sql` the codes of a question of which nothing is known, where they are the same for all (empty where
    they are not); `asked_sql` the number of questions. A derived table has `slim_sql` alone, one statement for each of its parts,
    which SQLite reads without making a table of them first."""

    sql: str
    some_sql: str
    slim_sql: tuple[str, ...]
    told_sql: str
    bare_sql: str
    asked_sql: str
    codes: int
    values: Mapping[str, Value | None]
    rules: tuple[Rule, ...]
    columns: tuple[str, ...]


def digit_sql(rule: Rule, table: FactTable, *, derived: bool) -> str:
    """The expression that gives the digit of one rule; each condition is evaluated once."""
    scope = scope_of(rule, table, derived=derived)
    requires = compile_condition(rule.requires, scope).sql
    decided = f"coalesce({requires}, {_UNKNOWN})"
    if rule.partial is not None:
        partial = compile_condition(rule.partial, scope).sql
        halves = f"CASE {partial} WHEN 1 THEN {_PARTIAL} WHEN 0 THEN {_FAIL} ELSE {_PARTIAL_UNKNOWN} END"
        decided = f"CASE {requires} WHEN 1 THEN {_PASS} WHEN 0 THEN {halves} ELSE {_UNKNOWN} END"
    if rule.applies is None:
        return decided
    applies = compile_condition(rule.applies, scope).sql
    return f"CASE {applies} WHEN 1 THEN {decided} WHEN 0 THEN {_NOT_APPLICABLE} ELSE {_APPLIES_UNKNOWN} END"


Members = list[tuple[int, str]]  # place of the digit in bits, and its expression


def code_sql(rules: Sequence[Rule], table: FactTable, *, derived: bool) -> list[str]:
    """The integers that hold the digits of all rules.

    Rules that apply where the same thing holds, and perhaps more (`layer = 'network' AND …`), share one look at it: where it
    is FALSE, none of them applies. Where these things are values of one column, one look at the column is enough for all."""
    made = []
    for start in range(0, len(rules), RULES_A_CODE):
        guards: dict[str, Members] = {}
        for place, rule in enumerate(rules[start : start + RULES_A_CODE]):
            digit = (3 * place, digit_sql(rule, table, derived=derived))
            guards.setdefault(_guard(rule, table, derived=derived), []).append(digit)
        by_column: dict[str, dict[str, Members]] = {}
        for guard, members in guards.items():
            column, value = equal.groups() if (equal := _EQUAL.fullmatch(guard)) else (guard, "")
            by_column.setdefault(column, {})[value] = members
        made.append(" + ".join(_term(column, values) for column, values in by_column.items()))
    return made


_EQUAL = re.compile(r"\((fact\.\"\w+\") = ('[^']*')\)")


def _term(guard: str, values: Mapping[str, Members]) -> str:
    """The digits of all rules that one guard decides on, or one column with these values. A column that is NULL decides nothing."""
    every = [member for members in values.values() for member in members]
    if not guard or len(every) == 1:
        return _digits(every)
    if "" in values:
        return f"CASE {guard} WHEN 0 THEN {_outside(every)} ELSE {_digits(every)} END"
    inside = " ".join(
        f"WHEN {value} THEN {_digits(members)} + {_outside(every) - _outside(members)}"
        for value, members in values.items()
    )
    return f"CASE {guard} {inside} ELSE CASE WHEN {guard} IS NULL THEN {_digits(every)} ELSE {_outside(every)} END END"


def _digits(members: Members) -> str:
    return " + ".join(f"({digit} << {shift})" for shift, digit in members)


def _outside(members: Members) -> int:
    return sum(_NOT_APPLICABLE << shift for shift, _ in members)


def _guard(rule: Rule, table: FactTable, *, derived: bool) -> str:
    """The first thing that must hold for a rule to apply; empty where it applies everywhere."""
    if rule.applies is None:
        return ""
    return first_conjunct(compile_condition(rule.applies, scope_of(rule, table, derived=derived)).sql)


@cache
def letters_of(codes: tuple[int, ...], rules: int, outcome: str) -> str:
    """One letter a rule. Without an answer there is nothing that `requires` could be about."""
    digits = "".join(_DIGITS[codes[n // RULES_A_CODE] >> 3 * (n % RULES_A_CODE) & 7] for n in range(rules))
    return digits if outcome == Outcome.ANSWERED else "".join(digit if digit in "na" else "-" for digit in digits)


def statement(
    table: FactTable,
    rules: Sequence[Rule],
    reads: Sequence[str],
    level: int | None,
    base: Mapping[tuple[str, str], Value],
    differing: Sequence[Selection],
    *,
    as_of: str,
    scan: str,
    stored: bool = False,
) -> Statement:
    """Build the SELECT. `reads` are the fact columns wanted for reasons; `stored` reads a derived table from the store,
    as the examples of rules do."""
    derived = table.name in DERIVED and not stored
    values: dict[str, Value | None] = {"scan": scan, "as_of": as_of, "as_of_day": day_number(as_of)}
    if not derived:
        values["fact"] = table.name
    head = f"WITH {_parameter_table(rules, level, base, differing, values)}{_overlay_table(differing, values)}"
    tail = f"LEFT JOIN asset ON asset.scan = :scan AND asset.id = {{}} {_parameter_join(differing)}"
    where = {name: f"fact.{name}" for name in QUESTION_COLUMNS} if derived else _QUESTION_SQL
    codes = code_sql(rules, table, derived=derived)
    owner = [_LEVEL, "parameter.overlay", "coalesce(asset.department, '')"]
    selected = [*(where[name] for name in QUESTION_COLUMNS), *owner, *codes, *(f'fact."{name}"' for name in reads)]
    slim = ", ".join([*(where[name] for name in SLIM_COLUMNS), *codes])
    if derived:
        source, condition = f"({DERIVED[table.name]}) AS fact", "WHERE TRUE"
        lighter = [f"({without_addresses(part)}) AS fact" for part in PARTS[table.name]]
        slim_sql = tuple(f"{head} SELECT {slim} FROM {part} {tail.format(where['asset'])}" for part in lighter)
        told_sql = bare_sql = asked_sql = ""
    else:
        source, condition = _asked_first(table.name)
        told = ", ".join([*(where[name] for name in TOLD_COLUMNS), *codes])
        told_sql = f"{head} SELECT {told} FROM {_facts_first(table.name)} {tail.format('question.asset')} WHERE fact.scan = :scan"
        slim_source = source.replace("question", "question INDEXED BY question_fact", 1)
        slim_tail = f"{tail.format('question.asset')} {condition} AND fact.question IS NULL"
        slim_sql = (f"{head} SELECT {slim} FROM {slim_source} {slim_tail}",)
        bare_sql = "" if differing else _bare(head, codes, table.name)
        asked_sql = "SELECT count(*) FROM question WHERE scan = :scan AND fact = :fact AND asset IS NOT NULL"
    body = f"FROM {source} {tail.format(where['asset'])} {condition}"
    order = f"ORDER BY {where['asset']}, {where['question']}, {where['ordinal']}"
    sql = f"{head} SELECT {', '.join(selected)} {body} {order}"
    some = sql.replace(order, f"AND {where['question']} IN ({QUESTIONS}) {order}")
    if not derived:  # the plus keeps the planner from walking the whole index where only some questions are wanted
        some = some.replace("question.fact =", "+question.fact =")
    elif table.name != "organisation_share":
        some = of_assets(some, ASSETS)
    return Statement(
        sql=sql,
        some_sql=some,
        slim_sql=slim_sql,
        told_sql=told_sql,
        bare_sql=bare_sql,
        asked_sql=asked_sql,
        codes=len(codes),
        values=values,
        rules=tuple(rules),
        columns=tuple(reads),
    )


def _asked_first(table: str) -> tuple[str, str]:
    """The questions of a table, with what was observed and with the facts of those that were answered."""
    source = (
        "question LEFT JOIN observation ON observation.scan = question.scan AND observation.question = question.id "
        f'LEFT JOIN "fact_{table}" AS fact ON fact.scan = question.scan AND fact.question = question.id '
        "AND observation.outcome = 'answered'"
    )
    return source, "WHERE question.scan = :scan AND question.fact = :fact AND question.asset IS NOT NULL"


def _facts_first(table: str) -> str:
    """The questions that have facts, in the order of the keys that facts and questions share: every look is beside the one
    before, whatever the size of the tables."""
    return (
        f'"fact_{table}" AS fact CROSS JOIN question ON question.scan = fact.scan AND question.id = fact.question '
        "AND question.fact = :fact AND question.asset IS NOT NULL"
    )


def _bare(head: str, codes: Sequence[str], table: str) -> str:
    """The codes where nothing is known; empty where they look at the asset or at the question."""
    listed = ", ".join(codes)
    if "asset." in listed or "question." in listed:
        return ""
    return f'{head} SELECT {listed} FROM parameter LEFT JOIN "fact_{table}" AS fact ON FALSE'


def _parameter_table(
    rules: Sequence[Rule],
    level: int | None,
    base: Mapping[tuple[str, str], Value],
    differing: Sequence[Selection],
    values: dict[str, Value | None],
) -> str:
    names = [(rule.id, name) for rule in rules for name in rule.parameters]
    rows = []
    for number, chosen in enumerate([base, *(selection.values for selection in differing)]):
        marks = [str(number), "NULL" if level is None else str(level)]
        for index, key in enumerate(names):
            values[f"p{number}_{index}"] = chosen[key]
            marks.append(f":p{number}_{index}")
        rows.append(f"({', '.join(marks)})")
    listed = ", ".join(["overlay", "level", *(f'"{rule}.{name}"' for rule, name in names)])
    return f"parameter({listed}) AS (VALUES {', '.join(rows)})"


def _overlay_table(differing: Sequence[Selection], values: dict[str, Value | None]) -> str:
    if not differing:
        return ""
    rows = []
    for number, place in enumerate(differing, start=1):
        values.update({f"c{number}": place.city, f"d{number}": place.district, f"o{number}": place.department})
        rows.append(f"({number}, :c{number}, :d{number}, :o{number})")
    return f", overlay(number, city, district, department) AS (VALUES {', '.join(rows)})"


def _parameter_join(differing: Sequence[Selection]) -> str:
    if not differing:
        return "JOIN parameter ON parameter.overlay = 0"
    return (
        "LEFT JOIN overlay ON overlay.city = asset.city AND overlay.district = asset.district "
        "AND overlay.department = asset.department JOIN parameter ON parameter.overlay = coalesce(overlay.number, 0)"
    )
