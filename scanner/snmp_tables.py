"""Tables of an SNMP agent: the chassis and its processor, traffic equipment, and the neighbours that LLDP told it.

ENTITY-MIB (RFC 6933), HOST-RESOURCES-MIB (RFC 2790), LLDP-MIB (IEEE 802.1AB-2005 12), NTCIP 1201 to 1209.
"""

from collections.abc import Mapping

from inventory.errors import NotUnderstood
from inventory.fact import Fact
from inventory.facts.neighbour import NeighbourFacts
from scanner.wire.ber import OCTETS, Value
from scanner.wire.reader import printable
from scanner.wire.snmp import Message, read_message

MEMORY = "1.3.6.1.2.1.25.2.2.0"
COLUMNS = {
    "serial": "1.3.6.1.2.1.47.1.1.1.1.11",
    "model": "1.3.6.1.2.1.47.1.1.1.1.13",
    "maker": "1.3.6.1.2.1.47.1.1.1.1.12",
    "firmware_revision": "1.3.6.1.2.1.47.1.1.1.1.9",
    "software_revision": "1.3.6.1.2.1.47.1.1.1.1.10",
    "processors": "1.3.6.1.2.1.25.3.2.1.3",
}
NTCIP = "1.3.6.1.4.1.1206.4.2"  # the devices of the transportation protocols
LLDP = "1.0.8802.1.1.2.1.4.1.1"
CHASSIS, PORT, NAME, DESCRIPTION = f"{LLDP}.5", f"{LLDP}.7", f"{LLDP}.9", f"{LLDP}.10"
NEIGHBOUR_COLUMNS: tuple[str, ...] = (CHASSIS, PORT, NAME, DESCRIPTION)
MOST_NEIGHBOURS = 32


def column_facts(message: Message | None) -> dict[str, object]:
    """The first row of each column, where the answer still lies in it, and what kind of traffic equipment it is."""
    found = list(message.values.items()) if message is not None else []
    facts: dict[str, object] = {}
    for label, column in COLUMNS.items():
        text = next((value for name, value in found if name.startswith(f"{column}.") and value.tag == OCTETS), None)
        facts[label] = printable(text.content, 128) or None if text is not None else None
    equipment = next((name for name, _ in found if name.startswith(f"{NTCIP}.")), None)
    kind = equipment.removeprefix(f"{NTCIP}.").partition(".")[0] if equipment is not None else ""
    return facts | {"ntcip": True if equipment is not None else None, "ntcip_device": int(kind) if kind else None}


def next_row(heard: bytes) -> tuple[str, ...]:
    """The names to go on from: those of this answer, while it still lies in the table of neighbours; else none."""
    try:
        names = tuple(read_message(heard).values)
    except NotUnderstood:
        return ()
    inside = [name.startswith(f"{column}.") for name, column in zip(names, NEIGHBOUR_COLUMNS, strict=False)]
    return names if len(names) == len(NEIGHBOUR_COLUMNS) and all(inside) else ()


def neighbour_rows(messages: Mapping[str, Message]) -> list[Fact]:
    """One row a neighbour, in the agent's order; an agent that tells one twice is not believed the second time."""
    rows: list[Fact] = []
    seen: set[str] = set()
    for number in range(MOST_NEIGHBOURS):
        message = messages.get(f"neighbour{number}")
        row = _row(message.values, len(rows)) if message is not None else None
        index = next(iter(message.values), "") if message is not None else ""
        if row is None or index in seen:
            break
        seen.add(index)
        rows.append(row)
    return rows


def _row(values: Mapping[str, Value], place: int) -> NeighbourFacts | None:
    columns = {
        column: (name, value)
        for column in NEIGHBOUR_COLUMNS
        for name, value in values.items()
        if name.startswith(f"{column}.")
    }
    if CHASSIS not in columns:
        return None
    index = columns[CHASSIS][0].removeprefix(f"{CHASSIS}.").split(".")
    texts = {column: value for column, (_, value) in columns.items() if value.tag == OCTETS}
    return NeighbourFacts(
        place=place,
        local_port=int(index[1]) if len(index) == 3 else None,
        chassis=_identity(texts.get(CHASSIS)),
        port=_identity(texts.get(PORT)),
        name=_text(texts.get(NAME), 128),
        description=_text(texts.get(DESCRIPTION), 256),
    )


def _text(value: Value | None, limit: int) -> str | None:
    return printable(value.content, limit) or None if value is not None else None


def _identity(value: Value | None) -> str | None:
    """A MAC address as such, other identities as text."""
    if value is not None and len(value.content) == 6 and not value.content.decode("latin-1").isprintable():
        return value.content.hex(":")
    return _text(value, 128)
