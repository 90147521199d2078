"""SNMP messages that answer us (RFC 1157, RFC 1905, RFC 3412), read as far as old agents write them well."""

from dataclasses import dataclass

from inventory.errors import NotUnderstood
from scanner.wire.ber import INTEGER, OCTETS, SEQUENCE, Value, read
from scanner.wire.reader import Reader

RESPONSE = 0xA2


@dataclass(frozen=True, slots=True)
class Message:
    """An answer of version 1 or 2c and its values by object identifier."""

    version: int
    values: dict[str, Value]


def read_message(data: bytes) -> Message:
    """Read a response of v1 or v2c. Old agents cut messages off: what can be read counts, the rest is left out. Raises
    NotUnderstood where not even the head of a response is there."""
    outer = read(Reader(data), cut=True)
    parts = outer.children(cut=True)
    if outer.tag != SEQUENCE or len(parts) < 3 or parts[0].tag != INTEGER or parts[2].tag != RESPONSE:
        raise NotUnderstood("not an SNMP response")
    version = parts[0].integer
    if version not in (0, 1):
        raise NotUnderstood("not SNMP v1 or v2c")
    inside = parts[2].children(cut=True)
    values = {}
    for binding in inside[3].children(cut=True) if len(inside) == 4 and inside[3].content else ():
        try:
            name, value = binding.children()[:2]
            values[name.identifier] = value
        except (NotUnderstood, ValueError):
            break
    return Message(version, values)


@dataclass(frozen=True, slots=True)
class Engine:
    """What engine discovery reports."""

    identifier: bytes
    boots: int
    seconds: int


def read_report(data: bytes) -> Engine:
    """Read the security parameters of an SNMPv3 message. Raises NotUnderstood."""
    parts = read(Reader(data)).children()
    if len(parts) < 4 or parts[0].tag != INTEGER or parts[0].integer != 3 or parts[2].tag != OCTETS:
        raise NotUnderstood("not SNMPv3")
    inside = read(Reader(parts[2].content)).children()
    if len(inside) < 3:
        raise NotUnderstood("no security parameters")
    return Engine(inside[0].content[:32], inside[1].integer, inside[2].integer)
