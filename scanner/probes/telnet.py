"""Telnet: does the port offer a login in the clear? Nothing is sent: the server speaks first (RFC 854, RFC 2946)."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.telnet import TelnetFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.reader import printable

IAC = 0xFF
OPTION = re.compile(rb"\xff[\xfb-\xfe].|\xff\xfa.*?\xff\xf0|\xff[\xf0-\xf9]", re.S)
PROMPT = re.compile(
    rb"(?:login|user ?name|account|password|passwd|\xe7\x94\xa8\xe6\x88\xb7\xe5\x90\x8d|\xe5\xaf\x86\xe7\xa0\x81)[^\r\n:>]{0,32}[:>]",
    re.I,
)
ENCRYPT, START_TLS = 38, 46


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection; listens to what the server says by itself."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("greeting", b"", _prompted, limit=4096, timeout=3.0)


def _prompted(data: bytes) -> int | None:
    """Once a prompt has come, no more is awaited."""
    return len(data) if PROMPT.search(OPTION.sub(b"", data)) else None


def interpret(exchange: Exchange) -> dict[str, list[TelnetFacts]]:
    """Pure. Raises NotUnderstood where neither an option nor a prompt came."""
    turn = exchange.turn("greeting")
    data = turn.received if turn is not None else b""
    options = OPTION.findall(data)
    text = OPTION.sub(b"", data)
    prompt = PROMPT.search(text) is not None
    if not options and not prompt:
        raise NotUnderstood("neither a Telnet option nor a login prompt")
    offered = {option[2] for option in options if len(option) == 3 and option[1] in (0xFB, 0xFD)}
    return {
        "telnet": [
            TelnetFacts(
                answers=True,
                negotiates=bool(options),
                login_prompt=True if prompt else None,
                encryption_offered=bool(offered & {ENCRYPT, START_TLS}),
                banner=printable(text, 256) or None,
            )
        ]
    }


PROBE = Probe(name="telnet", table="telnet", transport="tcp", collect=collect, interpret=interpret, packets=8)
