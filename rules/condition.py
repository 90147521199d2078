"""Conditions: SQL expressions over one fact table, held against a whitelist and written anew with types.

TRUE complies, FALSE fails, NULL cannot tell. Every construct that is let through is monotone in Kleene's logic: filling in
a NULL never changes a result that was TRUE or FALSE already. So nothing may defeat NULL: no CASE, COALESCE, IS, EXISTS,
subquery, aggregate, clock or random function. The SQL that runs is never the text of the rule but what `compile_condition`
writes from the checked tree.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from inventory.read_only import Connection, add_functions

Type = Literal["integer", "text", "boolean"]
KNOWN = Path(__file__).parent / "conditions.json"  # made by scripts/compile-conditions
LONGEST = 2000  # characters of one condition


@dataclass
class ConditionError(Exception):
    """What is wrong with a condition, and how to say it instead."""

    message: str
    hint: str = ""

    def __str__(self) -> str:
        return self.message + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Name:
    """What a name in a condition stands for: its type, and the SQL that reads it."""

    type: Type
    sql: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a condition may use: columns of the fact table, `asset.…`, `question.…` and `:parameters`."""

    columns: Mapping[str, Name]
    qualified: Mapping[str, Mapping[str, Name]]
    parameters: Mapping[str, Name]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked condition as SQL, and what it uses."""

    sql: str
    type: Type
    columns: frozenset[str]
    parameters: frozenset[str]
    qualified: frozenset[str]


@lru_cache(maxsize=4096)  # a region has millions of dates, few of them different
def day_number(text: str | None) -> int | None:
    """Days since 0001-01-01 of an ISO 8601 date or time (first ten characters); None where it is not one."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return None


def at_most(least: int | None, most: int | None, limit: int | None) -> int | None:
    """Is a value that lies in [least, most] at most `limit`? 1 yes, 0 no, None cannot tell."""
    if least is None or most is None or limit is None:
        return None
    return 1 if most <= limit else 0 if least > limit else None


def at_least(least: int | None, most: int | None, limit: int | None) -> int | None:
    """Is a value that lies in [least, most] at least `limit`? 1 yes, 0 no, None cannot tell."""
    if least is None or most is None or limit is None:
        return None
    return 1 if least >= limit else 0 if most < limit else None


FUNCTIONS: dict[str, tuple[tuple[Type, ...], Type]] = {
    "day_number": (("text",), "integer"),
    "at_most": (("integer", "integer", "integer"), "boolean"),
    "at_least": (("integer", "integer", "integer"), "boolean"),
    "length": (("text",), "integer"),
    "lower": (("text",), "text"),
}
FUNCTION_NAMES = frozenset(FUNCTIONS)
_OURS: dict[str, Callable[..., int | None]] = {"day_number": day_number, "at_most": at_most, "at_least": at_least}


def register_functions(connection: Connection) -> None:
    """Make our functions known to a connection."""
    add_functions(connection, {name: (len(FUNCTIONS[name][0]), function) for name, function in _OURS.items()})


def compile_condition(text: str, scope: Scope) -> Compiled:
    """Check an expression against the whitelist and write it as SQL. Raises ConditionError; the root must be boolean.

    The result depends on the text and on what its names stand for, and on nothing else. So what was compiled before, for
    the same names, is taken from the list that is shipped.
    """
    if len(text) > LONGEST:
        raise ConditionError(f"longer than {LONGEST} characters", "split the rule")
    for names, compiled in _known().get(text, ()):
        if names == meanings(compiled, scope):
            return compiled
    from rules.condition_tree import compile_tree

    return compile_tree(text, scope)


def first_conjunct(sql: str) -> str:
    """The leftmost condition of a conjunction that `compile_condition` wrote, `((a AND b) AND c)`: where it is FALSE, so is
    the whole. Anything else is its own."""
    while sql.startswith("((") and (end := _closing(sql, 1)) is not None and sql[end + 1 :].startswith(" AND "):
        sql = sql[1 : end + 1]
    return sql


def _closing(sql: str, start: int) -> int | None:
    """Where the bracket at `start` is closed; brackets within quotes do not count."""
    depth, quote = 0, ""
    for place in range(start, len(sql)):
        sign = sql[place]
        if quote or sign in "'\"":
            quote = "" if sign == quote else quote or sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return place
    return None


Meanings = Mapping[str, Sequence[str]]


def meanings(compiled: Compiled, scope: Scope) -> Meanings:
    """Name → type and SQL of every name that a compiled condition uses; a name that the scope lacks is left out."""

    def found() -> Iterator[tuple[str, Name | None]]:
        yield from ((name, scope.columns.get(name)) for name in compiled.columns)
        yield from ((f":{name}", scope.parameters.get(name)) for name in compiled.parameters)
        for name in compiled.qualified:
            table, _, column = name.partition(".")
            yield name, scope.qualified.get(table, {}).get(column)

    return {name: [meaning.type, meaning.sql] for name, meaning in found() if meaning is not None}


def known_form(compiled: Compiled, scope: Scope) -> dict[str, Any]:
    """One entry of the list that is shipped."""
    sets = {name: sorted(getattr(compiled, name)) for name in ("columns", "parameters", "qualified")}
    return {**asdict(compiled), **sets, "names": dict(sorted(meanings(compiled, scope).items()))}


@cache
def _known() -> Mapping[str, Sequence[tuple[Meanings, Compiled]]]:
    if not KNOWN.exists():
        return {}
    listed: Mapping[str, Sequence[Mapping[str, Any]]] = json.loads(KNOWN.read_bytes())
    return {text: [(item["names"], _compiled(item)) for item in items] for text, items in listed.items()}


def _compiled(item: Mapping[str, Any]) -> Compiled:
    columns, parameters, qualified = (frozenset(item[name]) for name in ("columns", "parameters", "qualified"))
    return Compiled(item["sql"], item["type"], columns, parameters, qualified)
