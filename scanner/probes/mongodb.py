"""MongoDB: may anybody list the databases? (MongoDB wire protocol, OP_MSG; hello, buildInfo, listDatabases by name only)"""

from typing import Any

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.mongodb import MongodbFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.bson import read_document
from scanner.wire.http import any_tls
from scanner.wire.openings import mongodb_command
from scanner.wire.reader import Reader

COMMANDS: tuple[tuple[str, dict[str, int | str]], ...] = (
    ("hello", {"hello": 1}),
    ("version", {"buildInfo": 1}),
    ("databases", {"listDatabases": 1, "nameOnly": 1}),
)
NOT_ALLOWED = (13, 18)  # Unauthorized, AuthenticationFailed


def _length(data: bytes) -> int | None:
    return int.from_bytes(data[:4], "little") if len(data) >= 4 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, three commands that only read."""
    inside = any_tls() if asking.tls else None
    async with recorder.connection(tls=inside) as connection:
        for number, (label, command) in enumerate(COMMANDS):
            payload = mongodb_command(number + 1, command)
            if not await connection.ask_exactly(label, payload, _length, limit=262144, timeout=4.0):
                return


def _reply(turn: Turn | None) -> dict[str, Any] | None:
    """The document of an OP_MSG reply; None where none came. Raises NotUnderstood where the bytes are something else."""
    if turn is None or not turn.received:
        return None
    reader = Reader(turn.received)
    size = reader.number(4, "little")
    reader.take(8)
    if reader.number(4, "little") != 2013 or size < 26:
        raise NotUnderstood("not OP_MSG")
    reader.take(4)
    if reader.number(1) != 0:
        raise NotUnderstood("a section of another kind")
    return read_document(reader)


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where the first answer is not of the MongoDB wire protocol."""
    hello = _reply(exchange.turn("hello"))
    if hello is None or "ok" not in hello:
        raise NotUnderstood("no answer to hello")
    build, listed = _later(exchange, "version"), _later(exchange, "databases")
    required = None
    if listed is not None:
        required = (
            True if listed.get("code") in NOT_ALLOWED else False if isinstance(listed.get("databases"), list) else None
        )
    databases = listed.get("databases") if listed is not None else None
    wire, primary = hello.get("maxWireVersion"), hello.get("isWritablePrimary", hello.get("ismaster"))
    version = build.get("version") if build is not None else None
    version = version[:64] if isinstance(version, str) else None
    return {
        "mongodb": [
            MongodbFacts(
                answers=True,
                authentication_required=required,
                databases=len(databases) if isinstance(databases, list) else None,
                wire_version=wire if isinstance(wire, int) else None,
                version=version,
                writable=primary if isinstance(primary, bool) else None,
            )
        ],
        "database": [
            DatabaseFacts(
                family="mongodb", product="mongodb", decided=True, version=version, authentication_required=required
            )
        ],
    }


def _later(exchange: Exchange, label: str) -> dict[str, Any] | None:
    try:
        return _reply(exchange.turn(label))
    except NotUnderstood:
        return None


PROBE = Probe(
    name="mongodb",
    table="mongodb",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    packets=14,
    also=("database",),
)
