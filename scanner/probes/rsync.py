"""rsync: which modules does the daemon list to anybody? (rsync protocol 27 and later; the list is all that is asked)"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.rsync import RsyncFacts
from scanner.probe import Asking, Probe, Recorder


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: our version, and an empty line that asks for the list."""
    async with recorder.connection() as connection:
        greeting = await connection.ask("greeting", until=b"\n", limit=1024, timeout=5.0)
        if greeting.startswith(b"@RSYNCD:"):
            await connection.ask("list", b"@RSYNCD: 31.0\n\n", until=b"@RSYNCD: EXIT", limit=65536, timeout=4.0)


def interpret(exchange: Exchange) -> dict[str, list[RsyncFacts]]:
    """Pure. Raises NotUnderstood where the greeting is not one of an rsync daemon."""
    greeting, told = exchange.turn("greeting"), exchange.turn("list")
    found = re.match(rb"@RSYNCD: (\d{1,3}(?:\.\d{1,3})?)", greeting.received if greeting is not None else b"")
    if not found:
        raise NotUnderstood("not an rsync daemon")
    modules = None
    if told is not None and b"@RSYNCD: EXIT" in told.received:
        lines = told.received.split(b"@RSYNCD: EXIT")[0].split(b"\n")
        modules = sum(re.match(rb"[^\s@][^\t\n]{0,64}\t", line) is not None for line in lines)
    return {"rsync": [RsyncFacts(answers=True, modules=modules, version=found[1].decode())]}


PROBE = Probe(name="rsync", table="rsync", transport="tcp", collect=collect, interpret=interpret, packets=10)
