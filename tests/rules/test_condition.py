"""Conditions: the whitelist, the types, and that nothing defeats a missing fact."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.condition import ConditionError, Name, Scope, compile_condition, day_number, register_functions

SCOPE = Scope(
    {
        "a": Name("integer", 'fact."a"'),
        "b": Name("integer", 'fact."b"'),
        "t": Name("text", 'fact."t"'),
        "x": Name("boolean", 'fact."x"'),
        "y": Name("boolean", 'fact."y"'),
    },
    {"asset": {"zone": Name("text", "'office'")}},
    {"m": Name("integer", "3"), "as_of": Name("text", ":as_of")},
)


@pytest.mark.parametrize(
    "text",
    [
        "a >= 0x0303",
        "x",
        "NOT x AND y OR a IN (1, :m)",
        "t NOT LIKE 'v1%'",
        "a NOT BETWEEN 1 AND b + 2 * 3",
        "day_number(t) - day_number(:as_of) > 30",
        "asset.zone = 'office' AND x = TRUE",
        "at_most(a, b, :m)",
        "length(lower(t)) > 3",
        "-a < 1",
    ],
)
def test_what_the_whitelist_lets_through(text: str) -> None:
    assert compile_condition(text, SCOPE).type == "boolean"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CASE WHEN x THEN y END", "CASE"),
        ("coalesce(a, 1) = 1", "COALESCE"),
        ("ifnull(a, 1) = 1", "COALESCE"),
        ("iif(x, x, y)", "IIF"),
        ("a IS NULL", "IS"),
        ("a IS NOT NULL", "IS"),
        ("a ISNULL", "IS"),
        ("a IS DISTINCT FROM b", "not allowed"),
        ("a = NULL", "NULL"),
        ("EXISTS (SELECT 1)", "EXISTS"),
        ("a IN (SELECT 1)", "subquery"),
        ("(SELECT 1) = 1", "not allowed"),
        ("a IN ()", "not empty"),
        ("count(*) > 1", "not allowed"),
        ("max(a) > 1", "not allowed"),
        ("random() > 1", "rand"),
        ("current_timestamp > t", "not allowed"),
        ("date('now') > t", "not allowed"),
        ("a / 2 > 1", "division"),
        ("a % 2 = 1", "division"),
        ("'TLSv1.0' >= 1", "mixed types"),
        ("t = 1", "mixed types"),
        ("x = 1", "mixed types"),
        ("x > y", "order"),
        ("a", "type integer"),
        ("a = 1.5", "not an integer"),
        ('"a" = 1', "quotes"),
        ("[a] = 1", "quotes"),
        ("`a` = 1", "quotes"),
        ("c = 1", "no column c"),
        ("asset.colour = 'x'", "no column asset.colour"),
        ("other.a = 1", "no table other"),
        ("main.fact.a = 1", "no column"),
        ("a = :unknown", "no parameter"),
        ("a = ?", "no parameter"),
        ("t LIKE 'a!%' ESCAPE '!'", "ESCAPE"),
        ("t GLOB 'a*'", "GLOB"),
        ("t || t = 'x'", "||"),
        ("(a, b) = (1, 2)", "not allowed"),
        ("a << 1 > 2", "not allowed"),
        ("a & 1 = 1", "not allowed"),
        ("CAST(a AS TEXT) = 'x'", "CAST"),
        ("x; DROP TABLE fact", "one SQL expression"),
        ("x AND", "not an SQL expression"),
        ("", "one SQL expression"),
        ("x" * 3000, "longer"),
        ("day_number(t, t) > 1", "argument"),
        ("length(t, t) > 1", "not allowed"),
        ("load_extension(t) = 1", "not allowed"),
    ],
)
def test_what_is_refused_and_how_it_is_said(text: str, said: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, SCOPE)
    assert said in str(caught.value)


def _conditions() -> st.SearchStrategy[str]:
    integers = st.recursive(
        st.sampled_from(["a", "b", "0", "1", "2", ":m", "day_number(t)", "day_number(:as_of)", "length(t)"]),
        lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        max_leaves=3,
    )
    texts = st.sampled_from(["t", "'2026-01-01'", "'x'", "lower(t)", "asset.zone"])
    leaves = st.one_of(
        st.sampled_from(["x", "y", "TRUE", "at_most(a, b, :m)", "at_least(a, b, 2)"]),
        st.builds("{} {} {}".format, integers, st.sampled_from(["=", "<>", "<", ">="]), integers),
        st.builds("{} {} {}".format, texts, st.sampled_from(["=", "<>", "<"]), texts),
        st.builds("{} IN ({}, {})".format, integers, integers, integers),
        st.builds("{} NOT IN ({}, {})".format, texts, texts, texts),
        st.builds("{} BETWEEN {} AND {}".format, integers, integers, integers),
        st.builds("{} NOT LIKE '2026%'".format, texts),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({} AND {})".format, inner, inner),
            st.builds("({} OR {})".format, inner, inner),
            st.builds("(NOT {})".format, inner),
        ),
        max_leaves=6,
    )


ROWS = st.fixed_dictionaries(
    {
        "a": st.integers(-2, 4),
        "b": st.integers(-2, 4),
        "t": st.sampled_from(["", "x", "2026-01-01", "2025-12-31T10:00:00Z"]),
        "x": st.integers(0, 1),
        "y": st.integers(0, 1),
    }
)


@given(_conditions(), ROWS, st.sets(st.sampled_from("abtxy")))
def test_filling_in_a_missing_fact_never_changes_what_was_decided(
    text: str, row: dict[str, int | str], missing: set[str]
) -> None:
    sql = compile_condition(text, SCOPE).sql
    connection = sqlite3.connect(":memory:")
    register_functions(connection)
    connection.execute("CREATE TABLE fact (a INTEGER, b INTEGER, t TEXT, x INTEGER, y INTEGER) STRICT")

    def value(given_row: dict[str, int | str | None]) -> int | None:
        connection.execute("DELETE FROM fact")
        connection.execute("INSERT INTO fact VALUES (:a, :b, :t, :x, :y)", given_row)
        bound = {"as_of": "2026-01-01T00:00:00Z", "as_of_day": day_number("2026-01-01")}
        found: int | None = connection.execute(f"SELECT {sql} FROM fact", bound).fetchone()[0]
        return found

    with_gaps = value({name: None if name in missing else found for name, found in row.items()})
    assert with_gaps in (None, value(dict(row)))
    connection.close()


def test_a_date_that_is_none_cannot_be_told() -> None:
    assert day_number("2026-02-30") is None
    assert day_number("") is None
    assert day_number(None) is None
    assert day_number("2026-01-02T00:00:00Z") == (day_number("2026-01-01") or 0) + 1
