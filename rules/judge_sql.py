"""One SELECT a fact table with all its rules: questions LEFT JOIN facts, parameters from a table joined by organisation.

Each row of the result is one question (or one of several rows of its facts) with one letter a rule:

    n  applies is FALSE                    -  not answered: the outcome decides
    a  applies cannot be told              p  requires is TRUE
    u  requires cannot be told             h  requires is FALSE, partial is TRUE
    x  requires is FALSE, partial NULL     f  requires is FALSE
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from inventory.fact import FactTable, column_types
from rules.condition import Name, Scope, Type, compile_condition
from rules.derived import DERIVED, QUESTION_COLUMNS
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


ROW_COLUMNS = (*QUESTION_COLUMNS, "level", "overlay", "owner", "letters")


@dataclass(frozen=True, slots=True)
class Statement:
    """The SELECT of one table: its text and bound values, the rules in the order of the letters, and the fact columns that
    follow ROW_COLUMNS."""

    sql: str
    values: Mapping[str, Value | None]
    rules: tuple[Rule, ...]
    columns: tuple[str, ...]


def letter_sql(rule: Rule, table: FactTable, outcome: str, *, derived: bool) -> str:
    """The CASE that gives the letter of one rule."""
    scope = scope_of(rule, table, derived=derived)
    requires = compile_condition(rule.requires, scope).sql
    tail = "'f'"
    if rule.partial is not None:
        partial = compile_condition(rule.partial, scope).sql
        tail = f"CASE WHEN {partial} THEN 'h' WHEN NOT {partial} THEN 'f' ELSE 'x' END"
    decided = f"CASE WHEN {requires} THEN 'p' WHEN NOT {requires} THEN {tail} ELSE 'u' END"
    if rule.applies is None:
        return f"CASE WHEN {outcome} = 'answered' THEN {decided} ELSE '-' END"
    applies = compile_condition(rule.applies, scope).sql
    return (
        f"CASE WHEN NOT {applies} THEN 'n' WHEN {outcome} = 'answered' THEN CASE WHEN {applies} THEN {decided} ELSE 'a' END "
        f"WHEN {applies} THEN '-' ELSE 'a' END"
    )


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
    values: dict[str, Value | None] = {"scan": scan, "as_of": as_of}
    parameters = _parameter_table(rules, level, base, differing, values)
    overlay = _overlay_table(differing, values)
    where = {name: f"fact.{name}" for name in QUESTION_COLUMNS} if derived else _QUESTION_SQL
    letters = " || ".join(letter_sql(rule, table, where["outcome"], derived=derived) for rule in rules)
    asset = [_LEVEL, "parameter.overlay", "coalesce(asset.department, '')"]
    selected = [*(where[name] for name in QUESTION_COLUMNS), *asset, letters, *(f'fact."{name}"' for name in reads)]
    if derived:
        source = f"({DERIVED[table.name]}) AS fact"
        condition = ""
    else:
        values["fact"] = table.name
        source = (
            "question LEFT JOIN observation ON observation.scan = question.scan AND observation.question = question.id "
            f'LEFT JOIN "fact_{table.name}" AS fact ON fact.scan = question.scan AND fact.question = question.id '
            "AND observation.outcome = 'answered'"
        )
        condition = "WHERE question.scan = :scan AND question.fact = :fact AND question.asset IS NOT NULL"
    sql = (
        f"WITH {parameters}{overlay} SELECT {', '.join(selected)} FROM {source} "
        f"LEFT JOIN asset ON asset.scan = :scan AND asset.id = {where['asset']} "
        f"{_parameter_join(differing)} {condition} ORDER BY {where['asset']}, {where['question']}, {where['ordinal']}"
    )
    return Statement(sql, values, tuple(rules), tuple(reads))


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
