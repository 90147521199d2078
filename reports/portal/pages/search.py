"""One search over everything that is published now: assets, findings, rules."""

from starlette.responses import Response

from reports.portal.page import EVERYBODY, Page, Visit
from reports.portal.snapshot import Filters

MOST = 25


def render(visit: Visit) -> Response:
    """Up to 25 assets and 25 findings of each current snapshot."""
    text = visit.query.get("q", "").strip()[:100]
    found = []
    if text:
        for snapshot in visit.shelf.current():
            assets = snapshot.find_assets(text, visit.scope, MOST)
            findings = snapshot.findings(Filters(text=text), visit.scope, 0, MOST)
            found.append({"snapshot": snapshot, "assets": assets, "findings": findings})
    return visit.html("search.html.j2", text=text, found=found)


PAGES = (Page("/search", EVERYBODY, render),)
