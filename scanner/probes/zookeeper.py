"""ZooKeeper: which of the four-letter status words does it answer? (ZooKeeper administrator's guide; nothing is changed)"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.zookeeper import ZookeeperFacts
from scanner.probe import Asking, Probe, Recorder

WORDS = (b"ruok", b"srvr", b"envi")
REFUSAL = b"is not executed because it is not in the whitelist"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection for each word, as the server closes after every answer."""
    for word in WORDS:
        async with recorder.connection() as connection:
            await connection.ask(word.decode(), word, limit=16384, timeout=3.0)


def interpret(exchange: Exchange) -> dict[str, list[ZookeeperFacts]]:
    """Pure. Raises NotUnderstood where no word was answered as ZooKeeper does."""
    said = {word.decode(): turn.received if (turn := exchange.turn(word.decode())) else b"" for word in WORDS}
    known = (
        said["ruok"] == b"imok"
        or said["srvr"].startswith(b"Zookeeper version:")
        or any(REFUSAL in text for text in said.values())
    )
    if not known:
        raise NotUnderstood("no answer of ZooKeeper")
    version = re.search(rb"Zookeeper version: ([0-9][0-9A-Za-z.\-]{0,31})", said["srvr"])
    mode = re.search(rb"\nMode: (leader|follower|standalone|observer)", said["srvr"])
    return {
        "zookeeper": [
            ZookeeperFacts(
                answers=True,
                commands_allowed=_answered(said["srvr"], b"Zookeeper version:"),
                environment_readable=_answered(said["envi"], b"Environment:"),
                version=version[1].decode() if version else None,
                mode=mode[1].decode() if mode else None,
            )
        ]
    }


def _answered(data: bytes, start: bytes) -> bool | None:
    if data.startswith(start):
        return True
    return False if REFUSAL in data else None


PROBE = Probe(
    name="zookeeper",
    table="zookeeper",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=3,
    packets=24,
)
