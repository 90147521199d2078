"""An SNMP v2c sweep without state for each agent: one socket, one message made beforehand in which only the request id changes;
send all, collect, send again to who is missing. A window of requests in flight would fill with dead agents and wait for them.

Asking with a community is the act `listed-community`; where the permit does not list it, or refuses an address, nothing leaves.
"""

import asyncio
import re
import secrets
import struct
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from inventory.errors import NotUnderstood, PermitOver
from scanner.door import Door, Guest
from scanner.net import SweepWire, packed_address
from scanner.sweep.admission import Admission
from scanner.wire.ber import OCTETS, pack, pack_integer
from scanner.wire.openings import snmp_get

PORT = 161
ACT = "listed-community"
VERSION_2C = 1
SYSTEM_VALUES = ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0")  # description, object id, name
MOST_IN_A_BURST = 256  # datagrams between two looks at the clock, the permit and the answers
BURST_SECONDS = 0.01  # a burst is at most what the pace allows in this time
AHEAD = 2  # bursts
LOOK = 0.002  # seconds between two looks for late answers
MOST_AGENTS = 1 << 24  # request ids that one sweep tells apart
_MARK = 0x5A5A5A5A
_SIZE = rb"(?:[\x00-\x7f]|\x81.|\x82..)"  # a length in BER


class Question:
    """A GET whose request id is filled in last: everything else of the message is encoded once."""

    def __init__(self, community: bytes, identifiers: Sequence[str] = SYSTEM_VALUES) -> None:
        template = snmp_get(community, VERSION_2C, tuple(identifiers), _MARK)
        before, mark, after = template.partition(struct.pack("!I", _MARK))
        if not mark or struct.pack("!I", _MARK) in after:
            raise ValueError("the mark of the request id is not unique in the message")
        self.size, self.mark = len(template), len(before)
        self.template = template
        head = re.escape(pack_integer(VERSION_2C) + pack(OCTETS, community))
        self.response = re.compile(
            rb"\x30%b%b\xa2%b\x02\x04(.{4})\x02\x01.\x02\x01.\x30(%b)" % (_SIZE, head, _SIZE, _SIZE), re.DOTALL
        )

    def request_id(self, data: bytes) -> int:
        """As the function of this name, quicker where the answer is encoded as nearly all agents do."""
        usual = self.response.match(data)
        return int.from_bytes(usual[1], "big", signed=True) if usual is not None else request_id(data)

    def bindings(self, data: bytes) -> list[tuple[bytes, int, bytes]]:
        """As the function of this name, quicker where the answer is encoded as nearly all agents do."""
        usual = self.response.match(data)
        if usual is None:
            return bindings(data)
        size = usual[2]
        return _bindings(data, usual.end(), usual.end() + int.from_bytes(size[1:] or size, "big"))

    def messages(self, request_ids: Sequence[int]) -> bytes:
        """Datagrams with these request ids, 0x01000000 to 0x7FFFFFFF (four octets in BER), one behind the other."""
        made = bytearray(self.template * len(request_ids))
        numbers = struct.pack(f"!{len(request_ids)}I", *request_ids)
        for place in range(4):
            made[self.mark + place :: self.size] = numbers[place::4]
        return bytes(made)


@dataclass(slots=True, repr=False)
class Swept:
    """Who answered with what (the datagram as it came), who was silent, whom the permit refused; datagrams sent, and those that
    came in and answered nothing of ours."""

    answers: dict[str, bytes] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sent: int = 0
    strange: int = 0


