"""BACnet/IP: the device object, by ReadProperty alone (ASHRAE 135-2020, clauses 15.5 and 20, annex J). Nothing is written."""

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Exchange, Turn
from inventory.facts.bacnet import BacnetFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.reader import Reader, printable

DEVICE_ANY = 0x02 << 22 | 0x3FFFFF
PROPERTIES = {"object": 75, "vendor": 121, "vendor_id": 120, "model": 70, "firmware": 44, "name": 77}
UNCONFIRMED, COMPLEX_ACK = 1, 3


def read_property(number: int, invoke: int, device: int = DEVICE_ANY) -> bytes:
    """ReadProperty of the device object; whatever its instance with 4194303 (clause 15.5.2)."""
    service = b"\x0c" + device.to_bytes(4, "big") + b"\x19" + bytes((number,))
    message = b"\x01\x04" + b"\x00\x05" + bytes((invoke,)) + b"\x0c" + service
    return b"\x81\x0a" + (len(message) + 4).to_bytes(2, "big") + message


WHO_IS = b"\x81\x0a\x00\x08\x01\x00\x10\x08"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Who is there, then a datagram a property, one after the other. Some devices answer the first question to everybody at
    large, where we do not hear it, and know the instance for all; others know only their own."""
    try:
        device = instance_of((await recorder.datagram("who-is", WHO_IS, limit=1500, timeout=1.0, tries=1))[0])
    except Silent:
        device = None
    for invoke, (label, number) in enumerate(PROPERTIES.items(), start=1):
        payload = read_property(number, invoke, DEVICE_ANY if device is None else device)
        try:
            await recorder.datagram(label, payload, limit=1500, timeout=1.5, tries=1)
        except Silent:
            if invoke == 1 and device is None:
                raise
            return


def instance_of(data: bytes) -> int | None:
    """The object identifier in an I-Am; None where it is none."""
    try:
        kind, reader = read_apdu(data)
        if kind != UNCONFIRMED or reader.number(1) != 0xC4:
            return None
        return reader.number(4)
    except NotUnderstood:
        return None


def read_apdu(data: bytes) -> tuple[int, Reader]:
    """(kind, what follows the head) of an answer. Raises NotUnderstood where it is not BACnet/IP."""
    reader = Reader(data)
    if reader.number(1) != 0x81 or reader.number(1) not in (0x04, 0x0A, 0x0B):
        raise NotUnderstood("not BACnet/IP")
    reader.take(2)
    if reader.number(1) != 1:
        raise NotUnderstood("not version 1")
    control = reader.number(1)
    if control & 0x20:
        reader.take(2)
        reader.block(1)
    if control & 0x08:
        reader.take(2)
        reader.block(1)
    if control & 0x20:
        reader.take(1)
    kind = reader.number(1) >> 4
    reader.take(1)
    return kind, reader


def _value(turn: Turn | None) -> tuple[int, bytes] | None:
    """(application tag, content) of a ReadProperty answer; None where there is none."""
    try:
        kind, reader = read_apdu(turn.received if turn is not None else b"")
        if kind != COMPLEX_ACK or reader.number(1) != 12:
            return None
        reader.take(5)
        size = reader.number(1) & 7
        reader.take(size)
        if reader.number(1) == 0x29:
            reader.take(1)
            reader.take(1)
        head = reader.number(1)
        length = head & 7
        if length == 5:
            length = reader.number(1)
            length = reader.number(2) if length == 254 else length
        return head >> 4, reader.take(length)
    except NotUnderstood:
        return None


def interpret(exchange: Exchange) -> dict[str, list[BacnetFacts]]:
    """Pure. Raises NotUnderstood where the first answer is not BACnet/IP."""
    turn = next((turn for turn in exchange.turns if turn.received), None)
    read_apdu(turn.received if turn is not None else b"")
    told = exchange.turn("who-is")
    named = instance_of(told.received) if told is not None else None
    values = {label: _value(exchange.turn(label)) for label in PROPERTIES}

    def text(label: str) -> str | None:
        value = values[label]
        return printable(value[1][1:], 64) or None if value is not None and value[0] == 7 else None

    identity, vendor = values["object"], values["vendor_id"]
    return {
        "bacnet": [
            BacnetFacts(
                answers=True,
                instance=int.from_bytes(identity[1], "big") & 0x3FFFFF
                if identity and identity[0] == 12
                else named & 0x3FFFFF
                if named is not None
                else None,
                vendor=text("vendor"),
                vendor_id=int.from_bytes(vendor[1], "big") if vendor and vendor[0] == 2 else None,
                model=text("model"),
                firmware=text("firmware"),
                name=text("name"),
                readable=any(value is not None for value in values.values()),
            )
        ]
    }


PROBE = Probe(name="bacnet", table="bacnet", transport="udp", collect=collect, interpret=interpret, packets=8)
