"""Conversations from packets: who is the server, how much went each way, and the first bytes of both. Memory is bounded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.capture.announcements import DHCP, read
from scanner.capture.frames import Announcement, Neighbour, Packet, decode

KEPT = 4096  # bytes of each direction of a conversation
KEPT_IN_ALL = 64 * 1024 * 1024  # beyond which a conversation keeps its first KEPT_LATE bytes alone
KEPT_LATE = 128
MOST_TALKS = 150_000
MOST_HOSTS = 500_000
MOST_ANNOUNCED = 50_000
MOST_MACS = 16  # of one address
SYN, ACK = 0x02, 0x10


@dataclass(slots=True)
class Talk:
    """One conversation. `basis` says how the server was found: syn-ack, syn, or the first packet's destination (a guess)."""

    client: str
    client_port: int
    server: str
    server_port: int
    transport: str
    basis: str
    up: bytearray = field(default_factory=bytearray)
    down: bytearray = field(default_factory=bytearray)
    bytes_up: int = 0
    bytes_down: int = 0
    answered: bool = False


@dataclass(slots=True)
class Heard:
    """Everything that a capture told: conversations by key, hardware addresses of every address that sent, and what ARP
    said of others."""

    talks: dict[tuple[str, str, int, str, int], Talk] = field(default_factory=dict)
    hosts: dict[str, set[bytes]] = field(default_factory=dict)
    neighbours: dict[str, set[bytes]] = field(default_factory=dict)
    announced: dict[tuple[str, bytes], bytes] = field(default_factory=dict)
    left_out: int = 0
    kept: int = 0

    def take(self, frames: Iterable[tuple[int, bytes]]) -> "Heard":
        """Add frames; returns itself."""
        for link, frame in frames:
            what = decode(link, frame)
            if isinstance(what, Packet):
                self._packet(what)
            elif isinstance(what, Announcement):
                self._announced(what.kind, what.mac, what.data)
            elif isinstance(what, Neighbour):
                self._neighbour(what)
        return self

    def _packet(self, packet: Packet) -> None:
        if _can_send(packet.source):
            self._host(packet.source, packet.mac)
        if packet.carrier:
            self._host(packet.carrier, b"")
        if not packet.transport:
            return
        if packet.transport == "udp" and packet.destination_port == 67:
            self._announced(DHCP, packet.mac, packet.payload)
        forth = (packet.transport, packet.source, packet.source_port, packet.destination, packet.destination_port)
        back = (packet.transport, packet.destination, packet.destination_port, packet.source, packet.source_port)
        if back in self.talks:
            key = back
        elif forth in self.talks:
            key = forth
        elif len(self.talks) >= MOST_TALKS:
            self.left_out += 1
            return
        else:
            key = forth
            self.talks[key] = _begin(packet)
        self.kept += _add(self.talks[key], packet, KEPT if self.kept < KEPT_IN_ALL else KEPT_LATE)

    def _announced(self, kind: str, mac: bytes, data: bytes) -> None:
        """The first announcement of a station; a later one only where it says an address and the first did not."""
        before = self.announced.get((kind, mac))
        if before is None:
            better = len(self.announced) < MOST_ANNOUNCED
        else:
            better = not read(kind, before).address and bool(read(kind, data).address)
        if better:
            self.announced[kind, mac] = data

    def announcements(self) -> Iterator[tuple[str, str, bytes]]:
        """(address, kind, announcement), sorted; the address is the one that it names, else the one that ARP told of its station."""
        by_mac: dict[bytes, set[str]] = {}
        for address, macs in self.neighbours.items():
            for mac in macs:
                by_mac.setdefault(mac, set()).add(address)
        found = []
        for (kind, mac), data in self.announced.items():
            known = by_mac.get(mac, set())
            address = read(kind, data).address or (min(known) if len(known) == 1 else "")
            if address:
                found.append((address, kind, data))
        return iter(sorted(found))

    def _neighbour(self, told: Neighbour) -> None:
        macs = self.neighbours.get(told.address)
        if macs is None:
            if len(self.neighbours) >= MOST_HOSTS:
                return
            macs = self.neighbours[told.address] = set()
        if len(macs) < MOST_MACS:
            macs.add(told.mac)

    def _host(self, address: str, mac: bytes) -> None:
        macs = self.hosts.get(address)
        if macs is None:
            if len(self.hosts) >= MOST_HOSTS:
                return
            macs = self.hosts[address] = set()
        if mac and len(macs) < MOST_MACS:
            macs.add(mac)

    def in_order(self) -> Iterator[Talk]:
        """Conversations sorted by server, then client: the same however the frames were mixed."""
        return iter(
            sorted(
                self.talks.values(),
                key=lambda talk: (talk.server, talk.transport, talk.server_port, talk.client, talk.client_port),
            )
        )


def _can_send(address: str) -> bool:
    """An address that can be a host's: not "this network" (RFC 1122), nobody, a group or everybody."""
    if ":" in address:
        return address != "::" and not address.startswith("ff")
    first = int(address.partition(".")[0])
    return 0 < first < 224 or (first >= 240 and address != "255.255.255.255")


def _begin(packet: Packet) -> Talk:
    """Who is the server? One that accepts a connection or is asked for one; else the first packet's destination, unless only
    its source has a well-known port."""
    here, there = (packet.source, packet.source_port), (packet.destination, packet.destination_port)
    if packet.transport == "tcp" and packet.flags & (SYN | ACK) == SYN | ACK:
        return Talk(*there, *here, "tcp", "syn-ack")
    if packet.transport == "tcp" and packet.flags & SYN:
        return Talk(*here, *there, "tcp", "syn")
    if here[1] < 1024 <= there[1]:
        return Talk(*there, *here, packet.transport, "port")
    return Talk(*here, *there, packet.transport, "first-packet")


def _add(talk: Talk, packet: Packet, most: int) -> int:
    """Add a packet; the number of bytes that were kept of it."""
    from_client = (packet.source, packet.source_port) == (talk.client, talk.client_port)
    side = talk.up if from_client else talk.down
    if from_client:
        talk.bytes_up += packet.size
    else:
        talk.bytes_down += packet.size
        talk.answered = talk.answered or bool(packet.payload)
        if packet.transport == "tcp" and packet.flags & (SYN | ACK) == SYN | ACK:
            talk.basis = "syn-ack"
    room = most - len(side)
    if not packet.payload or room <= 0:
        return 0
    side += packet.payload[:room]
    return min(room, len(packet.payload))
