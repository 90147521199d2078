"""The privileged helper: a process of its own, the only one that opens raw sockets or imports scapy.

It reads one JSON object a line on stdin and answers with one a line on stdout. The first line says where it may send:
`{"allow": [networks], "deny": [networks], "deny_ports": [ports], "rate": packets a second, "host_rate": the same to one host}`; every
later one is a request: `{"arp": [addresses], "wait": seconds}` → `{"answers": {address: mac}, "silent": [on our links, no answer],
"elsewhere": [not on our links]}`; `{"syn": [addresses], "ports": [ports], "rate": …, "wait": seconds, "tries": rounds}` →
`{"states": {address: a letter a port, in order: o open, c closed, - silent}, "unreached": [no way there], "sent": packets}`. What it may not or cannot do it says in `{"error": "…"}`. It ends with its stdin. It holds no state and parses
nothing but ARP replies and the heads of TCP answers; whoever asks has passed the permit already, and it checks the networks once more.
"""

import ipaddress
import json
import select
import socket
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ETH_P_ARP = 0x0806
LONGEST_LINE = 4 * 1024 * 1024
LARGEST_FRAME = 2048
MOST_ADDRESSES = 4096  # in one request
LONGEST_WAIT = 10.0  # seconds
LOOPBACK = "lo"
MOST_PROBES = 1_000_000  # addresses times ports in one request
MOST_TRIES = 3
LETTERS = bytes.maketrans(b"\0\1\2", b"-oc")  # the states of a SYN sweep


class NotAllowed(Exception):
    """A request that this helper does not do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where it may send, and how fast."""

    allow: tuple[ipaddress.IPv4Network, ...]
    deny: tuple[ipaddress.IPv4Network, ...]
    rate: float
    host_rate: float = 0.0  # 0: no SYN sweeps
    deny_ports: frozenset[int] = frozenset()

    def check_port(self, port: object) -> int:
        """The port. Raises NotAllowed."""
        if not isinstance(port, int) or not 1 <= port <= 65535 or port in self.deny_ports:
            raise NotAllowed(f"port {port!r} is outside the bounds")
        return port

    def check(self, address: str) -> ipaddress.IPv4Address:
        """The address, parsed. Raises NotAllowed."""
        try:
            where = ipaddress.IPv4Address(address)
        except ValueError as error:
            raise NotAllowed(f"not an IPv4 address: {address!r}") from error
        if not any(where in network for network in self.allow) or any(where in network for network in self.deny):
            raise NotAllowed(f"{address} is outside the bounds")
        return where


def bounds_of(request: Mapping[str, Any]) -> Bounds:
    """The first line. Raises NotAllowed."""
    try:
        allow, deny = (
            tuple(ipaddress.IPv4Network(text) for text in request.get(name, ()) if ":" not in text)
            for name in ("allow", "deny")
        )
        rate, host_rate = float(request["rate"]), float(request.get("host_rate", 0.0))
        ports = frozenset(int(port) for port in request.get("deny_ports", ()))
    except (KeyError, ValueError, TypeError) as error:
        raise NotAllowed(f"bounds that cannot be read: {error}") from error
    if not 0 < rate <= 1_000_000 or not 0 <= host_rate <= rate:
        raise NotAllowed(f"not a rate: {rate}, {host_rate}")
    return Bounds(allow, deny, rate, host_rate, ports)


def arp_request(source_mac: str, source: str, target: str) -> bytes:
    """An ARP request (RFC 826) as an Ethernet frame."""
    from scapy.layers.l2 import ARP, Ether

    packet = Ether(dst="ff:ff:ff:ff:ff:ff", src=source_mac) / ARP(
        op="who-has", hwsrc=source_mac, psrc=source, hwdst="00:00:00:00:00:00", pdst=target
    )
    return bytes(packet)


def arp_reply(frame: bytes) -> tuple[str, str] | None:
    """Address and MAC of an ARP reply, or None for anything else. Takes hostile bytes."""
    if len(frame) < 42 or frame[12:14] != b"\x08\x06" or frame[14:20] != b"\x00\x01\x08\x00\x06\x04":
        return None
    if frame[20:22] != b"\x00\x02" or frame[22] & 1:  # a reply, from a single station
        return None
    return str(ipaddress.IPv4Address(frame[28:32])), ":".join(f"{byte:02x}" for byte in frame[22:28])


def by_link(addresses: Iterable[str]) -> tuple[dict[tuple[str, str], list[str]], list[str]]:
    """(interface, our address there) → the addresses on that link; and those that are behind a router or are ourselves."""
    import scapy.route  # noqa: F401 - fills conf.route
    from scapy.config import conf

    links: dict[tuple[str, str], list[str]] = {}
    elsewhere = []
    for address in addresses:
        interface, ours, gateway = conf.route.route(address, verbose=0)
        if gateway != "0.0.0.0" or str(interface) == LOOPBACK or ours == address:  # noqa: S104 - scapy's word for "none"
            elsewhere.append(address)
        else:
            links.setdefault((str(interface), str(ours)), []).append(address)
    return links, elsewhere


