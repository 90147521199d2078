"""SNMP: which versions answer, to whom, and what the system says of itself (RFC 1157, RFC 1905, RFC 3414 engine discovery).

Engine discovery carries no name and no secret and is always asked. The community `public` and the communities of the
permit's list are tried only with the act `listed-community`; a wrong community is met with silence, so silence tells
nothing about the versions.
"""

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.facts.snmp import SnmpFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.snmp_tables import (
    COLUMNS,
    MEMORY,
    MOST_NEIGHBOURS,
    NEIGHBOUR_COLUMNS,
    NTCIP,
    column_facts,
    neighbour_rows,
    next_row,
)
from scanner.wire.ber import INTEGER, OCTETS, Value
from scanner.wire.openings import snmp_discovery, snmp_get, snmp_next
from scanner.wire.reader import printable
from scanner.wire.snmp import Engine, Message, read_message, read_report

ACT = "listed-community"
PUBLIC, PRIVATE = b"public", b"private"  # the second is tried only where an engine answers
SYSTEM = "1.3.6.1.2.1.1"
SYSTEM_VALUES = tuple(f"{SYSTEM}.{number}.0" for number in (1, 2, 3, 5, 6))
INTERFACES = "1.3.6.1.2.1.2.1.0"
AUTHORISED = {
    "system_description": f"{SYSTEM}.1.0",
    "system_object": f"{SYSTEM}.2.0",
    "system_name": f"{SYSTEM}.5.0",
    "system_location": f"{SYSTEM}.6.0",
}
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
    await _say(recorder, "more:values", snmp_get(community, 1, (INTERFACES, MEMORY)))
    await _say(recorder, "more:columns", snmp_next(community, 1, (*COLUMNS.values(), NTCIP)))
    row = NEIGHBOUR_COLUMNS
    for number in range(MOST_NEIGHBOURS):
        heard = await _say(recorder, f"neighbour{number}", snmp_next(community, 1, row))
        row = next_row(heard)
        if not row:
            return


async def _say(recorder: Recorder, label: str, payload: bytes) -> bytes:
    """One datagram. Silence is remembered by its turn."""
    try:
        return (await recorder.datagram(label, payload, limit=8192, timeout=1.0, tries=2))[0]
    except Silent:
        return b""


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
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
    found: dict[str, list[Fact]] = {"snmp": [SnmpFacts(**facts, **system)]}  # type: ignore[arg-type]
    neighbours = neighbour_rows(messages)
    return found | ({"neighbour": neighbours} if neighbours else {})


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
        "memory_kib": _number(values.get(MEMORY), INTEGER, 1),
        **column_facts(messages.get("more:columns")),
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


PROBE = Probe(
    name="snmp",
    table="snmp",
    transport="udp",
    collect=collect,
    interpret=interpret,
    connections=1,
    packets=80,
    deadline=60.0,  # an agent that is silent to discovery and to eight communities of both versions takes 34 seconds
    also=("neighbour",),
)
