"""Who is on our own links: ARP (RFC 826) for IPv4, neighbour discovery (RFC 4861) for IPv6. Frames are scapy's."""

import select
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from scanner.privileged.bounds import Address, Bounds
from scanner.sweep.filters import LOAD_BYTE, RETURN, UNLESS, attach

ETH_P_ARP, ETH_P_IPV6 = 0x0806, 0x86DD
ICMPV6, ADVERTISEMENT = 58, 136
LARGEST_FRAME = 2048
LOOPBACK = "lo"
NOBODY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - scapy's words for "no gateway"
LATE = 0.01  # seconds that a late packet may be made up for
EVERYBODY = "ff:ff:ff:ff:ff:ff"


@dataclass(frozen=True, slots=True)
class Link:
    """One of our interfaces with the address that we have there."""

    interface: str
    ours: str

    @property
    def version(self) -> int:
        """4 or 6."""
        return 6 if ":" in self.ours else 4


def way_to(address: Address) -> tuple[Link, str]:
    """The link that leads there, and the next station on it: the address itself or a router."""
    if isinstance(address, IPv6Address):
        import scapy.route6
        from scapy.config import conf

        interface, ours, gateway = conf.route6.route(str(address))
    else:
        import scapy.route  # noqa: F401 - fills conf.route
        from scapy.config import conf

        interface, ours, gateway = conf.route.route(str(address), verbose=0)
    return Link(str(interface), str(ours)), str(address) if gateway in NOBODY else str(gateway)


def by_link(addresses: Iterable[Address]) -> tuple[dict[Link, list[str]], list[str]]:
    """Link → the addresses on it; and those that are behind a router or are ourselves."""
    links: dict[Link, list[str]] = {}
    elsewhere = []
    for address in addresses:
        link, hop = way_to(address)
        if hop != str(address) or link.interface == LOOPBACK or link.ours == str(address):
            elsewhere.append(str(address))
        else:
            links.setdefault(link, []).append(str(address))
    return links, elsewhere


def arp_requests(mac: str, ours: str) -> Callable[[str], bytes]:
    """Makes the ARP request for an address: the frame of one is that of all, but for the last four octets."""
    from scapy.layers.l2 import ARP, Ether

    packet = Ether(dst=EVERYBODY, src=mac) / ARP(
        op="who-has", hwsrc=mac, psrc=ours, hwdst="00:00:00:00:00:00", pdst=ours
    )
    head = bytes(packet)[:-4]
    return lambda address: head + IPv4Address(address).packed


def solicitations(mac: str, ours: str) -> Callable[[str], bytes]:
    """Makes the neighbour solicitation for an address, to its solicited-node group (RFC 4291 2.7.1)."""
    from scapy.layers.inet6 import ICMPv6ND_NS, ICMPv6NDOptSrcLLAddr, IPv6
    from scapy.layers.l2 import Ether

    def made(address: str) -> bytes:
        last = IPv6Address(address).packed[-3:]
        group = IPv6Address(IPv6Address("ff02::1:ff00:0").packed[:13] + last)
        station = f"33:33:ff:{last.hex(':')}"
        packet = Ether(dst=station, src=mac) / IPv6(src=ours, dst=str(group), hlim=255)
        return bytes(packet / ICMPv6ND_NS(tgt=address) / ICMPv6NDOptSrcLLAddr(lladdr=mac))

    return made


def arp_reply(frame: bytes) -> tuple[str, str] | None:
    """Address and MAC of an ARP reply, or None for anything else. Takes hostile bytes."""
    if len(frame) < 42 or frame[12:14] != b"\x08\x06" or frame[14:20] != b"\x00\x01\x08\x00\x06\x04":
        return None
    if frame[20:22] != b"\x00\x02" or frame[22] & 1:  # a reply, from a single station
        return None
    return str(IPv4Address(frame[28:32])), frame[22:28].hex(":")


