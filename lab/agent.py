"""Where the agent runs: a network namespace of its own with one link to each zone that the permit names, behind the gate.

It has no route but to the linked zones, its own address lies in none of them, and the kernel gate drops what the permit does
not allow. A command started here loses the capabilities that could change the network or leave the namespace.
"""

import ipaddress
import os
from pathlib import Path
from typing import Any

from lab import border, gate, network, papers, place
from lab.city import City, Zone
from lab.network import VANTAGES
from lab.place import LabError, run

LOST = "-net_admin,-sys_admin,-sys_module,-sys_ptrace,-sys_boot,-mac_admin"


def namespace(vantage: str) -> str:
    return f"{network.city_namespace()}-agent-{vantage}"


def device(zone: Zone) -> str:
    return f"z-{zone.name}"[:15]


def peer(vantage: str, zone: Zone) -> str:
    return f"{vantage[0]}-{zone.name}"[:15]


def prepare(city: City, vantage: str, permit: dict[str, Any]) -> None:
    """Make the namespace (when missing) and load the gate, unless this very gate stands: its counters go on. Raises LabError when the city is not up."""
    if network.city_namespace() not in network.own_namespaces():
        raise LabError("the city is not up: python -m lab up")
    bridges = run("ip", "-n", network.city_namespace(), "-o", "link", "show", "type", "bridge")
    zones = [zone for zone in named_zones(city, permit) if f" {network.bridge(zone.name)}:" in bridges]
    if not zones:
        raise LabError("the permit names no zone of the city that is up")
    name = namespace(vantage)
    devices = [device(zone) for zone in zones]
    if name in network.own_namespaces() and sorted(_devices(name)) != sorted(devices):
        _unmake(name)
    if name not in network.own_namespaces():
        _make(name, vantage, zones)
    if vantage == border.VANTAGE:
        border.load(city, [(zone, peer(vantage, zone)) for zone in zones])
    script = gate.rules(permit, devices)
    loaded = place.out() / f"gate-{vantage}.nft"
    if not (loaded.is_file() and loaded.read_text(encoding="utf-8") == script and _has_gate(name)):
        again = "table netdev gate {}\ndelete table netdev gate\n"
        run("ip", "netns", "exec", name, "nft", "-f", "-", stdin=again + script)
        loaded.write_text(script, encoding="utf-8")


def named_zones(city: City, permit: dict[str, Any]) -> list[Zone]:
    """The zones that a permitted network touches."""
    networks = [ipaddress.IPv4Network(str(each)) for each in permit["networks"]]
    return [zone for zone in city.zones if any(zone.network.overlaps(each) for each in networks)]


def _has_gate(name: str) -> bool:
    return "table netdev gate" in run("ip", "netns", "exec", name, "nft", "list", "tables")


def present_zones(city: City, vantage: str) -> list[Zone]:
    """The zones that an agent's namespace is linked to. Raises LabError when it does not exist."""
    if namespace(vantage) not in network.own_namespaces():
        raise LabError(f"no agent has run from {vantage}: python -m lab run --from {vantage} -- COMMAND")
    devices = _devices(namespace(vantage))
    return [zone for zone in city.zones if device(zone) in devices]


def _devices(name: str) -> list[str]:
    told = run("ip", "-n", name, "-o", "link", "show", "type", "veth")
    return [line.split(": ")[1].split("@")[0] for line in told.splitlines()]


def _unmake(name: str) -> None:
    """The links first: a pair goes at once, while a namespace takes its ends with it when the kernel finds the time."""
    run("ip", "-n", name, "-batch", "-", stdin="".join(f"link del {each}\n" for each in _devices(name)))
    run("ip", "netns", "del", name)


def _make(name: str, vantage: str, zones: list[Zone]) -> None:
    run("ip", "netns", "add", name)
    network.quieten(name)
    there, here = [], ["link set lo up"]
    for zone in zones:
        mac = network.own_mac(VANTAGES[vantage])
        there.append(f"link add {peer(vantage, zone)} type veth peer name {device(zone)} address {mac} netns {name}")
        there.append(f"link set {peer(vantage, zone)} master {network.bridge(zone.name)} up")
        here += [f"addr add {VANTAGES[vantage]}/32 dev {device(zone)}", f"link set {device(zone)} up"]
        here.append(f"route add {zone.network} dev {device(zone)} src {VANTAGES[vantage]}")
    run("ip", "-n", network.city_namespace(), "-batch", "-", stdin="\n".join(there) + "\n")
    run("ip", "-n", name, "-batch", "-", stdin="\n".join(here) + "\n")
    reset(vantage, zones)


def reset(vantage: str, zones: list[Zone]) -> None:
    """Start the far side's counters at zero."""
    table = f"seen_{vantage}"
    script = gate.far_side([peer(vantage, zone) for zone in zones]).replace("netdev seen", f"netdev {table}")
    words = ("ip", "netns", "exec", network.city_namespace(), "nft", "-f", "-")
    run(*words, stdin=f"table netdev {table} {{}}\ndelete table netdev {table}\n{script}")


def command(vantage: str, words: list[str]) -> list[str]:
    """The words that run a command in the agent's namespace, without the capabilities to change it."""
    return [
        "nsenter",
        f"--net={network.NAMESPACES / namespace(vantage)}",
        "setpriv",
        f"--bounding-set={LOST}",
        f"--inh-caps={LOST}",
        *words,
    ]


def execute(city: City, vantage: str, permit_file: Path | None, words: list[str]) -> None:
    """Replace this process by the command in the agent's namespace. Raises LabError when the lab cannot run it."""
    permit = gate.read_permit(permit_file) if permit_file else papers.permit(city, vantage=vantage)
    prepare(city, vantage, permit)
    os.environ["PATH"] = place.search_path()
    os.environ["CHENGJIAN_LAB_VANTAGE"] = vantage
    os.execvp("nsenter", command(vantage, words))
