"""For those who oversee: coverage by clause, waivers, the scope of the scan, and two scans side by side."""

from collections import Counter
from datetime import date

from starlette.responses import Response

from reports.portal.difference import difference
from reports.portal.page import EVERYBODY, OVERSIGHT, Missing, Page, Visit
from reports.times import day


def clauses(visit: Visit) -> Response:
    """Every clause: how far a scanner can cover it, and how its checks came out."""
    snapshot = visit.snapshot()
    found = snapshot.clauses()
    standards = sorted({clause["standard"] for clause in found})
    chosen = visit.query.get("standard", "")
    means = Counter(clause["automation"] for clause in found if chosen in ("", clause["standard"]))
    return visit.html(
        "clauses.html.j2",
        snapshot=snapshot,
        clauses=[clause for clause in found if chosen in ("", clause["standard"])],
        standards=standards,
        chosen=chosen,
        means=means,
        coverage=snapshot.parts["coverage"],
    )


def waivers(visit: Visit) -> Response:
    """Accepted deviations and when they end."""
    snapshot = visit.snapshot()
    found = sorted(snapshot.waivers(), key=lambda one: one["expires"])
    today = date.fromisoformat(day(visit.now.isoformat(), snapshot.meta["timezone"]))
    left = {one["id"]: (date.fromisoformat(one["expires"]) - today).days for one in found}
    return visit.html("waivers.html.j2", snapshot=snapshot, waivers=found, days_left=left)


def scope(visit: Visit) -> Response:
    """What the permit allowed, what was reached, what was sent, how old the evidence is."""
    snapshot = visit.snapshot()
    return visit.html("scope.html.j2", snapshot=snapshot, parts=snapshot.parts)


def compare(visit: Visit) -> Response:
    """An older scan of the same permit against this one: by default the one before."""
    snapshot = visit.snapshot()
    others = [one for one in visit.shelf.series(snapshot) if one.scan != snapshot.scan]
    chosen = visit.query.get("with", "")
    if chosen:
        old = next((one for one in others if one.scan == chosen), None)
        if old is None:
            raise Missing
    else:
        old = others[-1] if others else None
    found = difference(old, snapshot, visit.scope) if old else None
    return visit.html("compare.html.j2", snapshot=snapshot, others=others[::-1], old=old, found=found)


PAGES = (
    Page("/r/{scan}/clauses", OVERSIGHT, clauses, whole=True),
    Page("/r/{scan}/waivers", OVERSIGHT, waivers, whole=True),
    Page("/r/{scan}/scope", OVERSIGHT, scope, whole=True),
    Page("/r/{scan}/compare", EVERYBODY, compare),
)
