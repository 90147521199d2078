"""rsync: which modules does the daemon list to anybody, and does the first of them ask for a password? (rsync protocol 27 and
later). A module is named only with the act `anonymous-session`, and nothing of it is read: the daemon's answer is all."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.rsync import RsyncFacts
from scanner.probe import Asking, Probe, Recorder

ACT = "anonymous-session"
OURS = b"@RSYNCD: 31.0\n"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Our version, and an empty line that asks for the list; with the act the first module on a connection of its own."""
    async with recorder.connection() as connection:
        greeting = await connection.ask("greeting", until=b"\n", limit=1024, timeout=5.0)
        if greeting.startswith(b"@RSYNCD:"):
            listed = await connection.ask("list", OURS + b"\n", until=b"@RSYNCD: EXIT", limit=65536, timeout=4.0)
    names = module_names(listed) if greeting.startswith(b"@RSYNCD:") else []
    if ACT in asking.acts and names:
        async with recorder.connection() as connection:
            await connection.ask("greeting again", until=b"\n", limit=1024, timeout=5.0)
            await connection.ask("module", OURS + names[0] + b"\n", until=b"\n", limit=1024, timeout=4.0)


def module_names(listed: bytes) -> list[bytes]:
    """The names in a list: what stands before the tab of a line."""
    lines = listed.split(b"@RSYNCD: EXIT")[0].split(b"\n")
    return [found[1] for line in lines if (found := re.match(rb"([^\s@][^\t\n]{0,64}?) *\t", line))]


def interpret(exchange: Exchange) -> dict[str, list[RsyncFacts]]:
    """Pure. Raises NotUnderstood where the greeting is not one of an rsync daemon."""
    greeting, told = exchange.turn("greeting"), exchange.turn("list")
    found = re.match(rb"@RSYNCD: (\d{1,3}(?:\.\d{1,3})?)", greeting.received if greeting is not None else b"")
    if not found:
        raise NotUnderstood("not an rsync daemon")
    modules = None
    if told is not None and b"@RSYNCD: EXIT" in told.received:
        modules = len(module_names(told.received))
    required = _password(exchange.turn("module"))
    return {
        "rsync": [
            RsyncFacts(answers=True, modules=modules, authentication_required=required, version=found[1].decode())
        ]
    }


def _password(turn: Turn | None) -> bool | None:
    """A challenge, or leave to go on; None where the module was not named or another answer came (a source that is not
    allowed is one)."""
    said = turn.received if turn is not None else b""
    if said.startswith(b"@RSYNCD: AUTHREQD "):
        return True
    return False if said.startswith(b"@RSYNCD: OK") else None


PROBE = Probe(
    name="rsync", table="rsync", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
