"""The reports that a workspace holds: which scans have one, and its bytes a piece at a time."""

from collections.abc import Iterator

from inventory.store import Store

PIECE = 1024 * 1024  # bytes


def reported_scans(store: Store) -> list[str]:
    """The scans that have a report, in the order of their start."""
    statement = "SELECT id FROM scan WHERE id IN (SELECT scan FROM report) ORDER BY started, id"
    return [row[0] for row in store.connection.execute(statement)]


def report_pieces(store: Store, scan: str, size: int = PIECE) -> Iterator[bytes]:
    """The canonical report of a scan in pieces of `size` bytes, so that a region's need not be in memory. A workspace that
    an earlier version of the program made gives it in one piece. Raises WorkspaceError if there is none."""
    (made,) = store.connection.execute("SELECT sql FROM sqlite_master WHERE name = 'report'").fetchone()
    earlier = "WITHOUT ROWID" in made
    row = None if earlier else store.connection.execute("SELECT rowid FROM report WHERE scan = ?", (scan,)).fetchone()
    if row is None:
        yield store.report(scan)
        return
    with store.connection.blobopen("report", "document", row[0], readonly=True) as blob:
        while piece := blob.read(size):
            yield piece
