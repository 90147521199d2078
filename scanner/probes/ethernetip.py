"""EtherNet/IP: the identity of a device by ListIdentity, which needs no session (CIP volume 2, 2-4.3). Nothing is written."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.ethernetip import EthernetipFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import ETHERNETIP_IDENTITY
from scanner.wire.reader import Reader, printable

IDENTITY = 0x0C


def _length(data: bytes) -> int | None:
    return 24 + int.from_bytes(data[2:4], "little") if len(data) >= 4 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, one request."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("identity", ETHERNETIP_IDENTITY, _length, limit=2048, timeout=4.0)


def interpret(exchange: Exchange) -> dict[str, list[EthernetipFacts]]:
    """Pure. Raises NotUnderstood where the answer is not a list of identities."""
    turn = exchange.turn("identity")
    reader = Reader(turn.received if turn is not None else b"")
    if reader.take(2) != ETHERNETIP_IDENTITY[:2]:
        raise NotUnderstood("not EtherNet/IP")
    size = reader.number(2, "little")
    reader.take(20)
    body = Reader(reader.take(size))
    for _ in range(min(body.number(2, "little"), 8)):
        kind = body.number(2, "little")
        item = Reader(body.take(body.number(2, "little")))
        if kind == IDENTITY:
            return {"ethernetip": [_identity(item)]}
    raise NotUnderstood("a list without an identity")


def _identity(item: Reader) -> EthernetipFacts:
    item.take(2 + 16)
    vendor, device = item.number(2, "little"), item.number(2, "little")
    item.take(2)
    major, minor = item.number(1), item.number(1)
    item.take(2)
    serial = item.number(4, "little")
    return EthernetipFacts(
        answers=True,
        vendor_id=vendor,
        device_type=device,
        product=printable(item.block(1), 64) or None,
        revision=f"{major}.{minor}",
        serial=f"{serial:08x}",
    )


PROBE = Probe(name="ethernetip", table="ethernetip", transport="tcp", collect=collect, interpret=interpret, packets=8)
