"""DNS: is recursion open to us, what version is stated, and is a zone handed out? (RFC 1035, RFC 4892, RFC 5936)

The recursion question is for the name of 127.0.0.1, which every resolver answers by itself (RFC 6303), so nothing is asked
of anybody else; whether recursion is open to us is told by the flag of the answer. A zone transfer is asked for only with the
act `zone-transfer`, of zones that the server says are its own: those named in the credentials file (`dns: {zones: …}`) and
that of its own address. No more of the answer is read than tells that it begins.
"""

import ipaddress

from inventory.errors import Closed, NotUnderstood, Refused, Silent
from inventory.exchange import Exchange, Turn
from inventory.facts.dns import DnsFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.dns import CHAOS, PTR, START_OF_ZONE, TRANSFER, TXT, Answer, query, read_answer
from scanner.wire.reader import printable

ACT = "zone-transfer"
LOOPBACK = "1.0.0.127.in-addr.arpa"
REFUSED, NOT_AUTHORITATIVE = 5, 9
MOST_ZONES = 4
ENOUGH = 512  # bytes of a transfer


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Version, then recursion; with the act, the start of each zone and its transfer."""
    heard = [
        await _say(recorder, "version", query("version.bind", TXT, CHAOS)),
        await _say(recorder, "recursion", query(LOOPBACK, PTR, recurse=True, dnssec=True)),
    ]
    if not any(heard):
        raise Silent("no DNS answer")
    if ACT in asking.acts:
        recorder.note("act", ACT)
        told = asking.credentials.get("dns", {}).get("zones", "").replace(",", " ").split()
        for number, name in enumerate([*told, _reverse(recorder.endpoint.address)][:MOST_ZONES]):
            await _transfer(recorder, number, name)


def _reverse(address: str) -> str:
    return ipaddress.ip_address(address).reverse_pointer


async def _say(recorder: Recorder, label: str, payload: bytes) -> bytes:
    try:
        return (await recorder.datagram(label, payload, limit=4096, timeout=1.0, tries=2))[0]
    except Silent:
        return b""


async def _transfer(recorder: Recorder, number: int, name: str) -> None:
    """Ask where the zone of a name starts, and for the zone where the server says that it is its own."""
    zone = own_zone(await _say(recorder, f"zone{number}", query(name, START_OF_ZONE)))
    if zone is None:
        return
    ask = query(zone, TRANSFER)
    try:
        async with recorder.connection() as connection:
            whole = len(ask).to_bytes(2, "big") + ask
            await connection.ask_exactly(f"transfer{number}", whole, _enough, limit=ENOUGH, timeout=4.0)
    except (Closed, Silent, Refused):
        return


def _enough(data: bytes) -> int | None:
    return min(2 + int.from_bytes(data[:2], "big"), ENOUGH) if len(data) >= 2 else None


def own_zone(data: bytes) -> str | None:
    """The zone that an authoritative answer names; None for one that servers make up for private addresses (RFC 6303)."""
    try:
        answer = read_answer(data)
        start = next((record for record in answer.records if record.kind == START_OF_ZONE), None)
        if start is None or not answer.authoritative or answer.name_in(start) == start.name:
            return None
    except NotUnderstood:
        return None
    return start.name


def interpret(exchange: Exchange) -> dict[str, list[DnsFacts]]:
    """Pure. Raises NotUnderstood where no answer is DNS."""
    version, recursion = _answer(exchange.turn("version")), _answer(exchange.turn("recursion"))
    if version is None and recursion is None:
        raise NotUnderstood("not DNS")
    text = printable(version.texts[0], 64) if version is not None and version.texts else None
    opened = None
    if recursion is not None:
        opened = recursion.recursion and recursion.code != REFUSED
    return {
        "dns": [
            DnsFacts(
                answers=True,
                recursion=opened,
                version=text or None,
                version_disclosed=None
                if version is None
                else bool(text) and any(letter.isdigit() for letter in text or ""),
                dnssec=recursion.dnssec if recursion is not None and opened else None,
                zone_transfer=_transferred(exchange),
            )
        ]
    }


def _transferred(exchange: Exchange) -> bool | None:
    """Did any zone come? False only where every one that was asked for was refused in so many words."""
    told = [_begins(turn) for turn in exchange.turns if turn.label.startswith("transfer")]
    return True if True in told else None if None in told or not told else False


def _begins(turn: Turn) -> bool | None:
    try:
        answer = read_answer(turn.received[2:])
    except NotUnderstood:
        return None
    if answer.code == 0 and answer.records and answer.records[0].kind == START_OF_ZONE:
        return True
    return False if answer.code in (REFUSED, NOT_AUTHORITATIVE) else None


def _answer(turn: Turn | None) -> Answer | None:
    try:
        return read_answer(turn.received) if turn is not None and turn.received else None
    except NotUnderstood:
        return None


PROBE = Probe(
    name="dns", table="dns", transport="udp", collect=collect, interpret=interpret, connections=MOST_ZONES, packets=50
)
