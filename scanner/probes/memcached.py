"""Memcached: does it answer before authentication? (text protocol; only `version` is sent)"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.memcached import MemcachedFacts
from scanner.probe import Asking, Probe, Recorder


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, one command."""
    async with recorder.connection() as connection:
        await connection.ask("version", b"version\r\n", until=b"\r\n", limit=1024)


def interpret(exchange: Exchange) -> dict[str, list[MemcachedFacts]]:
    """Pure. Raises NotUnderstood where the answer is not of Memcached's text protocol."""
    turn = exchange.turn("version")
    data = turn.received if turn is not None else b""
    found = re.match(rb"VERSION ([0-9A-Za-z.\-_+]{1,32})", data)
    if found:
        return {"memcached": [MemcachedFacts(answers=True, authentication_required=False, version=found[1].decode())]}
    if data.startswith(b"CLIENT_ERROR unauthenticated"):
        return {"memcached": [MemcachedFacts(answers=True, authentication_required=True)]}
    if data.startswith((b"ERROR\r\n", b"SERVER_ERROR ", b"CLIENT_ERROR ")):
        return {"memcached": [MemcachedFacts(answers=True)]}
    raise NotUnderstood("not an answer of Memcached")


PROBE = Probe(name="memcached", table="memcached", transport="tcp", collect=collect, interpret=interpret, packets=8)
