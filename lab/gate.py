"""The kernel gate of the agent's namespace, and the counters on the far side of its links.

The gate is an nftables netdev egress chain on every interface, made from the permit alone: raw frames pass it too. What the
permit does not name, what it excludes, IPv6 and everything else that is not IPv4 or ARP is dropped and counted. The counters
sit on the other end of the links, in the city's namespace, where the agent cannot reach them.
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from lab import network
from lab.place import LabError, run

BURST_SECONDS = 1
ARP_PER_SECOND = 2000


def read_permit(path: Path) -> dict[str, Any]:
    """A permit's plain values. Raises LabError for a file that is no permit."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise LabError(f"{path}: {str(error).splitlines()[0]}") from None
    if not isinstance(document, dict) or not isinstance(document.get("networks"), list):
        raise LabError(f"{path}: networks: is missing")
    return document


def rules(permit: Mapping[str, Any], devices: Iterable[str]) -> str:
    """The gate as an nftables script."""
    allowed = [ipaddress.IPv4Network(str(each)) for each in permit["networks"]]
    excluded = [ipaddress.IPv4Network(str(each)) for each in permit.get("exclusions") or []]
    rate = int((permit.get("pace") or {}).get("total_packets", 1000))
    lines = [
        "table netdev gate {",
        _set("permitted", allowed),
        _set("excluded", excluded),
        "  counter passed {}",
        "  counter dropped_excluded {}",
        "  counter dropped_outside {}",
        "  counter dropped_pace {}",
        f"  limit total {{ rate {rate}/second burst {rate * BURST_SECONDS} packets; }}",
    ]
    for device in devices:
        lines += [
            f'  chain out_{device.replace("-", "_")} {{ type filter hook egress device "{device}" priority 0; policy drop;',
            "    ether type arp arp daddr ip @excluded counter name dropped_excluded drop",
            "    ether type arp arp daddr ip != @permitted counter name dropped_outside drop",
            f"    ether type arp limit rate {ARP_PER_SECOND}/second burst {ARP_PER_SECOND} packets accept",
            "    ether type arp counter name dropped_pace drop",
            "    ip daddr @excluded counter name dropped_excluded drop",
            "    ether type ip ip daddr != @permitted counter name dropped_outside drop",
            "    ether type != ip counter name dropped_outside drop",
            "    limit name total counter name passed accept",
            "    counter name dropped_pace drop",
            "  }",
        ]
    return "\n".join([*lines, "}"]) + "\n"


def _set(name: str, networks: list[ipaddress.IPv4Network]) -> str:
    elements = f" elements = {{ {', '.join(str(each) for each in networks)} }};" if networks else ""
    return f"  set {name} {{ type ipv4_addr; flags interval;{elements} }}"


def far_side(peers: Iterable[str]) -> str:
    """Counters for every link's other end: packets for each destination, new conversations for each port, and the rest."""
    chains = "\n".join(
        f'  chain in_{peer.replace("-", "_")} {{ type filter hook ingress device "{peer}" priority -500;\n'
        "    ether type ip update @addresses { ip daddr counter }\n"
        "    tcp flags & (syn | ack) == syn update @conversations { ip daddr . meta l4proto . th dport counter }\n"
        "    meta l4proto udp update @conversations { ip daddr . meta l4proto . th dport counter }\n"
        "    ether type arp update @asked { arp daddr ip counter }\n"
        "    ether type != { ip, arp } counter name other\n  }"
        for peer in peers
    )
    return (
        "table netdev seen {\n  counter other {}\n"
        "  set addresses { type ipv4_addr; flags dynamic; size 65535; }\n"
        "  set asked { type ipv4_addr; flags dynamic; size 65535; }\n"
        "  set conversations { type ipv4_addr . inet_proto . inet_service; flags dynamic; size 262144; }\n"
        f"{chains}\n}}\n"
    )


def counters(vantage: str, agent_namespace: str) -> dict[str, Any]:
    """What came out of the agent's links (`packets`, `arp`, `conversations`, `other`) and what the gate did (`gate`)."""
    there = _listing(network.city_namespace(), f"seen_{vantage}")
    gate = _listing(agent_namespace, "gate")
    return {
        "packets": _elements(there, "addresses"),
        "arp": _elements(there, "asked"),
        "conversations": _elements(there, "conversations"),
        "other": _counter(there, "other"),
        "gate": {
            name: _counter(gate, name) for name in ("passed", "dropped_excluded", "dropped_outside", "dropped_pace")
        },
    }


def _listing(namespace: str, table: str) -> list[dict[str, Any]]:
    told = run("ip", "netns", "exec", namespace, "nft", "-j", "list", "table", "netdev", table)
    found: list[dict[str, Any]] = json.loads(told)["nftables"]
    return found


def _elements(listing: list[dict[str, Any]], name: str) -> dict[str, int]:
    """A set's elements with their counts; the parts of a joined key are written with slashes."""
    found = {}
    for entry in listing:
        if entry.get("set", {}).get("name") == name:
            for element in entry["set"].get("elem", []):
                value = element["elem"]["val"]
                parts = value["concat"] if isinstance(value, dict) else [value]
                found["/".join(str(part) for part in parts)] = element["elem"]["counter"]["packets"]
    return dict(sorted(found.items()))


def _counter(listing: list[dict[str, Any]], name: str) -> int:
    return int(next(each["counter"]["packets"] for each in listing if each.get("counter", {}).get("name") == name))
