"""Redis: does it answer commands before AUTH? (RESP2; only PING and INFO server are sent)."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.redis import RedisFacts
from scanner.probe import Asking, Probe, Recorder


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: PING, and INFO server where PING was answered."""
    async with recorder.connection() as connection:
        if (await connection.ask("ping", b"*1\r\n$4\r\nPING\r\n", until=b"\r\n", limit=4096)).startswith(b"+PONG"):
            await connection.ask(
                "info", b"*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n", until=b"\r\n\r\n", limit=8192, timeout=1.0
            )


def interpret(exchange: Exchange) -> dict[str, list[RedisFacts]]:
    """Pure. Raises NotUnderstood where the answer is not RESP."""
    ping = exchange.turn("ping")
    answer = ping.received if ping is not None else b""
    if answer.startswith(b"+PONG"):
        info = exchange.turn("info")
        found = re.search(rb"redis_version:([0-9A-Za-z.\-]{1,32})\r", info.received if info is not None else b"")
        version = found[1].decode() if found else None
        return {
            "redis": [
                RedisFacts(
                    speaks_redis=True, authentication_required=False, protected_mode=False, version=version, tls=False
                )
            ]
        }
    if answer.startswith((b"-NOAUTH", b"-DENIED", b"-ERR operation not permitted")):
        protected = answer.startswith(b"-DENIED")
        required = None if protected else True
        return {
            "redis": [
                RedisFacts(speaks_redis=True, authentication_required=required, protected_mode=protected, tls=False)
            ]
        }
    raise NotUnderstood("not a RESP answer")


PROBE = Probe(name="redis", table="redis", transport="tcp", collect=collect, interpret=interpret, packets=12)
