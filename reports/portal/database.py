"""The portal's door to SQLite: snapshots read only and immutable, `portal.db` as its own, nothing else."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from inventory.errors import WorkspaceError

Connection = sqlite3.Connection
Row = sqlite3.Row
DatabaseError = sqlite3.DatabaseError
IntegrityError = sqlite3.IntegrityError


def open_snapshot(path: Path) -> Connection:
    """A published snapshot: it never changes, so nothing is locked and nothing is written beside it. May be used by one
    thread at a time. Raises WorkspaceError."""
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.row_factory = Row
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cache_size = -8000")  # 8 MB a connection
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT value FROM meta LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise WorkspaceError(f"is not a published snapshot: {error}", str(path)) from error
    return connection


def new_snapshot(path: Path, schema: str) -> Connection:
    """A snapshot that is being made, at a path where nothing is yet."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {schema}")
    return connection


def open_portal(path: Path, schema: str) -> Connection:
    """The portal's own database, made where it is missing, readable by its owner alone; used by one thread at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.row_factory = Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(schema)
    except sqlite3.Error as error:
        raise WorkspaceError(f"is not the portal's database: {error}", str(path)) from error
    return connection
