"""TFTP: does a server answer? A read request for a name that cannot exist; the error is the answer (RFC 1350)."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.tftp import TftpFacts
from scanner.probe import Asking, Probe, Recorder

REQUEST = b"\x00\x01chengjian-no-such-file-4f1c\x00octet\x00"
DATA, ERROR = 3, 5


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One datagram. Servers answer from a port of their own; where the network shows only the asked port, it is silence."""
    await recorder.datagram("read", REQUEST, limit=1024, timeout=1.0, tries=2)


def interpret(exchange: Exchange) -> dict[str, list[TftpFacts]]:
    """Pure. Raises NotUnderstood where the answer is not TFTP."""
    turn = exchange.turn("read")
    data = turn.received if turn is not None else b""
    code = int.from_bytes(data[:2], "big")
    if len(data) < 4 or code not in (DATA, ERROR) or (code == ERROR and data[-1:] != b"\0"):
        raise NotUnderstood("not TFTP")
    return {"tftp": [TftpFacts(answers=True, error_code=int.from_bytes(data[2:4], "big") if code == ERROR else None)]}


PROBE = Probe(name="tftp", table="tftp", transport="udp", collect=collect, interpret=interpret, packets=2)
