"""The city data dictionary as a whole: every table and column is described, storable and usable in a rule."""

import sqlite3
from pathlib import Path

import pytest
import sqlglot

from inventory.asset import DEVICE_CLASSES
from inventory.fact import all_tables, column_types, columns
from inventory.facts.service import ServiceFacts, spoken
from inventory.store_schema import fact_schema

NAMES = sorted(all_tables())


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_named_in_both_languages(name: str) -> None:
    table = all_tables()[name]
    assert table.title.zh
    assert table.title.en
    for column, described in columns(table).items():
        assert described.zh, column
        assert described.en, column
        assert described.zh != described.en, column
        assert any("\u4e00" <= letter <= "\u9fff" or letter.isupper() for letter in described.zh), column


@pytest.mark.parametrize("name", NAMES)
def test_every_column_can_be_used_bare_in_sql(name: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(fact_schema())
    for column in column_types(all_tables()[name]):
        connection.execute(f"SELECT {column} FROM fact_{name} AS {name} WHERE {name}.{column} = 1 AND NOT {column} > 2")
    connection.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_row_that_knows_nothing_can_be_stored(name: str) -> None:
    table = all_tables()[name]
    empty = table.model()
    assert set(empty.model_dump().values()) == {None}
    connection = sqlite3.connect(":memory:")
    connection.executescript(fact_schema())
    names = list(column_types(table))
    marks = ", ".join("?" for _ in names)
    connection.execute(f"INSERT INTO fact_{name} VALUES ('s', 'q', 0, {marks})", [None for _ in names])
    connection.close()


@pytest.mark.parametrize("name", NAMES)
def test_device_classes_are_known_words(name: str) -> None:
    assert set(all_tables()[name].classes) <= set(DEVICE_CLASSES)


def test_no_two_tables_ask_by_the_same_port_and_class() -> None:
    """A default port belongs to one table, so that its closed port is one answer and not two."""
    seen: dict[tuple[str, int], str] = {}
    for table in all_tables().values():
        for port in table.ports:
            assert port not in seen, (table.name, seen.get(port))
            seen[port] = table.name


def test_an_endpoint_speaks_its_protocol_and_the_encryption_around_it() -> None:
    assert spoken(ServiceFacts(protocol="http", tls=True)) == ("http", "tls")
    assert spoken(ServiceFacts(protocol="http", tls=False)) == ("http",)
    assert spoken(ServiceFacts(protocol="tls", tls=True)) == ("tls",)
    assert spoken(ServiceFacts(tls=True)) == ("tls",)
    assert spoken(ServiceFacts()) == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_column_parses_as_a_column_in_a_rule(name: str) -> None:
    for column in column_types(all_tables()[name]):
        for text in (f"{column} = 1", f"NOT {column} AND {column} >= 2", f"{name}.{column} BETWEEN 1 AND 2"):
            found = [node.name for node in sqlglot.parse_one(text, dialect="sqlite").find_all(sqlglot.exp.Column)]
            assert found
            assert set(found) == {column}, text


def producers() -> str:
    """All product code outside the dictionary itself, as one text."""
    root = Path(__file__).parents[2]
    folders = ("inventory", "scanner", "rules")
    return "\n".join(
        path.read_text()
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        if "facts" not in path.relative_to(root).parts
    )


def test_every_table_has_a_producer() -> None:
    """A probe fills it, or an import or derivation names its model or the table itself."""
    from scanner.probe import fillers

    code = producers()
    orphans = [
        name
        for name, table in all_tables().items()
        if not fillers(name) and table.model.__name__ not in code and f'"{name}"' not in code
    ]
    assert orphans == []


def test_every_table_that_is_asked_has_a_probe() -> None:
    from scanner.probe import fillers

    asked = [name for name, table in all_tables().items() if table.ports or table.protocols]
    assert [name for name in asked if not fillers(name)] == []
