"""Evidence from conversations, and facts from evidence: an exchange for each server endpoint that was heard, and one for
each client with where it went.

A turn is one conversation: its label says with whom and how much, `sent` is what the client said first, `received` what the
server said. The zones of both sides stand in the notes, so that the same evidence always tells the same. What is read here is
of evidence class `passive`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from inventory.endpoint import Endpoint, address_key
from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact
from inventory.facts.certificate import CertificateFacts
from inventory.facts.clear_text import ClearTextFacts
from inventory.facts.flow import FlowFacts
from inventory.facts.host import HostFacts
from inventory.facts.service import ServiceFacts
from inventory.reduction import tokens
from scanner.capture import announcements
from scanner.capture.names import is_network_disk, is_overseas_service, is_remote_control, server_name
from scanner.capture.signs import protocol_of
from scanner.capture.talk import Heard, Talk
from scanner.wire.chain import certificate_rows
from scanner.wire.reader import printable

KIND = "capture"
ANNOUNCED = "announced"
HANDSHAKE, CERTIFICATE = 22, 11  # a record, a message in it
MOST = 64  # clients of a server, and services of a client, that are kept apart
KEPT_OF_FLOW = 768  # bytes of each direction that a flow keeps: names and forms stand at the beginning
ENCRYPTED = frozenset({"tls", "tlcp", "ssh", "rdp", "iked"})
LABEL = re.compile(r"(\S+):(\d+)/(tcp|udp) up=(\d+) down=(\d+) basis=(\S+)")
LOGIN = re.compile(rb"(?im)^(?:PASS |AUTH |authorization:[ \t]*basic |a\d+ LOGIN )\S")
Zones = Callable[[str], str | None]


def exchanges(heard: Heard, zone_of: Zones) -> Iterator[Exchange]:
    """Servers and then clients, each in the order of addresses and ports. `zone_of` gives None for addresses outside, of which
    no exchange is made: they are nobody's asset."""
    servers: dict[Endpoint, dict[str, Talk]] = {}
    clients: dict[str, dict[str, Talk]] = {}
    for talk in heard.in_order():
        endpoint = Endpoint(talk.server, "tcp" if talk.transport == "tcp" else "udp", talk.server_port)
        if zone_of(talk.server) is not None:
            _merge(servers.setdefault(endpoint, {}), talk.client, talk)
        if zone_of(talk.client) is not None:
            _merge(clients.setdefault(talk.client, {}), str(endpoint), talk)
    for endpoint, talks in servers.items():
        turns = tuple(_turn(talk, f"{talk.client}:{talk.client_port}/{talk.transport}") for talk in talks.values())
        yield Exchange(
            KIND, endpoint, turns, _notes(endpoint.address, (talk.client for talk in talks.values()), zone_of)
        )
    said: dict[str, list[Turn]] = {}
    for address, kind, data in heard.announcements():
        if zone_of(address) is not None:
            said.setdefault(address, []).append(Turn(f"{ANNOUNCED} {kind}", b"", data))
    stations = {
        address: next(iter(macs)).hex(":")
        for address, macs in heard.neighbours.items()
        if len(macs) == 1 and zone_of(address) is not None
    }
    for client in sorted(clients.keys() | said.keys() | stations.keys(), key=address_key):
        talks = clients.get(client, {})
        turns = tuple(
            _turn(talk, f"{talk.server}:{talk.server_port}/{talk.transport}", KEPT_OF_FLOW) for talk in talks.values()
        )
        notes = _notes(client, (talk.server for talk in talks.values()), zone_of)
        if client in stations:
            notes["mac"] = stations[client]
        yield Exchange(KIND, Endpoint(client), (*turns, *said.get(client, ())), notes)


def _merge(known: dict[str, Talk], key: str, talk: Talk) -> None:
    """Conversations of the same two become one: sums, and the first bytes of the first that said any."""
    before = known.get(key)
    if before is None:
        if len(known) < MOST:
            known[key] = replace(talk)
        return
    before.bytes_up += talk.bytes_up
    before.bytes_down += talk.bytes_down
    before.answered = before.answered or talk.answered
    if not before.up and not before.down:
        before.up, before.down, before.client_port = talk.up, talk.down, talk.client_port


def _notes(own: str, others: Iterable[str], zone_of: Zones) -> dict[str, str]:
    zones = {address: zone for address in (own, *others) if (zone := zone_of(address)) is not None}
    return {"zones": json.dumps(zones, sort_keys=True)}


def _turn(talk: Talk, peer: str, kept: int = 1 << 20) -> Turn:
    label = f"{peer} up={talk.bytes_up} down={talk.bytes_down} basis={talk.basis}"
    return Turn(label, bytes(talk.up[:kept]), bytes(talk.down[:kept]), "" if talk.answered else "timeout")


