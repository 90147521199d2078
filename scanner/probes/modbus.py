"""Modbus/TCP: read device identification, function 43/14, and nothing else (Modbus Application Protocol 1.1b3, 6.21)."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.modbus import ModbusFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import MODBUS_IDENTIFY
from scanner.wire.reader import Reader, printable

READ_IDENTIFICATION, EXCEPTION = 0x2B, 0xAB


def _length(data: bytes) -> int | None:
    return 6 + int.from_bytes(data[4:6], "big") if len(data) >= 6 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, one request."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("identify", MODBUS_IDENTIFY, _length, limit=1024, timeout=4.0)


def interpret(exchange: Exchange) -> dict[str, list[ModbusFacts]]:
    """Pure. Raises NotUnderstood where the answer is not Modbus/TCP. An exception is an answer too."""
    turn = exchange.turn("identify")
    reader = Reader(turn.received if turn is not None else b"")
    if reader.take(2) != MODBUS_IDENTIFY[:2] or reader.number(2) != 0:
        raise NotUnderstood("not Modbus/TCP")
    body = Reader(reader.take(reader.number(2)))
    body.take(1)
    function = body.number(1)
    if function & 0x7F == READ_IDENTIFICATION and function == EXCEPTION:
        return {"modbus": [ModbusFacts(answers=True, identification_readable=False, exception=body.number(1))]}
    if function != READ_IDENTIFICATION or body.number(1) != 14:
        raise NotUnderstood("an answer to another function")
    body.take(4)
    objects: dict[int, str] = {}
    for _ in range(body.number(1)):
        kind = body.number(1)
        objects[kind] = printable(body.block(1), 64)
    return {
        "modbus": [
            ModbusFacts(
                answers=True,
                identification_readable=True,
                vendor=objects.get(0) or None,
                product=objects.get(1) or None,
                revision=objects.get(2) or None,
            )
        ]
    }


PROBE = Probe(name="modbus", table="modbus", transport="tcp", collect=collect, interpret=interpret, packets=8)