class _Run:
    """One sweep: targets in the order of their zones; the request id is the place in that order, plus a number nobody knows."""

    def __init__(self, door: Door, wire: SweepWire, question: Question, port: int) -> None:
        self.door, self.wire, self.question = door, wire, question
        self.port = port
        self.result = Swept()
        self.targets: list[str] = []
        self.peers: list[bytes] = []
        self.zones: list[str] = []
        self.first = 0x01000000 + secrets.randbelow(0x60000000)

    def admit(self, addresses: Iterable[str], guest: Guest) -> None:
        """Sort out whom the permit refuses."""
        admission = Admission(self.door.permit, self.port, guest.intensity, guest.device_class, ACT)
        by_zone: dict[str, tuple[list[str], list[bytes]]] = {}
        port = self.port.to_bytes(2, "big")
        for address in dict.fromkeys(addresses):
            octets = packed_address(address) if ":" not in address else bytes(4)
            zone = admission.zone(int.from_bytes(octets, "big"))
            if zone is None:
                self.door.counters.refused_by_permit += 1
                self.result.refused.append(address)
            else:
                if zone not in by_zone:
                    by_zone[zone] = [], []
                by_zone[zone][0].append(address)
                by_zone[zone][1].append(port + octets)
        for zone, (there, peers) in sorted(by_zone.items()):
            self.targets += there
            self.peers += peers
            self.zones += [zone] * len(there)
        if len(self.targets) > MOST_AGENTS:
            raise ValueError(f"{len(self.targets)} addresses are more than one sweep tells apart")

    async def ask(self, places: Sequence[int]) -> None:
        """Send to these places of the order, burst after burst as the pace allows."""
        pace = self.door.pace
        queue: deque[tuple[float, Sequence[int]]] = deque()
        for burst in self.bursts(places):
            # Places in the pace's queue are taken some bursts before they are due, so that waking up late costs nothing.
            queue.append((pace.clock() + pace.reserve(self.zones[burst[0]], len(burst)), burst))
            if len(queue) > AHEAD:
                await self.ask_one(*queue.popleft())
        while queue:
            await self.ask_one(*queue.popleft())

    async def ask_one(self, due: float, burst: Sequence[int]) -> None:
        """One burst at its time."""
        pace = self.door.pace
        await pace.sleep(max(0.0, due - pace.clock()))
        self.send(burst)
        self.collect()

    def bursts(self, places: Sequence[int]) -> Iterator[Sequence[int]]:
        """Slices of the places, each within one zone and small against the pace."""
        limits = self.door.pace.limits
        size = max(1, min(MOST_IN_A_BURST, int(min(limits.zone_packets, limits.total_packets) * BURST_SECONDS)))
        start = 0
        while start < len(places):
            end = min(start + size, len(places))
            zone = self.zones[places[start]]
            while self.zones[places[end - 1]] != zone:
                end -= 1
            yield places[start:end]
            start = end

    def send(self, burst: Sequence[int]) -> None:
        """One burst. Raises PermitOver where the permit does not hold any more."""
        over = self.door.over()
        if over:
            self.door.counters.refused_by_permit += 1
            raise PermitOver(over)
        first, size = self.first, self.question.size
        data = self.question.messages([first + place for place in burst])
        self.wire.send(size, data, b"".join([self.peers[place] for place in burst]))
        counters = self.door.counters
        self.result.sent += len(burst)
        counters.packets += len(burst)
        counters.datagrams += len(burst)
        counters.bytes_sent += len(data)
        counters.largest_burst = max(counters.largest_burst, 1)

    def collect(self) -> None:
        """Take what has come."""
        answers, targets, peers, first = self.result.answers, self.targets, self.peers, self.first
        read_id, count, octets = self.question.request_id, len(targets), 0
        for data, peer in self.wire.receive():
            octets += len(data)
            try:
                place = read_id(data) - first
            except NotUnderstood:
                place = -1
            if 0 <= place < count and peer == peers[place]:
                answers.setdefault(targets[place], data)
            else:
                self.result.strange += 1
        self.door.counters.bytes_received += octets

    def missing(self) -> list[int]:
        """Places without an answer."""
        answers = self.result.answers
        return [place for place, address in enumerate(self.targets) if address not in answers]

    async def await_answers(self, timeout: float) -> None:
        """Collect until all have answered or the time is over."""
        clock = asyncio.get_running_loop().time
        due = clock() + timeout
        while len(self.result.answers) < len(self.targets) and clock() < due:
            await asyncio.sleep(LOOK)
            self.collect()


