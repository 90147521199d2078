"""An organisation: the whole, a city, a department or a system, with what is below it."""

from typing import cast

from starlette.responses import Response

from reports.charts import interval_bars, stacked_bars
from reports.portal.page import EVERYBODY, Missing, Page, Visit, page_number
from reports.portal.snapshot import Filters, Listed, Place, Snapshot
from rules.schemes.autonomy import DOMESTIC

PER_PAGE = 50
MOST_FINDINGS = 8


def render(visit: Visit) -> Response:
    """One organisation; without a place in the address, the whole."""
    snapshot = visit.snapshot()
    place, depth = visit.place()
    if not snapshot.may_see(place, depth, visit.scope):
        raise Missing
    unit = snapshot.unit(place, depth)
    if unit is None:
        raise Missing
    number = page_number(visit.query)
    children = snapshot.units(depth + 1, visit.scope, place, depth) if depth < 3 else []
    city, department, system = (place[level] if level < depth else None for level in range(3))
    filters = Filters(city=city, department=department, system=system)
    return visit.html(
        "unit.html.j2",
        snapshot=snapshot,
        place=place,
        depth=depth,
        unit=unit,
        grades=snapshot.grades(place, depth),
        districts=snapshot.district_grades(place, depth),
        children=children,
        chart=severity_chart(visit, snapshot, place, depth, depth + 1) if children else None,
        shares=_shares(visit, snapshot, place, depth),
        findings=snapshot.findings(filters, visit.scope, 0, MOST_FINDINGS),
        assets=snapshot.assets(place, depth, visit.scope, (number - 1) * PER_PAGE, PER_PAGE)
        if depth == 3
        else Listed((), 0),
        number=number,
        per_page=PER_PAGE,
    )


def severity_chart(visit: Visit, snapshot: Snapshot, place: Place, above: int, depth: int) -> object | None:
    """Findings by severity of the first dozen organisations at a depth, below a place; None where there are none."""

    def draw() -> object | None:
        rows = []
        for unit in snapshot.units(depth, visit.scope, place, above, limit=12):
            where = (unit["city"], unit["department"], unit["system"])
            rows.append((visit.place_name(snapshot, where, depth), (unit["high"], unit["medium"], unit["low"])))
        if not any(sum(figures) for _, figures in rows):
            return None
        names = [visit.label(word) for word in ("high", "medium", "low")]
        return stacked_bars(rows, ("high", "medium", "low"), names, visit.label("severity_here"), whole=False)

    key = ("severity", visit.language, visit.scope, place, above, depth)
    return cast("object | None", snapshot.remember(key, draw))


def _shares(visit: Visit, snapshot: Snapshot, place: Place, depth: int) -> object | None:
    """Domestic share of each layer, as an interval: unknown never counts as domestic."""

    def draw() -> object | None:
        totals: dict[str, dict[str, int]] = {}
        for row in snapshot.layers(place, depth, visit.scope):
            totals.setdefault(row["layer"], {})[row["origin"]] = row["count"]
        rows = []
        for layer, origins in totals.items():
            total = sum(origins.values())
            domestic = sum(origins.get(origin, 0) for origin in DOMESTIC)
            lower, upper = 100 * domestic / total, 100 * (domestic + origins.get("unknown", 0)) / total
            rows.append((visit.word("layer", layer), None, lower, upper, f"{lower:.0f}–{upper:.0f}%  n={total}"))
        return interval_bars(rows, visit.label("by_layer")) if rows else None

    return cast("object | None", snapshot.remember(("shares", visit.language, visit.scope, place, depth), draw))


PAGES = (Page("/r/{scan}", EVERYBODY, render), Page("/r/{scan}/unit", EVERYBODY, render))
