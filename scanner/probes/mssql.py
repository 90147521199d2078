"""SQL Server and what speaks TDS: the pre-login answer (MS-TDS 2.2.6.5)."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.mssql import MssqlFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import TDS_PRELOGIN
from scanner.wire.reader import Reader

OFF, ON, NOT_SUPPORTED, REQUIRED = 0, 1, 2, 3


def _length(data: bytes) -> int | None:
    return int.from_bytes(data[2:4], "big") if len(data) >= 4 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, one answer."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("prelogin", TDS_PRELOGIN, _length, limit=4096, timeout=4.0)


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where the answer is not a TDS pre-login."""
    turn = exchange.turn("prelogin")
    data = turn.received if turn is not None else b""
    if len(data) < 9 or data[0] != 4 or data[8] != 0:
        raise NotUnderstood("not a TDS pre-login answer")
    options = _options(data[8:])
    encryption = options[1][0] if options.get(1) else None
    version = None
    if len(options.get(0, b"")) >= 4:
        major, minor, *build = options[0][:4]
        version = f"{major}.{minor}.{build[0] << 8 | build[1]}"
    offered = None if encryption is None else encryption != NOT_SUPPORTED
    return {
        "mssql": [
            MssqlFacts(
                answers=True,
                version=version,
                encryption=encryption if encryption is None or encryption <= REQUIRED else None,
                tls_offered=offered,
                tls_required=None if encryption is None else encryption in (ON, REQUIRED),
            )
        ],
        "database": [DatabaseFacts(family="tds", decided=False, version=version, tls_offered=offered)],
    }


def _options(data: bytes) -> dict[int, bytes]:
    reader = Reader(data)
    found: dict[int, bytes] = {}
    while reader.left:
        kind = reader.number(1)
        if kind == 0xFF:
            return found
        offset, size = reader.number(2), reader.number(2)
        found[kind] = data[offset : offset + size]
    raise NotUnderstood("options without an end")


PROBE = Probe(
    name="mssql",
    table="mssql",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    packets=8,
    also=("database",),
)