def ask_link(interface: str, ours: str, addresses: list[str], wait: float, rate: float) -> dict[str, str]:
    """Ask all addresses on one link who they are; gives address → MAC. Raises OSError."""
    from scapy.arch import get_if_hwaddr

    wanted = set(addresses)
    answers: dict[str, str] = {}
    mac = get_if_hwaddr(interface)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP)) as raw:
        raw.bind((interface, ETH_P_ARP))
        raw.setblocking(False)
        due = time.monotonic()
        ends = 0.0
        waiting = list(reversed(addresses))
        while waiting or time.monotonic() < ends:
            now = time.monotonic()
            if waiting and now >= due:
                raw.send(arp_request(mac, ours, waiting.pop()))
                due = now + 1.0 / rate
                ends = now + wait
            pause = max(0.0, (due if waiting else ends) - time.monotonic())
            if select.select([raw], [], [], min(pause, 0.05))[0]:
                heard = arp_reply(raw.recv(LARGEST_FRAME))
                if heard is not None and heard[0] in wanted:
                    answers.setdefault(*heard)
            if len(answers) == len(wanted):
                break
    return answers


def arp(request: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """Do one request. Raises NotAllowed and OSError."""
    asked = request.get("arp")
    if not isinstance(asked, list) or len(asked) > MOST_ADDRESSES:
        raise NotAllowed("not a list of addresses, or too many")
    addresses = [str(bounds.check(str(address))) for address in asked]
    wait = min(max(float(request.get("wait", 1.0)), 0.0), LONGEST_WAIT)
    links, elsewhere = by_link(addresses)
    answers: dict[str, str] = {}
    for (interface, ours), there in sorted(links.items()):
        answers |= ask_link(interface, ours, there, wait, bounds.rate)
    silent = [address for there in links.values() for address in there if address not in answers]
    return {"answers": answers, "silent": sorted(silent), "elsewhere": sorted(elsewhere)}


def next_hops(addresses: Iterable[str], wait: float, rate: float) -> dict[tuple[str, str], dict[str, bytes]]:
    """(interface, our address there) → address → MAC of the station that takes its packets, itself or a router. Whoever is on
    loopback, or whose next station does not answer, is left out. Raises OSError."""
    import scapy.route  # noqa: F401 - fills conf.route
    from scapy.config import conf

    ways: dict[tuple[str, str], dict[str, str]] = {}
    for address in addresses:
        interface, ours, gateway = conf.route.route(address, verbose=0)
        if str(interface) != LOOPBACK and ours != address:
            hop = address if gateway == "0.0.0.0" else str(gateway)  # noqa: S104 - scapy's word for "none"
            ways.setdefault((str(interface), str(ours)), {})[address] = hop
    found = {}
    for link, hops in ways.items():
        macs = ask_link(*link, sorted(set(hops.values())), wait, rate)
        found[link] = {
            address: bytes.fromhex(macs[hop].replace(":", "")) for address, hop in hops.items() if hop in macs
        }
    return found


def syn(request: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """Do one SYN sweep. Raises NotAllowed and OSError."""
    from scanner.sweep.frames import SynFrames
    from scanner.sweep.raw import RawSyn, held_port
    from scanner.sweep.syn import sweep

    asked, ports = request.get("syn"), request.get("ports")
    if not isinstance(asked, list) or not isinstance(ports, list) or len(asked) * len(ports) > MOST_PROBES:
        raise NotAllowed("not lists of addresses and ports, or too many")
    addresses = [str(bounds.check(str(address))) for address in asked]
    numbers = [bounds.check_port(port) for port in ports]
    rate, host_rate = min(float(request.get("rate", bounds.rate)), bounds.rate), bounds.host_rate
    if rate <= 0 or host_rate <= 0:
        raise NotAllowed("no pace for SYN sweeps")
    wait = min(max(float(request.get("wait", 1.0)), 0.0), LONGEST_WAIT)
    tries = min(max(int(request.get("tries", 2)), 1), MOST_TRIES)
    if len(set(numbers)) < len(numbers):
        raise NotAllowed("a port is named twice")
    told: dict[str, Any] = {"states": {}, "sent": 0}
    for (interface, ours), hops in sorted(next_hops(addresses, wait, rate).items()):
        with held_port(ours) as holder:
            source = int(ipaddress.IPv4Address(ours))
            hosts = [int(ipaddress.IPv4Address(address)) for address in hops]
            frames = SynFrames(source, holder.getsockname()[1], hosts)
            with RawSyn(interface, frames, list(hops.values())) as wire:
                swept = sweep(wire, frames, numbers, rate=rate, host_rate=host_rate, wait=wait, tries=tries)
        told["sent"] += swept.sent
        for place, address in enumerate(hops):
            told["states"][address] = swept.states_of(place).translate(LETTERS).decode()
    told["unreached"] = [address for address in addresses if address not in told["states"]]
    return told


def answer(line: str, bounds: Bounds | None) -> tuple[dict[str, Any], Bounds | None]:
    """The answer to one line, and the bounds that hold from now on; they are set once."""
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise NotAllowed("not a JSON object")
        if bounds is None:
            return {"ready": True}, bounds_of(request)
        return (syn if "syn" in request else arp)(request, bounds), bounds
    except (NotAllowed, ValueError, TypeError) as error:
        return {"error": str(error)}, bounds
    except PermissionError:
        return {"error": "no permission for raw sockets"}, bounds
    except OSError as error:
        return {"error": f"raw socket: {error.strerror or error}"}, bounds


def main() -> int:
    """Serve stdin until it ends."""
    bounds: Bounds | None = None
    while line := sys.stdin.readline(LONGEST_LINE):
        said, bounds = answer(line, bounds)
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
