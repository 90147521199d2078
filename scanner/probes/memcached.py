"""Memcached: does it answer before authentication, and does it answer datagrams, which can be misused for amplification? (text
protocol; only `version` is sent)"""

import re

from inventory.errors import Closed, NotUnderstood, Silent
from inventory.exchange import Exchange, Turn
from inventory.facts.memcached import MemcachedFacts
from scanner.probe import Asking, Probe, Recorder

VERSION = b"version\r\n"
FRAME = b"\x63\x6a\x00\x00\x00\x01\x00\x00"  # request id, sequence, one datagram, reserved


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, one command; the same as a datagram with its frame."""
    async with recorder.connection() as connection:
        heard = await connection.ask("version", VERSION, until=b"\r\n", limit=1024)
    if heard:
        try:
            await recorder.datagram("datagram", FRAME + VERSION, limit=1400, timeout=1.0, tries=2)
        except (Closed, Silent):
            return


def interpret(exchange: Exchange) -> dict[str, list[MemcachedFacts]]:
    """Pure. Raises NotUnderstood where the answer is not of Memcached's text protocol."""
    turn = exchange.turn("version")
    data = turn.received if turn is not None else b""
    udp = _datagrams(exchange.turn("datagram"))
    found = re.match(rb"VERSION ([0-9A-Za-z.\-_+]{1,32})", data)
    if found:
        version = found[1].decode()
        return {"memcached": [MemcachedFacts(answers=True, authentication_required=False, version=version, udp=udp)]}
    if data.startswith(b"CLIENT_ERROR unauthenticated"):
        return {"memcached": [MemcachedFacts(answers=True, authentication_required=True, udp=udp)]}
    if data.startswith((b"ERROR\r\n", b"SERVER_ERROR ", b"CLIENT_ERROR ")):
        return {"memcached": [MemcachedFacts(answers=True, udp=udp)]}
    raise NotUnderstood("not an answer of Memcached")


def _datagrams(turn: Turn | None) -> bool | None:
    """Answered, or refused by the host itself; None where nothing came back at all."""
    if turn is None:
        return None
    return True if turn.received[:2] == FRAME[:2] else False if turn.end == "closed-port" else None


PROBE = Probe(name="memcached", table="memcached", transport="tcp", collect=collect, interpret=interpret, packets=12)
