"""S7: module and component identification from the system status list, read only (ISO 8073 over RFC 1006; SZL 0x0011, 0x001C, 0x0232).

Nothing is started, stopped or written. A PLC that wants another slot refuses the connection, which is an answer too.
"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.s7 import S7Facts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import S7_CONNECT
from scanner.wire.reader import Reader, printable

SETUP = b"\x03\x00\x00\x19\x02\xf0\x80\x32\x01\x00\x00\x00\x01\x00\x08\x00\x00\xf0\x00\x00\x01\x00\x01\x01\xe0"
MODULE, COMPONENT, PROTECTION = 0x0011, 0x001C, 0x0232


def read_list(number: int, index: int = 0) -> bytes:
    """User data request: read a system status list, or one index of it."""
    body = (
        b"\x32\x07\x00\x00"
        + number.to_bytes(2, "big")
        + b"\x00\x08\x00\x08\x00\x01\x12\x04\x11\x44\x01\x00\xff\x09\x00\x04"
    )
    body += number.to_bytes(2, "big") + index.to_bytes(2, "big")
    return b"\x03\x00" + (len(body) + 7).to_bytes(2, "big") + b"\x02\xf0\x80" + body


def _length(data: bytes) -> int | None:
    return int.from_bytes(data[2:4], "big") if len(data) >= 4 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: connect, set up, two lists, and the level of protection."""
    async with recorder.connection() as connection:
        answer = await connection.ask_exactly("connect", S7_CONNECT, _length, limit=1024, timeout=4.0)
        if len(answer) < 6 or answer[5] != 0xD0:
            return
        answer = await connection.ask_exactly("setup", SETUP, _length, limit=1024, timeout=4.0)
        if answer[7:8] != b"\x32":
            return
        for label, number in (("module", MODULE), ("component", COMPONENT)):
            await connection.ask_exactly(label, read_list(number), _length, limit=4096, timeout=4.0)
        await connection.ask_exactly("protection", read_list(PROTECTION, 4), _length, limit=1024, timeout=4.0)


def interpret(exchange: Exchange) -> dict[str, list[S7Facts]]:
    """Pure. Raises NotUnderstood where the set-up is not answered in S7."""
    setup, connect = exchange.turn("setup"), exchange.turn("connect")
    if setup is None or setup.received[7:8] != b"\x32" or connect is None or connect.received[5:6] != b"\xd0":
        raise NotUnderstood("not S7")
    module, component = _entries(exchange.turn("module"), 28), _entries(exchange.turn("component"), 34)
    names = {key: printable(value[:32].rstrip(b"\0"), 40) or None for key, value in component.items()}
    firmware = module.get(7, b"")
    return {
        "s7": [
            S7Facts(
                answers=True,
                identification_readable=bool(module or component),
                module=printable(module[1][:20], 24) or None if 1 in module else None,
                hardware=names.get(7) or names.get(2),
                system=names.get(1),
                serial=names.get(5),
                firmware=_firmware(firmware),
                protection_level=_protection(exchange.turn("protection")),
            )
        ]
    }


def _firmware(entry: bytes) -> str | None:
    if len(entry) < 26 or entry[22:23] not in (b"V", b" ", b"\0"):
        return None
    return ".".join(str(number) for number in entry[23:26])


def _entries(turn: Turn | None, usual: int) -> dict[int, bytes]:
    """Entries of a list by their index (the first two bytes), as far as they hold text; none where the list was refused."""
    rows = _rows(turn, usual)
    return {int.from_bytes(row[:2], "big"): row[2:] for row in rows if re.search(rb"[ -~]", row[2:])}


def _protection(turn: Turn | None) -> int | None:
    """The level that the CPU enforces (index 4, sch_rel): 1 none, 2 for writing, 3 for reading too."""
    row = next((row for row in _rows(turn, 40) if row[:2] == b"\x00\x04"), b"")
    level = int.from_bytes(row[6:8], "big")
    return level if level in (1, 2, 3) else None


def _rows(turn: Turn | None, usual: int) -> list[bytes]:
    try:
        reader = Reader(turn.received if turn is not None else b"")
        reader.take(7)
        if reader.take(2) != b"\x32\x07":
            return []
        reader.take(4)
        parameters, _ = reader.number(2), reader.number(2)
        reader.take(parameters)
        if reader.number(1) != 0xFF:
            return []
        reader.take(3)
        reader.take(4)
        size, count = reader.number(2), reader.number(2)
        if not 2 <= size <= 256 or (size != usual and size < 4):
            return []
        return [reader.take(size) for _ in range(min(count, 64, reader.left // size))]
    except NotUnderstood:
        return []


PROBE = Probe(name="s7", table="s7", transport="tcp", collect=collect, interpret=interpret, packets=18)