async def sweep(
    door: Door,
    wire: SweepWire,
    addresses: Iterable[str],
    guest: Guest,
    question: Question,
    *,
    port: int = PORT,
    timeout: float = 2.0,
    tries: int = 2,
) -> Swept:
    """Ask all addresses (IPv4) and say who answered. Between two datagrams to one agent lies at least what the permit's pace for
    a host demands. Raises PermitOver when the permit ends meanwhile."""
    run = _Run(door, wire, question, port)
    run.admit(addresses, guest)
    patience = max(timeout, 1.0 / door.permit.pace.host_packets)
    for _ in range(tries):
        places = run.missing()
        if not places:
            break
        await run.ask(places)
        await run.await_answers(patience)
    run.result.silent = [run.targets[place] for place in run.missing()]
    return run.result


def request_id(data: bytes) -> int:
    """The request id of a response of v1 or v2c (RFC 3416 3). Takes hostile bytes; raises NotUnderstood."""
    try:
        if data[0] != 0x30:
            raise NotUnderstood("not a message")
        position = _inside(data, 0)
        position = _behind(data, _behind(data, position))  # version, community
        if data[position] != 0xA2:
            raise NotUnderstood("not a response")
        position = _inside(data, position)
        start, end = _inside(data, position), _behind(data, position)
        if data[position] != 0x02 or not 1 <= end - start <= 4 or end > len(data):
            raise NotUnderstood("no request id")
    except IndexError as error:
        raise NotUnderstood("cut off") from error
    return int.from_bytes(data[start:end], "big", signed=True)


def _inside(data: bytes, position: int) -> int:
    """Where the content of the value at `position` begins."""
    length = data[position + 1]
    return position + 2 + (length & 0x7F if length & 0x80 else 0)


def _behind(data: bytes, position: int) -> int:
    """Where the value behind the one at `position` begins."""
    length = data[position + 1]
    if length < 0x80:
        return position + 2 + length
    start = position + 2 + (length & 0x7F)
    return start + int.from_bytes(data[position + 2 : start], "big")


def _span(data: bytes, position: int) -> tuple[int, int]:
    """Where the content of the value at `position` begins and ends."""
    length = data[position + 1]
    if length < 0x80:
        return position + 2, position + 2 + length
    start = position + 2 + (length & 0x7F)
    return start, start + int.from_bytes(data[position + 2 : start], "big")


def bindings(data: bytes) -> list[tuple[bytes, int, bytes]]:
    """Every (object identifier, tag, content) of a response, all encoded in BER still. Raises NotUnderstood."""
    try:
        position = _span(data, _span(data, _span(data, 0)[0])[1])[1]  # behind version and community
        if data[0] != 0x30 or data[position] != 0xA2:
            raise NotUnderstood("not a response")
        position = _span(data, position)[0]
        for _ in range(3):  # request id, error status, error index
            position = _span(data, position)[1]
        start, end = _span(data, position)
    except IndexError as error:
        raise NotUnderstood("cut off") from error
    return _bindings(data, start, end)


def _bindings(data: bytes, position: int, end: int) -> list[tuple[bytes, int, bytes]]:
    """The bindings between two positions. Short lengths, which nearly all are, are read in place."""
    if end > len(data):
        raise NotUnderstood("cut off")
    found = []
    try:
        while position < end:
            length, start = data[position + 1], position + 2
            following = start + length
            if length & 0x80:
                start, following = _span(data, position)
            length = data[start + 1]
            value = start + 2 + length
            if length & 0x80:
                value = _span(data, start)[1]
            length, content = data[value + 1], value + 2
            behind = content + length
            if length & 0x80:
                content, behind = _span(data, value)
            if behind != following or following > end:
                raise NotUnderstood("a binding that ends elsewhere")
            found.append((data[start:value], data[value], data[content:following]))
            position = following
    except IndexError as error:
        raise NotUnderstood("cut off") from error
    return found
