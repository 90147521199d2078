"""Services that answer JSON over HTTP: asked alike, read alike. Only GET, only documents that change nothing."""

import json
from typing import Any

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from scanner.probe import Asking, Recorder
from scanner.wire.http import Response, any_tls, host_header, parse, request, total_length

LIMIT = 128 * 1024


async def get_all(recorder: Recorder, asking: Asking, paths: tuple[str, ...]) -> None:
    """GET each path on a connection of its own; the label of a turn is its path."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    where = recorder.endpoint
    host = host_header(where.address, where.port, tls=inside is not None)
    for path in paths:
        async with recorder.connection(tls=inside) as connection:
            await connection.ask_exactly(
                path, request(path, host, asking.contact), total_length, limit=LIMIT, timeout=4.0
            )


def answer(exchange: Exchange, path: str) -> Response | None:
    """The HTTP answer to a path, None where none came or it is not HTTP."""
    turn = exchange.turn(path)
    try:
        return parse(turn.received) if turn is not None and turn.received else None
    except NotUnderstood:
        return None


def document(response: Response | None) -> Any:
    """The JSON body of a 200, else None."""
    if response is None or response.status != 200:
        return None
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None


def refused(response: Response | None) -> bool:
    """The service wants to know who asks."""
    return response is not None and response.status in (401, 403)


def inside_tls(exchange: Exchange) -> bool:
    """It was asked inside TLS."""
    return exchange.notes.get("tls") == "yes"


def word(value: Any, limit: int = 64) -> str | None:
    """A short printable string, None for anything else."""
    return value[:limit] if isinstance(value, str) and value.isprintable() and value else None
