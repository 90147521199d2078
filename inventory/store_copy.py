"""A consistent copy of a workspace, taken while others go on writing."""

import sqlite3
from pathlib import Path

from inventory.errors import WorkspaceError
from inventory.store import Store


def copy_to(store: Store, target: Path) -> None:
    """Write both files of `store` as of one moment to `target` and beside it. Raises WorkspaceError for a workspace in
    memory and where the copy cannot be written."""
    if store.path is None:
        raise WorkspaceError("a workspace in memory has no file to copy")
    try:
        with Store.open(store.path) as reader:
            with store.batch():  # nobody writes while both snapshots are taken: a moment, not the time of the copy
                reader.connection.execute("BEGIN")
                reader.connection.execute("SELECT count(*) FROM main.meta").fetchone()
                reader.connection.execute("SELECT 1 FROM kept_evidence.evidence LIMIT 1").fetchone()
            for name, path in (("main", target), ("kept_evidence", target.with_suffix(".evidence"))):
                copy = sqlite3.connect(path, isolation_level=None)
                try:
                    reader.connection.backup(copy, name=name)
                    copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
                finally:
                    copy.close()
    except sqlite3.Error as error:
        raise WorkspaceError(f"the copy failed: {error}", str(target)) from error
