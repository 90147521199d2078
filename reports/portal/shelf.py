"""The folder of published snapshots, and the status files of the agents."""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inventory.errors import WorkspaceError
from reports.portal.snapshot import Snapshot

LARGEST_STATUS = 4 * 1024 * 1024  # bytes
STATUS_FORMAT = "chengjian-agent-status/1"


class Shelf:
    """What is published. A snapshot never changes, so each is opened once."""

    def __init__(self, folder: Path, statuses: Sequence[Path] = ()) -> None:
        self.folder = folder
        self._statuses = tuple(statuses)
        self._open: dict[str, Snapshot] = {}
        self._lock = threading.Lock()

    def snapshots(self) -> list[Snapshot]:
        """Every snapshot, the newest first. What is no snapshot is left out."""
        names = sorted(
            path.parent.name for path in self.folder.glob("*/snapshot.db") if not path.parent.name.startswith(".")
        )
        with self._lock:
            for gone in self._open.keys() - set(names):
                del self._open[gone]
            for name in names:
                if name not in self._open:
                    try:
                        self._open[name] = Snapshot(self.folder / name / "snapshot.db")
                    except (WorkspaceError, KeyError):
                        continue
            found = list(self._open.values())
        return sorted(found, key=lambda one: (one.meta["ended"], one.scan), reverse=True)

    def current(self) -> list[Snapshot]:
        """The newest snapshot of each permit, by permit."""
        newest: dict[str, Snapshot] = {}
        for snapshot in self.snapshots():
            newest.setdefault(snapshot.meta["permit"], snapshot)
        return [newest[permit] for permit in sorted(newest)]

    def get(self, scan: str) -> Snapshot | None:
        """The snapshot of a scan."""
        return next((one for one in self.snapshots() if one.scan == scan), None)

    def series(self, snapshot: Snapshot) -> list[Snapshot]:
        """The snapshots of the same permit up to this one, the oldest first."""
        return [
            one
            for one in reversed(self.snapshots())
            if one.meta["permit"] == snapshot.meta["permit"] and one.meta["ended"] <= snapshot.meta["ended"]
        ]

    def file(self, snapshot: Snapshot, name: str) -> Path | None:
        """A file of a snapshot, if its list names it."""
        listed = any(item["name"] == name for item in snapshot.files)
        path = snapshot.path.parent / name
        return path if listed and path.is_file() else None

    def statuses(self) -> list[dict[str, Any]]:
        """What the agents say of themselves; a file that cannot be read says that."""
        return [_read_status(path) for path in self._statuses]


def _read_status(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as opened:
            found = json.loads(opened.read(LARGEST_STATUS))
    except (OSError, ValueError, RecursionError):
        return {"agent": path.stem, "readable": False}
    if not isinstance(found, dict) or found.get("format") != STATUS_FORMAT:
        return {"agent": path.stem, "readable": False}
    jobs = [job for job in found.get("jobs", []) if isinstance(job, dict)]
    return {**found, "jobs": jobs, "readable": True}


def minutes_since(moment: object, now: datetime) -> int | None:
    """Whole minutes since a time of a status file, or None where it is none."""
    try:
        then = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return int((now - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds() // 60)