def advertisement(frame: bytes) -> tuple[str, str] | None:
    """Address and MAC of a neighbour advertisement that came straight from its link, or None. Takes hostile bytes."""
    if len(frame) < 78 or frame[12:14] != b"\x86\xdd" or frame[20] != ICMPV6 or frame[21] != 255:
        return None
    if frame[54] != ADVERTISEMENT or frame[6] & 1:
        return None
    mac, at = frame[6:12], 78
    while at + 8 <= len(frame) and frame[at + 1]:
        if frame[at] == 2:  # target link-layer address
            mac = frame[at + 2 : at + 8]
            break
        at += frame[at + 1] * 8
    return (str(IPv6Address(frame[62:78])), mac.hex(":")) if not mac[0] & 1 else None


def hardware_address(interface: str) -> str:
    """The MAC of one of our interfaces. Raises OSError."""
    from scapy.arch import get_if_hwaddr

    return str(get_if_hwaddr(interface))


def ask_link(link: Link, addresses: list[str], wait: float, rate: float) -> dict[str, str]:
    """Ask all addresses on one link who they are; gives address → MAC. Raises OSError."""
    make, read, protocol = (
        (arp_requests, arp_reply, ETH_P_ARP) if link.version == 4 else (solicitations, advertisement, ETH_P_IPV6)
    )
    frame_for = make(hardware_address(link.interface), link.ours)
    wanted = set(addresses)
    answers: dict[str, str] = {}
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as raw:
        if link.version == 6:
            attach(raw, [(LOAD_BYTE, 0, 0, 20), (UNLESS, 0, 3, ICMPV6), (LOAD_BYTE, 0, 0, 54),
                         (UNLESS, 0, 1, ADVERTISEMENT), (RETURN, 0, 0, LARGEST_FRAME), (RETURN, 0, 0, 0)])  # fmt: skip
        raw.bind((link.interface, protocol))
        raw.setblocking(False)
        due = time.monotonic()
        ends = 0.0
        waiting = list(reversed(addresses))
        while waiting or time.monotonic() < ends:
            now = time.monotonic()
            if waiting and now >= due:
                raw.send(frame_for(waiting.pop()))
                due = max(due, now - LATE) + 1.0 / rate
                ends = now + wait
            pause = max(0.0, (due if waiting else ends) - time.monotonic())
            if select.select([raw], [], [], min(pause, 0.05))[0]:
                heard = read(raw.recv(LARGEST_FRAME))
                if heard is not None and heard[0] in wanted:
                    answers.setdefault(*heard)
            if len(answers) == len(wanted):
                break
    return answers


def neighbours(request: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """`{"neighbours": [addresses], "wait": seconds}` → `{"answers": {address: MAC}, "silent": [on our links, no answer],
    "elsewhere": [not on our links]}`. Raises NotAllowed and OSError."""
    addresses = bounds.addresses(request.get("neighbours"))
    wait, rate = bounds.wait(request), bounds.pace(request)
    links, elsewhere = by_link(addresses)
    answers: dict[str, str] = {}
    for link, there in sorted(links.items(), key=lambda item: (item[0].interface, item[0].ours)):
        answers |= ask_link(link, there, wait, rate)
    silent = [address for there in links.values() for address in there if address not in answers]
    return {"answers": answers, "silent": sorted(silent), "elsewhere": sorted(elsewhere)}


def next_stations(addresses: Iterable[IPv4Address], wait: float, rate: float) -> dict[Link, dict[str, bytes]]:
    """Link → address → MAC of the station that takes its packets, itself or a router. Whoever is on loopback, or whose next
    station does not answer, is left out. Raises OSError."""
    ways: dict[Link, dict[str, str]] = {}
    for address in addresses:
        link, hop = way_to(address)
        if link.interface != LOOPBACK and link.ours != str(address):
            ways.setdefault(link, {})[str(address)] = hop
    found = {}
    for link, hops in ways.items():
        macs = ask_link(link, sorted(set(hops.values())), wait, rate)
        found[link] = {
            address: bytes.fromhex(macs[hop].replace(":", "")) for address, hop in hops.items() if hop in macs
        }
    return found
