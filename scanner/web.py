"""Asking web services: one GET a page, on as few connections as the server allows, inside TLS where that was found."""

import ssl
from collections.abc import Sequence

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange, Turn
from scanner.probe import Asking, Recorder
from scanner.wire.http import Response, any_tls, host_header, parse, request, total_length
from scanner.wire.recognise import WRONG_SCHEME

PAGE_LIMIT = 256 * 1024


async def front(recorder: Recorder, asking: Asking, label: str, path: str = "/", extra: tuple[str, ...] = ()) -> bool:
    """Ask for a page, plain first where nobody knows better, and inside TLS where plain is no HTTP. Says whether TLS was
    used, and notes it."""
    if asking.tls is not True:
        try:
            heard = await _get(recorder, asking, label, path, None, extra)
        except Refused:
            if not recorder.exchange().turns or asking.tls is False:
                raise
            heard = b""
        if asking.tls is False or (is_http(heard) and not any(mark in heard for mark in WRONG_SCHEME)):
            recorder.note("tls", "no")
            return False
    await _get(recorder, asking, f"{label}:tls", path, any_tls(), extra)
    recorder.note("tls", "yes")
    return True


async def _get(
    recorder: Recorder, asking: Asking, label: str, path: str, tls: ssl.SSLContext | None, extra: tuple[str, ...] = ()
) -> bytes:
    where = recorder.endpoint
    host = asking.server_name or host_header(where.address, where.port, tls is not None)
    async with recorder.connection(tls=tls) as connection:
        payload = request(path, host, asking.contact, extra=extra)
        return await connection.ask_exactly(label, payload, total_length, limit=PAGE_LIMIT, timeout=5.0)


async def pages(recorder: Recorder, asking: Asking, paths: Sequence[str], *, tls: bool, method: str = "GET") -> None:
    """Ask for several pages; each is a turn labelled with its path. A connection is kept as long as the server keeps it.
    A server that hangs up twice in a row is left alone."""
    where, left, fruitless = recorder.endpoint, list(paths), 0
    host = asking.server_name or host_header(where.address, where.port, tls)
    while left and fruitless < 2:
        before = len(left)
        try:
            async with recorder.connection(tls=any_tls() if tls else None) as connection:
                while left:
                    payload = request(left[0], host, asking.contact, method=method, keep=True)
                    heard = await connection.ask_exactly(left[0], payload, total_length, limit=PAGE_LIMIT, timeout=5.0)
                    left.pop(0)
                    if not _kept(heard):
                        break
        except Refused:
            if not recorder.exchange().turns:
                raise
        fruitless = fruitless + 1 if len(left) == before else 0


def _kept(data: bytes) -> bool:
    """Will the server hear another request on this connection?"""
    try:
        answer = parse(data)
    except NotUnderstood:
        return False
    return (answer.header("connection") or "").lower() != "close" and total_length(data) is not None


def is_http(data: bytes) -> bool:
    """Is it an HTTP answer?"""
    try:
        parse(data)
    except NotUnderstood:
        return False
    return True


def answer(exchange: Exchange, label: str) -> Response | None:
    """The answer of a turn, inside TLS first; None where there is none or it is not HTTP."""
    turn = turn_of(exchange, label)
    try:
        return parse(turn.received) if turn is not None else None
    except NotUnderstood:
        return None


def turn_of(exchange: Exchange, label: str) -> Turn | None:
    """The turn with a label, its form inside TLS first."""
    return exchange.turn(f"{label}:tls") or exchange.turn(label)


def front_page(exchange: Exchange, label: str = "front") -> Response:
    """The answer that must be there. Raises NotUnderstood where it is not."""
    found = answer(exchange, label)
    if found is None:
        raise NotUnderstood("not an HTTP answer")
    return found


def asked_inside_tls(exchange: Exchange) -> bool | None:
    """Was TLS used? None where nothing was noted."""
    return {"yes": True, "no": False}.get(exchange.notes.get("tls", ""))
