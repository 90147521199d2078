"""SNMP: which versions answer, to whom, and what the system says of itself (RFC 1157, RFC 1905, RFC 3414 engine discovery).

Engine discovery carries no name and no secret and is always asked. The community `public` and the communities of the
permit's list are tried only with the act `listed-community`; a wrong community is met with silence, so silence tells
nothing about the versions.
"""

from dataclasses import dataclass

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Exchange
from inventory.facts.snmp import SnmpFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.ber import INTEGER, OCTETS, SEQUENCE, Value, read
from scanner.wire.openings import snmp_discovery, snmp_get, snmp_next
from scanner.wire.reader import Reader, printable

ACT = "listed-community"
PUBLIC, PRIVATE = b"public", b"private"  # the second is tried only where an engine answers
SYSTEM = "1.3.6.1.2.1.1"
SYSTEM_VALUES = tuple(f"{SYSTEM}.{number}.0" for number in (1, 2, 3, 5, 6))
INTERFACES = "1.3.6.1.2.1.2.1.0"
TABLES = {
    "serial": "1.3.6.1.2.1.47.1.1.1.1.11",
    "model": "1.3.6.1.2.1.47.1.1.1.1.13",
    "processors": "1.3.6.1.2.1.25.3.2.1.3",
}
AUTHORISED = {
    "system_description": f"{SYSTEM}.1.0",
    "system_object": f"{SYSTEM}.2.0",
    "system_name": f"{SYSTEM}.5.0",
    "system_location": f"{SYSTEM}.6.0",
}
RESPONSE, REPORT = 0xA2, 0xA8
IDENTIFIER, TICKS = 0x06, 0x43


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Discovery, then v2c and v1 with each community until one is answered, then a few values with it."""
    heard = [await _say(recorder, "v3:discovery", snmp_discovery())]
    if ACT in asking.acts:
        listed = [("default", PUBLIC)] + ([("default-private", PRIVATE)] if heard[0] else [])
        listed += [
            (f"listed{number}", text.encode())
            for number, text in enumerate(asking.communities)
            if text.encode() not in (PUBLIC, PRIVATE)
        ]
        for version, word in ((1, "v2c"), (0, "v1")):
            for label, community in listed[:8]:
                answer = await _say(recorder, f"{word}:{label}", snmp_get(community, version, SYSTEM_VALUES))
                heard.append(answer)
                if answer:
                    if word == "v2c":
                        await _more(recorder, community)
                    break
    if "snmpv3" in asking.credentials and heard[0]:
        await _authorised(recorder, asking)
    if not any(heard):
        raise Silent("no SNMP answer")


async def _authorised(recorder: Recorder, asking: Asking) -> None:
    """Read the system values as the user of the credentials file; what came is noted, as the datagrams are unreadable."""
    from scanner.wire.usm import read_as_user

    try:
        found = await read_as_user(recorder, asking.credentials["snmpv3"], AUTHORISED)
    except (Silent, NotUnderstood) as error:
        recorder.note("v3:trouble", str(error))
        return
    for name, value in sorted(found.items()):
        recorder.note(f"v3:{name}", value[:512])


async def _more(recorder: Recorder, community: bytes) -> None:
    await _say(recorder, "more:interfaces", snmp_get(community, 1, (INTERFACES,)))
    for label, table in TABLES.items():
        await _say(recorder, f"more:{label}", snmp_next(community, 1, table))


async def _say(recorder: Recorder, label: str, payload: bytes) -> bytes:
    """One datagram. Silence is remembered by its turn."""
    try:
        return (await recorder.datagram(label, payload, limit=8192, timeout=1.0, tries=2))[0]
    except Silent:
        return b""


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


def interpret(exchange: Exchange) -> dict[str, list[SnmpFacts]]:
    """Pure. Raises NotUnderstood where no answer is SNMP."""
    engine: Engine | None = None
    messages: dict[str, Message] = {}
    for turn in exchange.turns:
        if not turn.received:
            continue
        try:
            if turn.label == "v3:discovery":
                engine = read_report(turn.received)
            else:
                messages[turn.label] = read_message(turn.received)
        except NotUnderstood:
            continue
    if engine is None and not messages:
        raise NotUnderstood("no SNMP answer")
    asked = {turn.label for turn in exchange.turns}
    v1 = True if any(label.startswith("v1:") for label in messages) else None
    v2c = True if any(label.startswith("v2c:") for label in messages) else None
    tried_default = "v2c:default" in asked and ("v1:default" in asked or v1)
    default = any(":default" in label for label in messages)
    facts: dict[str, object] = {
        "v1": v1,
        "v2c": v2c,
        "v3": True if engine is not None else None,
        "plain_versions": True if v1 or v2c else None,
        "default_community": default if tried_default or default else None,
    }
    if engine is not None:
        facts |= {
            "engine_id": engine.identifier.hex() or None,
            "engine_enterprise": _enterprise(engine.identifier),
            "engine_boots": engine.boots,
            "engine_seconds": engine.seconds,
        }
    system = _system(messages)
    for name in AUTHORISED:
        noted = printable(exchange.notes.get(f"v3:{name}", "").encode(), 512)
        if system[name] is None and noted:
            system[name] = noted
    return {"snmp": [SnmpFacts(**facts, **system)]}  # type: ignore[arg-type]


def _enterprise(identifier: bytes) -> int | None:
    """RFC 3411, SnmpEngineID: the first four bytes hold the enterprise number, whether the first bit is set or not."""
    return int.from_bytes(identifier[:4], "big") & 0x7FFFFFFF if len(identifier) >= 5 else None


def _system(messages: dict[str, Message]) -> dict[str, object]:
    values = {name: value for message in messages.values() for name, value in message.values.items()}

    def text(name: str, limit: int = 256) -> str | None:
        value = values.get(name)
        return printable(value.content, limit) or None if value is not None and value.tag == OCTETS else None

    ticks, object_id, count = values.get(f"{SYSTEM}.3.0"), values.get(f"{SYSTEM}.2.0"), values.get(INTERFACES)
    return {
        "system_description": text(f"{SYSTEM}.1.0", 512),
        "system_object": _identifier(object_id),
        "system_name": text(f"{SYSTEM}.5.0"),
        "system_location": text(f"{SYSTEM}.6.0"),
        "uptime_seconds": _number(ticks, TICKS, 100),
        "interfaces": _number(count, INTEGER, 1),
        **{label: _first(messages.get(f"more:{label}"), table) for label, table in TABLES.items()},
    }


def _identifier(value: Value | None) -> str | None:
    try:
        return value.identifier if value is not None and value.tag == IDENTIFIER else None
    except NotUnderstood:
        return None


def _number(value: Value | None, tag: int, unit: int) -> int | None:
    try:
        return value.unsigned // unit if value is not None and value.tag == tag else None
    except NotUnderstood:
        return None


def _first(message: Message | None, table: str) -> str | None:
    """The first row of a table column, where the answer still lies in it."""
    for name, value in message.values.items() if message is not None else ():
        if name.startswith(table + ".") and value.tag == OCTETS:
            return printable(value.content, 128) or None
    return None


PROBE = Probe(
    name="snmp", table="snmp", transport="udp", collect=collect, interpret=interpret, connections=1, packets=40
)
