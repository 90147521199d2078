"""A connection that may only read while somebody else's statements run on it."""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

Connection = sqlite3.Connection
Function = Callable[..., int | None]

_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


def add_functions(connection: Connection, functions: Mapping[str, tuple[int, Function]]) -> None:
    """Make deterministic functions of ours known: name → (number of arguments, function)."""
    for name, (count, function) in functions.items():
        connection.create_function(name, count, function, deterministic=True)


@contextmanager
def only_reading(connection: Connection, functions: Collection[str]) -> Iterator[None]:
    """Inside, SQLite's authorizer refuses everything but SELECT with the functions that are named."""

    def allow(action: int, _first: str | None, second: str | None, *_: str | None) -> int:
        if action in _READING or (action == sqlite3.SQLITE_FUNCTION and second in functions):
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    connection.set_authorizer(allow)
    try:
        yield
    finally:
        connection.set_authorizer(None)
