"""An earlier report as baseline: what is new since, and an exit code for that alone.

The baseline is a scan of the workspace or a report document. A finding is new where the baseline has none with its id, also one
that came back after it had been mended. What a waiver covers is told by the report and is nobody's surprise: it does not count.
"""

from collections.abc import Mapping
from pathlib import Path

from inventory.errors import InputError, WorkspaceError
from inventory.store import Store
from reports.build import make_report
from reports.canonical_form import read_report
from reports.compare import Comparison, compare
from reports.report import FindingEntry, Report
from rules.verdict import SEVERITIES, Severity
from scanner.terminal import safe, say, table


def baseline(name: str | None, workspace: Path) -> Report | None:
    """The report that a command names as its baseline. Raises InputError or WorkspaceError where there is none."""
    if name is None:
        return None
    if name.endswith(".json"):
        return report_from(Path(name))
    with Store.open(workspace) as store:
        return report_of(store, name)


def report_of(store: Store, scan: str) -> Report:
    """The report of a scan: the kept one, or made now."""
    store.scan(scan)
    kept = kept_report(store, scan)
    return make_report(store, scan) if kept is None else kept


def kept_report(store: Store, scan: str) -> Report | None:
    """The report of the scan as it was kept, or None where none is."""
    try:
        data = store.report(scan)
    except WorkspaceError:
        return None
    return read_report(data, f"report of scan {scan}")


def report_from(path: Path) -> Report:
    """A report document. Raises InputError where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    return read_report(data, str(path))


def new_in(seen: Comparison) -> tuple[FindingEntry, ...]:
    """The findings of the newer report that the baseline does not have."""
    return (*seen.new, *seen.reopened)


def new_since(old: Report, report: Report) -> dict[Severity, int]:
    """How many confirmed findings are new and not waived, by severity."""
    counted: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
    for found in new_in(compare(old, report)):
        if found.verdict != "not_assessed" and not found.waiver:
            counted[found.severity] += 1
    return counted


def tell_new(old: Report, new: Mapping[Severity, int]) -> None:
    """What is new since the baseline, on stdout."""
    say("")
    say(table([f"new since {safe(old.scan.id)}", *SEVERITIES], [["confirmed", *new.values()]]))
