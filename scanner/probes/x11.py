"""X11: may anybody open a display? The set-up request carries no authorisation; nothing is drawn or read (X protocol 8)."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.x11 import X11Facts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import X11_SETUP
from scanner.wire.reader import Reader, printable


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, one answer."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("setup", X11_SETUP, _length, limit=65536, timeout=4.0)


def _length(data: bytes) -> int | None:
    return 8 + 4 * int.from_bytes(data[6:8], "little") if len(data) >= 8 else None


def interpret(exchange: Exchange) -> dict[str, list[X11Facts]]:
    """Pure. Raises NotUnderstood where the answer is not of the X protocol 11."""
    turn = exchange.turn("setup")
    reader = Reader(turn.received if turn is not None else b"")
    success = reader.number(1)
    reader.take(1)
    if success > 2 or reader.number(2, "little") != 11:
        raise NotUnderstood("not X11")
    vendor = None
    if success == 1 and reader.left > 36:
        body = Reader(turn.received[8:] if turn is not None else b"")
        body.take(16)
        size = body.number(2, "little")
        body.take(14)
        vendor = printable(body.take(min(size, body.left)), 64) or None
    return {"x11": [X11Facts(answers=True, open_display=success == 1, vendor=vendor)]}


PROBE = Probe(name="x11", table="x11", transport="tcp", collect=collect, interpret=interpret, packets=8)
