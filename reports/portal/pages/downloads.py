"""The report in every format that was published, for those who may see all of it."""

from starlette.responses import FileResponse, Response

from reports.portal.page import OVERSIGHT, Missing, Page, Visit

TYPES = {
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def show(visit: Visit) -> Response:
    """What there is, with sizes and digests."""
    snapshot = visit.snapshot()
    return visit.html("downloads.html.j2", snapshot=snapshot, files=snapshot.files)


def download(visit: Visit) -> Response:
    """One file of the list, always as an attachment: a report is never run in the portal's name."""
    snapshot = visit.snapshot()
    name = visit.request.path_params["name"]
    path = visit.shelf.file(snapshot, name)
    if path is None:
        raise Missing
    return FileResponse(
        path,
        filename=f"{snapshot.scan}-{name}",
        media_type=TYPES.get(path.suffix, "application/octet-stream"),
        content_disposition_type="attachment",
    )


PAGES = (
    Page("/r/{scan}/downloads", OVERSIGHT, show, whole=True),
    Page("/r/{scan}/download/{name}", OVERSIGHT, download, whole=True),
)
