"""What the agent sees in a workspace: whether a scan is finished, what its report says that is new, what will expire."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from inventory.audit import verify
from inventory.errors import InputError, WorkspaceError
from inventory.reported import reported_scans
from inventory.store import Store
from reports.canonical_form import read_report
from reports.report import Report
from scanner.agent.config import Notify
from scanner.agent.duty import Left
from scanner.agent.events import Event, changes, scan_completed, waiver_expiry


def left_in(workspace: Path, since: datetime) -> Left:
    """What became of the scan that was started at `since` (or a moment before: times have whole seconds)."""
    if not workspace.is_file():
        return "nothing"
    try:
        with Store.open(workspace) as store:
            scans = [scan for scan in store.scans() if _time(scan["started"]) >= since - timedelta(seconds=1)]
    except WorkspaceError:
        return "nothing"  # the scan itself says what is wrong with it
    if not scans:
        return "nothing"
    return "finished" if scans[-1]["state"] == "finished" else "unfinished"


def news(job: str, workspace: Path, notify: Notify, now: datetime) -> Iterator[Event]:
    """What to tell after a scan: the newest report against the one before it of the same permit."""
    with Store.open(workspace) as store:
        reports = _reports(store)
        if not reports:
            return
        chain = verify(store)
        old = reports[1] if len(reports) > 1 else None
        yield scan_completed(job, reports[0].scan.id, chain.entries, chain.head, now)
        yield from changes(old, reports[0], coverage_points=notify.coverage_points)


def newest_report(workspace: Path) -> str | None:
    """The newest scan that has a report, or None."""
    if not workspace.is_file():
        return None
    try:
        with Store.open(workspace) as store:
            found = reported_scans(store)
    except InputError:
        return None
    return found[-1] if found else None


def expiring(workspace: Path, notify: Notify, now: datetime) -> Event | None:
    """Waivers of the newest report that will expire; None where there is no report yet."""
    if not workspace.is_file():
        return None
    try:
        with Store.open(workspace) as store:
            reports = _reports(store, most=1)
    except InputError:
        return None
    return waiver_expiry(reports[0], now, notify.expiry_days) if reports else None


def _reports(store: Store, most: int = 2) -> list[Report]:
    """The newest reports of the newest scan's permit, the newest first."""
    finished = [scan for scan in store.scans() if scan["state"] == "finished"]
    found: list[Report] = []
    for scan in reversed(finished):
        if scan["permit"].get("id") == finished[-1]["permit"].get("id") and len(found) < most:
            try:
                found.append(read_report(store.report(scan["id"]), scan["id"]))
            except InputError:
                continue  # a scan without a report, or with one of another version
    return found


def _time(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
