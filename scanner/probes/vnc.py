"""VNC: which security types are offered? (RFC 6143 7.1; the session ends before one is chosen)"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.vnc import VncFacts
from scanner.probe import Asking, Probe, Recorder

NONE, PASSWORD = 1, 2
ENCRYPTED = frozenset(
    {5, 6, 13, 18, 19, 21, 129, 130, 133, 134}
)  # RA2, RA2ne, RA2-256, TLS, VeraCrypt, SASL and relatives


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: versions both ways, then the list."""
    async with recorder.connection() as connection:
        greeting = await connection.ask_exactly("greeting", b"", lambda _: 12, limit=64, timeout=5.0)
        if greeting.startswith(b"RFB "):
            ours = greeting if greeting < b"RFB 003.008\n" else b"RFB 003.008\n"
            await connection.ask_exactly("types", ours, _length, limit=1024, timeout=4.0)


def _length(data: bytes) -> int | None:
    if data[:3] == b"\0\0\0":
        return 4
    return 1 + data[0] if data and data[0] else None


def interpret(exchange: Exchange) -> dict[str, list[VncFacts]]:
    """Pure. Raises NotUnderstood where the greeting is not RFB."""
    greeting, told = exchange.turn("greeting"), exchange.turn("types")
    found = re.match(rb"RFB (\d{3}\.\d{3})", greeting.received if greeting is not None else b"")
    if not found:
        raise NotUnderstood("not RFB")
    types = _types(told.received if told is not None else b"", old=found[1] < b"003.007")
    return {
        "vnc": [
            VncFacts(
                answers=True,
                version=found[1].decode(),
                none_allowed=None if types is None else NONE in types,
                password_only=None if types is None else PASSWORD in types,
                encrypted=None if types is None else bool(ENCRYPTED & set(types)),
                security_types=None if types is None else len(types),
            )
        ]
    }


def _types(data: bytes, *, old: bool) -> list[int] | None:
    """The list; None where it did not come or the server gave a reason against us instead."""
    if old:
        code = int.from_bytes(data[:4], "big") if len(data) >= 4 else 0
        return [code] if code else None
    if not data or not data[0] or len(data) < 1 + data[0]:
        return None
    return list(data[1 : 1 + data[0]])


PROBE = Probe(name="vnc", table="vnc", transport="tcp", collect=collect, interpret=interpret, packets=10)
