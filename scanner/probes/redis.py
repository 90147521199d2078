"""Redis: does it answer commands before AUTH? (RESP2; only PING and INFO server are sent)."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.redis import RedisFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.http import any_tls
from scanner.wire.openings import REDIS_PING

INFO = b"*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: PING, and INFO server where PING was answered."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    async with recorder.connection(tls=inside) as connection:
        if (await connection.ask("ping", REDIS_PING, until=b"\r\n", limit=4096)).startswith(b"+PONG"):
            await connection.ask("info", INFO, until=b"\r\n\r\n", limit=8192, timeout=1.0)


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where the answer is not RESP."""
    ping, info = exchange.turn("ping"), exchange.turn("info")
    answer = ping.received if ping is not None else b""
    tls = exchange.notes.get("tls") == "yes"
    version: str | None = None
    if answer.startswith(b"+PONG"):
        found = re.search(rb"redis_version:([0-9A-Za-z.\-]{1,32})\r", info.received if info is not None else b"")
        version = found[1].decode() if found else None
        required, protected = False, False
    elif answer.startswith((b"-NOAUTH", b"-ERR operation not permitted")):
        required, protected = True, False
    elif answer.startswith(b"-DENIED"):
        required, protected = None, True
    else:
        raise NotUnderstood("not a RESP answer")
    return {
        "redis": [
            RedisFacts(
                speaks_redis=True, authentication_required=required, protected_mode=protected, version=version, tls=tls
            )
        ],
        "database": [
            DatabaseFacts(
                family="redis",
                product="redis" if version is not None else None,
                decided=version is not None,
                version=version,
                tls_offered=True if tls else None,
                authentication_required=required,
            )
        ],
    }


PROBE = Probe(
    name="redis",
    table="redis",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    packets=12,
    also=("database",),
)
