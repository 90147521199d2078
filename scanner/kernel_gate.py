"""The second gate, in the kernel: an nftables script made from a permit, for an agent with a network namespace of its own.

It sits on the egress hook of each device, because raw frames pass by the usual output hook. What the permit does not name, or
excludes, is dropped whatever sent it; so is everything above the permit's total pace. Only well-known words and parsed
numbers come into the script.
"""

import re
from collections.abc import Iterable

from inventory.errors import InputError
from scanner.permit import Network, Permit

NEIGHBOUR_RATE = 1000  # ARP requests and neighbour solicitations a second, apart from the permit's pace
DEVICE = re.compile(r"[A-Za-z0-9_.-]{1,15}")


def script(permit: Permit, devices: Iterable[str]) -> str:
    """The script for `nft -f`. Raises InputError for a word that cannot be a network device."""
    allowed = [network for zone in permit.zones for network in zone.networks]
    rate = permit.pace.total_packets
    lines = [
        f"# kernel gate of permit {permit.id}",
        "table netdev chengjian_gate",
        "delete table netdev chengjian_gate",
        "table netdev chengjian_gate {",
        *(_set(f"permitted{version}", version, allowed) for version in (4, 6)),
        *(_set(f"excluded{version}", version, permit.exclusions) for version in (4, 6)),
        f"  limit pace {{ rate {rate}/second burst {rate} packets; }}",
        *(f"  counter {name} {{ }}" for name in ("passed", "refused", "too_fast")),
    ]
    for number, device in enumerate(devices):
        if DEVICE.fullmatch(device) is None:
            raise InputError(f"{device!r} is not a network device", "--device")
        lines += _chain(number, device, permit.denied_ports)
    return "\n".join([*lines, "}", ""])


def _set(name: str, version: int, networks: Iterable[Network]) -> str:
    own = ", ".join(str(network) for network in networks if network.version == version)
    elements = f" elements = {{ {own} }};" if own else ""
    return f"  set {name} {{ type ipv{version}_addr; flags interval; auto-merge;{elements} }}"


def _chain(number: int, device: str, denied: Iterable[int]) -> list[str]:
    ports = ", ".join(str(port) for port in sorted(denied))
    neighbours = f"limit rate {NEIGHBOUR_RATE}/second burst {NEIGHBOUR_RATE} packets accept"
    return [
        f"  chain out{number} {{",
        f'    type filter hook egress device "{device}" priority 0; policy drop;',
        "    ether type arp arp daddr ip @excluded4 counter name refused drop",
        f"    ether type arp arp daddr ip @permitted4 {neighbours}",
        f"    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} {neighbours}",
        "    ip daddr @excluded4 counter name refused drop",
        "    ip6 daddr @excluded6 counter name refused drop",
        *([f"    th dport {{ {ports} }} meta l4proto {{ tcp, udp }} counter name refused drop"] if ports else []),
        "    ip daddr @permitted4 limit name pace counter name passed accept",
        "    ip6 daddr @permitted6 limit name pace counter name passed accept",
        "    ip daddr @permitted4 counter name too_fast drop",
        "    ip6 daddr @permitted6 counter name too_fast drop",
        "    counter name refused drop",
        "  }",
    ]
