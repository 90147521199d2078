"""Oracle listener: its answer to a request for its version (TNS; the answer may be a refusal with a code)."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.oracle import OracleFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import oracle_version

ACCEPT, REFUSE, REDIRECT, DATA = 2, 4, 5, 6


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection; the listener answers in one or two packets and hangs up."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("version", oracle_version(), _length, limit=8192, timeout=4.0)


def _length(data: bytes) -> int | None:
    if len(data) < 8:
        return None
    first = int.from_bytes(data[:2], "big")
    return first if data[4] != ACCEPT or b"Version" in data else None


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where the answer is not a TNS packet."""
    turn = exchange.turn("version")
    data = turn.received if turn is not None else b""
    if len(data) < 8 or data[4] not in (ACCEPT, REFUSE, REDIRECT, DATA) or data[2:4] != b"\0\0" or data[5] != 0:
        raise NotUnderstood("not a TNS packet")
    if data[4] == REFUSE and b"DESCRIPTION" not in data and b"ERR" not in data:
        raise NotUnderstood("a refusal without a description")
    version = re.search(rb"Version (\d{1,2}(?:\.\d{1,3}){2,4})", data)
    number = re.search(rb"\(VSNNUM=(\d{6,12})\)", data)
    error = re.search(rb"\(ERR=(\d{1,6})\)", data)
    told = version[1].decode() if version else _from_number(int(number[1])) if number else None
    named = version is not None and b"TNSLSNR" in data
    return {
        "oracle": [
            OracleFacts(
                answers=True,
                version=told,
                refused=data[4] == REFUSE,
                error_code=int(error[1]) if error else None,
            )
        ],
        "database": [DatabaseFacts(family="tns", product="oracle" if named else None, decided=named, version=told)],
    }


def _from_number(value: int) -> str | None:
    """The dotted form of VSNNUM; the listener of version 18 and later packs its parts otherwise than older ones."""
    if not 0 < value < 1 << 32:
        return None
    return f"{value >> 24}.{value >> 20 & 15}.{value >> 12 & 255}.{value >> 8 & 15}.{value & 255}"


PROBE = Probe(
    name="oracle",
    table="oracle",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    packets=8,
    also=("database",),
)
