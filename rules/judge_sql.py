"""One SELECT a fact table with all its rules: questions LEFT JOIN facts, parameters from a table joined by organisation.

Each row of the result is one question (or one of several rows of its facts). Three bits a rule say what its conditions gave,
twenty rules an integer; `letters_of` reads them as one letter a rule:

    n  applies is FALSE                    -  not answered: the outcome decides
    a  applies cannot be told              p  requires is TRUE
    u  requires cannot be told             h  requires is FALSE, partial is TRUE
    x  requires is FALSE, partial NULL     f  requires is FALSE
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from inventory.fact import FactTable, column_types
from inventory.observation import Outcome
from rules.condition import Name, Scope, Type, compile_condition, day_number
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


ROW_COLUMNS = (*QUESTION_COLUMNS, "level", "overlay", "owner")  # the codes follow, then the fact columns
SLIM_COLUMNS = ("question", "asset", "outcome", "reason", "evidence_class")  # the codes follow
QUESTIONS = ":questions"
RULES_A_CODE = 20  # three bits each in a signed 64 bit integer
_DIGITS = "fpuhxna"
_FAIL, _PASS, _UNKNOWN, _PARTIAL, _PARTIAL_UNKNOWN, _NOT_APPLICABLE, _APPLIES_UNKNOWN = range(7)


@dataclass(frozen=True, slots=True)
class Statement:
    """The SELECT of one table. `sql` gives ROW_COLUMNS, the codes and the fact columns; `slim_sql` gives SLIM_COLUMNS and the
    codes, by asset; `some_sql` is `sql` for some questions, with QUESTIONS where their list of values belongs."""

    sql: str
    slim_sql: str
    some_sql: str
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


def code_sql(rules: Sequence[Rule], table: FactTable, *, derived: bool) -> list[str]:
    """The integers that hold the digits of all rules."""
    return [
        " + ".join(
            f"({digit_sql(rule, table, derived=derived)} << {3 * place})"
            for place, rule in enumerate(rules[start : start + RULES_A_CODE])
        )
        for start in range(0, len(rules), RULES_A_CODE)
    ]


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
    parameters = _parameter_table(rules, level, base, differing, values)
    overlay = _overlay_table(differing, values)
    where = {name: f"fact.{name}" for name in QUESTION_COLUMNS} if derived else _QUESTION_SQL
    codes = code_sql(rules, table, derived=derived)
    asset = [_LEVEL, "parameter.overlay", "coalesce(asset.department, '')"]
    selected = [*(where[name] for name in QUESTION_COLUMNS), *asset, *codes, *(f'fact."{name}"' for name in reads)]
    slim = [*(where[name] for name in SLIM_COLUMNS), *codes]
    if derived:
        source = f"({DERIVED[table.name]}) AS fact"
        condition = "WHERE TRUE"
    else:
        values["fact"] = table.name
        source = (
            "question LEFT JOIN observation ON observation.scan = question.scan AND observation.question = question.id "
            f'LEFT JOIN "fact_{table.name}" AS fact ON fact.scan = question.scan AND fact.question = question.id '
            "AND observation.outcome = 'answered'"
        )
        condition = "WHERE question.scan = :scan AND question.fact = :fact AND question.asset IS NOT NULL"
    head = f"WITH {parameters}{overlay}"
    body = (
        f"FROM {source} LEFT JOIN asset ON asset.scan = :scan AND asset.id = {where['asset']} "
        f"{_parameter_join(differing)} {condition}"
    )
    order = f"ORDER BY {where['asset']}, {where['question']}, {where['ordinal']}"
    some = f"AND {where['question']} IN ({QUESTIONS})"
    return Statement(
        sql=f"{head} SELECT {', '.join(selected)} {body} {order}",
        slim_sql=f"{head} SELECT {', '.join(slim)} {body} ORDER BY {where['asset']}",
        some_sql=f"{head} SELECT {', '.join(selected)} {body} {some} {order}",
        codes=len(codes),
        values=values,
        rules=tuple(rules),
        columns=tuple(reads),
    )


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
