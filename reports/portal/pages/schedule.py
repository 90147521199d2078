"""What the agents are doing: schedules, windows, the progress of a running scan."""

from starlette.responses import Response

from reports.portal.page import OVERSIGHT, Page, Visit
from reports.portal.shelf import minutes_since

SILENT_AFTER = 5  # minutes
REFRESH = "15"  # seconds, while a scan runs


def render(visit: Visit) -> Response:
    """The status files as they are now; the page asks again by itself while a scan runs."""
    found = [
        {**status, "minutes": minutes_since(status.get("heartbeat"), visit.now)} for status in visit.shelf.statuses()
    ]
    running = any(job.get("state") == "running" for status in found for job in status.get("jobs", []))
    response = visit.html("schedule.html.j2", statuses=found, silent_after=SILENT_AFTER)
    if running:
        response.headers["refresh"] = REFRESH
    return response


PAGES = (Page("/schedule", OVERSIGHT, render, whole=True),)
