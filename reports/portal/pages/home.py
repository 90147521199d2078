"""The first page: what is published, grades over time, the league table."""

from typing import Any

from starlette.responses import Response

from reports.charts import trend_line
from reports.portal.page import EVERYBODY, Page, Visit
from reports.portal.pages.unit import severity_chart
from reports.portal.snapshot import Snapshot
from reports.times import local

MOST_DEPARTMENTS = 12
MOST_POINTS = 14


def render(visit: Visit) -> Response:
    """A block for the newest snapshot of each permit."""
    return visit.html("home.html.j2", blocks_of=[_block(visit, snapshot) for snapshot in visit.shelf.current()])


def _block(visit: Visit, snapshot: Snapshot) -> dict[str, Any]:
    scope = visit.scope
    return {
        "snapshot": snapshot,
        "whole": snapshot.unit(("", "", ""), 0) if scope.whole else None,
        "grades": snapshot.headline if scope.whole else [],
        "cities": snapshot.units(1, scope),
        "departments": snapshot.units(2, scope, limit=MOST_DEPARTMENTS if scope.whole else -1),
        "systems": snapshot.units(3, scope) if scope.systems is not None else [],
        "trend": trend(visit, snapshot) if scope.whole else None,
        "chart": severity_chart(visit, snapshot, ("", "", ""), 0, 2) if scope.whole else None,
    }


def trend(visit: Visit, snapshot: Snapshot) -> object | None:
    """The widest grade by the default scheme, over the scans of the same permit; None for a single one."""
    points = []
    for one in visit.shelf.series(snapshot)[-MOST_POINTS:]:
        grade = next((item for item in one.headline if item["scheme"] == "self-check"), None)
        if grade is not None:
            moment = local(one.meta["ended"], one.meta["timezone"])
            points.append((moment, grade["point"], grade["lower"], grade["upper"]))
    if len(points) < 2:
        return None
    days = {moment[:10] for moment, *_ in points}
    shown = (
        slice(0, 10) if len(days) == len(points) else slice(5, 16)
    )  # two scans of a day are told apart by their time
    return trend_line([(moment[shown], *figures) for moment, *figures in points], visit.label("trend"))


PAGES = (Page("/", EVERYBODY, render),)