def _talk(turn: Turn, endpoint: Endpoint) -> Talk | None:
    found = LABEL.fullmatch(turn.label)
    if found is None:
        return None
    own, peer = (endpoint.address, endpoint.port), (found[1], int(found[2]))
    client, server = (own, peer) if endpoint.transport == "none" else (peer, own)
    return Talk(
        client=client[0],
        client_port=client[1],
        server=server[0],
        server_port=server[1],
        transport=found[3],
        basis=found[6],
        up=bytearray(turn.sent),
        down=bytearray(turn.received),
        bytes_up=int(found[4]),
        bytes_down=int(found[5]),
        answered=turn.end == "",
    )


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure: service and clear_text of a server endpoint, flow of a client. Raises NotUnderstood where the turns are no
    conversations."""
    talks = [talk for turn in exchange.turns if (talk := _talk(turn, exchange.endpoint)) is not None]
    about = _about(exchange) if exchange.endpoint.transport == "none" else {}
    if not talks and not about:
        raise NotUnderstood("no conversations")
    told = [protocol_of(talk) for talk in talks]
    if exchange.endpoint.transport == "none":
        zones = _zones(exchange.notes)
        flows: list[Fact] = [_flow(talk, name, zones) for talk, name in zip(talks, told, strict=True)]
        return about | ({"flow": flows} if flows else {})
    protocol = next((name for name in told if name is not None), None)
    found: dict[str, list[Fact]] = {}
    if any(talk.answered for talk in talks):
        greeting = next((bytes(talk.down) for talk in talks if talk.down), b"")
        spoken = greeting[:1].isalnum() or greeting[:1] in (b"*", b"+", b"@")
        text = printable(greeting.split(b"\n")[0]) if spoken and protocol not in (None, "tls", "tlcp") else ""
        found["service"] = [ServiceFacts(protocol=protocol, tls=protocol in ("tls", "tlcp"), banner=text or None)]
    shown = certificates(talks) if protocol == "tls" else []
    if shown:
        found["certificate"] = list(shown)
    clear = _clear_text(talks, protocol)
    if clear is not None:
        found["clear_text"] = [clear]
    return found


def _about(exchange: Exchange) -> dict[str, list[Fact]]:
    """What a station says of itself: its MAC as ARP told it, and its announcements."""
    found: dict[str, list[Fact]] = {}
    if re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", exchange.notes.get("mac", "")):
        found["host"] = [HostFacts(mac=exchange.notes["mac"])]
    said = [
        announcements.facts(announcements.read(kind, turn.received))
        for turn in exchange.turns
        for kind in (announcements.LLDP, announcements.CDP, announcements.DHCP)
        if turn.label == f"{ANNOUNCED} {kind}"
    ]
    best = max(said, key=lambda facts: len(facts.model_dump(exclude_none=True)), default=None)
    if best is not None and best.model_dump(exclude_none=True):
        found["device_version"] = [best]
    return found


def certificates(talks: Iterable[Talk]) -> list[CertificateFacts]:
    """The certificates that a server showed in clear, up to TLS 1.2; of TLS 1.3 and of a resumed session there are none."""
    for talk in talks:
        chain = list(_certificates(_handshake(bytes(talk.down))))
        if chain:
            return certificate_rows(chain)
    return []


def _handshake(data: bytes) -> bytes:
    """The handshake messages in the records of a server, as far as they were kept."""
    found, at = b"", 0
    while at + 5 <= len(data) and data[at] == HANDSHAKE and data[at + 1] == 3:
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        found += data[at + 5 : at + 5 + size]
        at += 5 + size
    return found


def _certificates(data: bytes) -> Iterator[bytes]:
    """Every whole certificate of the Certificate message (RFC 5246 7.4.2)."""
    at = 0
    while at + 4 <= len(data):
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        if kind == CERTIFICATE:
            place, end = at + 7, min(at + 4 + size, len(data))
            while place + 3 <= end:
                length = int.from_bytes(data[place : place + 3], "big")
                if not length or place + 3 + length > end:
                    return
                yield data[place + 3 : place + 3 + length]
                place += 3 + length
            return
        at += 4 + size


def _zones(notes: Mapping[str, str]) -> dict[str, str]:
    try:
        zones = json.loads(notes.get("zones", "{}"))
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in zones.items()} if isinstance(zones, dict) else {}


def _flow(talk: Talk, protocol: str | None, zones: Mapping[str, str]) -> FlowFacts:
    name = server_name(bytes(talk.up), talk.transport)
    return FlowFacts(
        source_zone=zones.get(talk.client, ""),
        destination_zone=zones.get(talk.server, ""),
        protocol=protocol,
        destination_port=talk.server_port,
        outside=talk.server not in zones,
        overseas_service=is_overseas_service(name, talk.server) if name or talk.server not in zones else None,
        remote_control=is_remote_control(name, talk.server_port) if name else None,
        network_disk=is_network_disk(name) if name else None,
        encrypted=None if protocol is None else protocol in ENCRYPTED,
        server_name=name,
        bytes_out=talk.bytes_up,
    )


def _clear_text(talks: list[Talk], protocol: str | None) -> ClearTextFacts | None:
    """Counts over the conversations that are not encrypted; None where all are, or nothing was said."""
    if protocol in ENCRYPTED or not any(talk.up or talk.down for talk in talks):
        return None
    both = [bytes(talk.up) + b"\n" + bytes(talk.down) for talk in talks]
    kinds: dict[str, set[str]] = {}
    for data in both:
        for one in tokens(data):
            kinds.setdefault(one.kind, set()).add(one.identity)
    logins = sum(_login(talk) for talk in talks)
    return ClearTextFacts(
        credentials=logins,
        protocols_seen=protocol if logins else None,
        identity_numbers=len(kinds.get("identity_number", ())),
        mobile_numbers=len(kinds.get("mobile_number", ())),
        bank_cards=len(kinds.get("bank_card", ())),
    )


def _login(talk: Talk) -> bool:
    """A login went over the line: a password command, a Basic header, MQTT with a password, SNMP v1 or v2c with a community."""
    data = bytes(talk.up)
    if LOGIN.search(data):
        return True
    mqtt = re.match(rb"\x10.{1,4}?\x00\x04MQTT[\x03-\x05]([\x00-\xff])", data, re.S)
    if mqtt:
        return bool(mqtt[1][0] & 0x40)
    return talk.transport == "udp" and re.match(rb"\x30.{1,4}?\x02\x01[\x00\x01]\x04", data, re.S) is not None
