"""One asset: what stands on it, what was judged, and what could not be."""

from starlette.responses import Response

from reports.portal.page import EVERYBODY, Missing, Page, Visit
from reports.portal.snapshot import Filters

MOST = 200


def render(visit: Visit) -> Response:
    """See the module."""
    snapshot = visit.snapshot()
    found = snapshot.asset(visit.request.path_params["asset"], visit.scope)
    if found is None:
        raise Missing
    return visit.html(
        "asset.html.j2",
        snapshot=snapshot,
        asset=found,
        place=(found["city"], found["department"], found["system"]),
        findings=snapshot.findings(Filters(asset=found["id"]), visit.scope, 0, MOST),
        gaps=snapshot.gaps(found["id"]),
        rules=snapshot.rules,
    )


PAGES = (Page("/r/{scan}/asset/{asset}", EVERYBODY, render),)
