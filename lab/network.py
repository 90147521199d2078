"""The city's networks: one network namespace without a way out holds a bridge for each zone; hosts hang on by veth pairs.

Namespace names begin with `cj-`. The city's own is `cj-<mark>`, a host's `cj-<mark>-<number>`; nothing is ever attached to
the machine's own network, so no packet can leave, whatever a program in the lab does.
"""

import ipaddress
from pathlib import Path

from lab import place
from lab.city import City, Host
from lab.place import run

VANTAGE_RANGE = "10.45.252.0/22"  # where agents and the watch stand: on every link, in no zone
WATCH = "10.45.255.1"
VANTAGES = {"office": "10.45.254.1", "border": "10.45.253.1"}
NEIGHBOURS = Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3")
NEIGHBOURS_WANTED = 16_384
NEIGHBOURS_BEFORE = Path("/run/chengjian-lab-neighbours")  # one for all checkouts of this machine, gone with a reboot
NAMESPACES = Path("/run/netns")


def city_namespace() -> str:
    return f"cj-{place.mark()}"


def host_namespace(host: Host) -> str:
    return f"{city_namespace()}-{_number(host.address)}"


def _number(address: str) -> str:
    """An address as a short word: the last two bytes in hexadecimal."""
    return ipaddress.IPv4Address(address).packed[2:].hex()


def own_mac(address: str) -> str:
    """A locally administered MAC made from an address: the same thing has the same MAC every time."""
    return "02:45" + "".join(f":{each:02x}" for each in ipaddress.IPv4Address(address).packed)


def bridge(zone: str) -> str:
    """An interface's name has at most 15 characters."""
    return f"br-{zone}"[:15]


def own_namespaces() -> list[str]:
    """The namespaces of this checkout that exist."""
    if not NAMESPACES.is_dir():
        return []
    prefix = city_namespace()
    return sorted(
        each.name for each in NAMESPACES.iterdir() if each.name == prefix or each.name.startswith(prefix + "-")
    )


def make(city: City) -> None:
    """The city's namespace and a bridge for each zone (those that are missing).

    The bridges have no address within the zones, so that nothing but hosts answers there.
    """
    name = city_namespace()
    if name not in own_namespaces():
        run("ip", "netns", "add", name)
        quieten(name)
    there = run("ip", "-n", name, "-o", "link", "show", "type", "bridge")
    batch = ["link set lo up"]
    for zone in city.zones:
        if f" {bridge(zone.name)}:" not in there:
            batch.append(f"link add {bridge(zone.name)} address {own_mac(WATCH)} type bridge")
            batch.append(f"addr add {WATCH}/32 dev {bridge(zone.name)}")
            batch.append(f"link set {bridge(zone.name)} up")
            batch.append(f"route add {zone.network} dev {bridge(zone.name)} src {WATCH}")
    run("ip", "-n", name, "-batch", "-", stdin="\n".join(batch) + "\n")


def raise_neighbour_limit() -> None:
    """Let the kernel remember more neighbours: its table is one for all namespaces, and a sweep of empty addresses fills the
    usual 1,024 entries, after which hosts that are there look silent. What it was is noted; nothing that is higher is lowered."""
    now = int(NEIGHBOURS.read_text(encoding="ascii"))
    if now < NEIGHBOURS_WANTED:
        NEIGHBOURS_BEFORE.write_text(str(now), encoding="ascii")
        NEIGHBOURS.write_text(str(NEIGHBOURS_WANTED), encoding="ascii")


def restore_neighbour_limit() -> None:
    """Back to what it was, unless the city of another checkout is up, which then does so when it goes down, or somebody has
    set it anew since."""
    if not NEIGHBOURS_BEFORE.is_file() or own_namespaces() or other_cities():
        return
    if int(NEIGHBOURS.read_text(encoding="ascii")) == NEIGHBOURS_WANTED:
        NEIGHBOURS.write_text(NEIGHBOURS_BEFORE.read_text(encoding="ascii"), encoding="ascii")
    NEIGHBOURS_BEFORE.unlink(missing_ok=True)


def other_cities() -> list[str]:
    """Namespaces of other checkouts' cities on this machine."""
    there = NAMESPACES.iterdir() if NAMESPACES.is_dir() else iter(())
    return sorted({each.name for each in there if each.name.startswith("cj-")} - set(own_namespaces()))


def attach(host: Host, prefix: int) -> str:
    """A namespace for a host, linked to its zone's bridge with its addresses; gives the namespace's path."""
    name, number = host_namespace(host), _number(host.address)
    if name not in own_namespaces():
        run("ip", "netns", "add", name)
        quieten(name)
    link = f"link add h{number} type veth peer name eth0 address {host.mac or own_mac(host.address)} netns {name}"
    up = f"{link}\nlink set h{number} master {bridge(host.zone)} up\n"
    run("ip", "-n", city_namespace(), "-batch", "-", stdin=up)
    inside = [
        "link set lo up",
        *(f"addr add {each}/{prefix} dev eth0" for each in host.addresses()),
        "link set eth0 up",
        f"route add {VANTAGE_RANGE} dev eth0",
        *(f"neigh add {each} lladdr {own_mac(each)} dev eth0 nud permanent" for each in (WATCH, *VANTAGES.values())),
    ]
    run("ip", "-n", name, "-batch", "-", stdin="\n".join(inside) + "\n")
    if host.behaviour or host.blocked:
        run("ip", "netns", "exec", name, "nft", "-f", "-", stdin=behaviour_rules(host))
    return str(NAMESPACES / name)


def behaviour_rules(host: Host) -> str:
    """What the kernel of a trouble host does: drop everything (ARP still answers) or some ports, or send all to one."""
    if host.blocked:
        ports = ", ".join(str(port) for port in host.blocked)
        rule = f"meta l4proto {{ tcp, udp }} th dport {{ {ports} }} drop"
        return f"table inet lab {{ chain in {{ type filter hook input priority 0; {rule}; }}\n}}\n"
    if host.behaviour == "silent":
        return "table inet lab { chain in { type filter hook input priority 0; iif lo accept; drop; }\n}\n"
    port = host.services[0].port
    return (
        "table ip lab { chain in { type nat hook prerouting priority -100;\n"
        f"    ip protocol tcp redirect to :{port}\n}}\n}}\n"
    )


def detach(host: Host) -> None:
    """Remove a host's namespace; its link goes with it."""
    if host_namespace(host) in own_namespaces():
        run("ip", "-n", city_namespace(), "link", "del", f"h{_number(host.address)}", check=False)
        run("ip", "netns", "del", host_namespace(host))


def remove_all() -> None:
    """Remove every namespace of this checkout, and with them bridges, links and rules."""
    for name in reversed(own_namespaces()):
        run("ip", "netns", "del", name, check=False)


def quieten(name: str) -> None:
    """No IPv6 in the lab: nothing there uses it, and neighbour discovery would be traffic that nobody asked for."""
    words = ("net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1", "net.ipv4.ip_forward=0")
    run("ip", "netns", "exec", name, "sysctl", "-q", "-w", *words, check=False)
