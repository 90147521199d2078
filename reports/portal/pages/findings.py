"""Findings: the list with its filters, the same as CSV, one finding, and its evidence."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from inventory.errors import WorkspaceError
from inventory.exchange import from_bytes
from reports.portal.page import EVERYBODY, Missing, Page, Visit, filters_of, page_number
from reports.portal.snapshot import Filters, Snapshot

PER_PAGE = 50
MOST_SHOWN = 4096  # bytes of one step of a conversation
COLUMNS = ("severity", "verdict", "rule", "asset", "address", "port", "department", "system", "reason", "clauses", "confidence",
           "owner", "due", "waiver", "first_seen", "last_seen", "id")  # fmt: skip


def show_list(visit: Visit) -> Response:
    """A page of findings, worst first; the filters are the address."""
    snapshot = visit.snapshot()
    filters, number = filters_of(visit.query), page_number(visit.query)
    return visit.html(
        "findings.html.j2",
        snapshot=snapshot,
        filters=filters,
        given=given(filters),
        listed=snapshot.findings(filters, visit.scope, (number - 1) * PER_PAGE, PER_PAGE),
        number=number,
        per_page=PER_PAGE,
        departments=snapshot.units(2, visit.scope),
    )


def given(filters: Filters) -> dict[str, str]:
    """The filters as parameters of an address."""
    named = {
        "severity": filters.severity or None,
        "state": filters.state or None,
        "city": filters.city,
        "department": filters.department,
        "system": filters.system,
        "rule": filters.rule or None,
        "q": filters.text or None,
    }
    return {key: value for key, value in named.items() if value is not None}


def as_csv(visit: Visit) -> Response:
    """The same findings for a spreadsheet: UTF-8 with a mark, and no cell that it would take for a formula."""
    snapshot = visit.snapshot()
    lines = _lines(visit, snapshot, filters_of(visit.query))
    name = f"findings-{snapshot.scan}.csv"
    return StreamingResponse(
        lines, media_type="text/csv; charset=utf-8", headers={"content-disposition": f'attachment; filename="{name}"'}
    )


def _lines(visit: Visit, snapshot: Snapshot, filters: Filters) -> Iterator[str]:
    yield "\ufeff" + _line([visit.label(name) if name != "id" else "id" for name in COLUMNS])
    for item in snapshot.all_findings(filters, visit.scope):
        cells = {
            **item,
            "severity": visit.word("severity", item["severity"]),
            "verdict": visit.word("verdict", item["verdict"]),
            "reason": visit.say(item["reason"]),
            "clauses": "; ".join(item["clauses"]),
            "confidence": visit.word("confidence", item["confidence"]),
            "department": item["place"][1],
            "system": item["place"][2],
        }
        yield _line([cells[name] for name in COLUMNS])


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_cell(str(cell)) for cell in cells])
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def show_finding(visit: Visit) -> Response:
    """One finding with its rule, what to do, and the excerpts of its evidence."""
    snapshot = visit.snapshot()
    found = snapshot.finding(visit.request.path_params["finding"], visit.scope)
    if found is None:
        raise Missing
    rule = snapshot.rules.get(found["rule"])
    asset = snapshot.asset(found["asset"], visit.scope)
    waiver = (
        next((item for item in snapshot.waivers() if item["id"] == found["waiver"]), None) if found["waiver"] else None
    )
    return visit.html("finding.html.j2", snapshot=snapshot, finding=found, rule=rule, asset=asset, waiver=waiver)


def show_evidence(visit: Visit) -> Response:
    """The whole conversation, reduced as it was stored, step by step."""
    snapshot = visit.snapshot()
    found = snapshot.finding(visit.request.path_params["finding"], visit.scope)
    digest = visit.request.path_params["digest"]
    if found is None or digest not in {piece["digest"] for piece in found["evidence"]}:
        raise Missing
    data = snapshot.evidence(digest)
    try:
        exchange = from_bytes(data) if data is not None else None
    except WorkspaceError:
        exchange = None
    turns = [
        {
            "label": turn.label,
            "sent": printable(turn.sent),
            "received": printable(turn.received),
            "sizes": (len(turn.sent), len(turn.received)),
            "end": turn.end,
            "connection": turn.connection,
        }
        for turn in (exchange.turns if exchange else ())
    ]
    return visit.html(
        "evidence.html.j2", snapshot=snapshot, finding=found, digest=digest, exchange=exchange, turns=turns
    )


def printable(data: bytes) -> str:
    """Bytes as text: printable ASCII and line ends stay, everything else is an escape."""
    shown = "".join(
        chr(byte) if 32 <= byte < 127 and byte != 92 else "\n" if byte == 10 else "" if byte == 13 else f"\\x{byte:02x}"
        for byte in data[:MOST_SHOWN]
    )
    return shown + (f"\n… {len(data) - MOST_SHOWN} …" if len(data) > MOST_SHOWN else "")


PAGES = (
    Page("/r/{scan}/findings", EVERYBODY, show_list),
    Page("/r/{scan}/findings.csv", EVERYBODY, as_csv),
    Page("/r/{scan}/finding/{finding}", EVERYBODY, show_finding),
    Page("/r/{scan}/finding/{finding}/evidence/{digest}", EVERYBODY, show_evidence),
)
