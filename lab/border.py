"""The second vantage: beyond the border between zones the kernel lets through what city.yaml says, and nothing else.

`across` of a zone are the ports of its hosts that other zones may reach, `across` of a host more of them (a hole in the
border). The filter sits in the city's namespace on the far end of the vantage's links, so the agent cannot touch it.
"""

from collections.abc import Iterable
from dataclasses import replace

from lab import network
from lab.city import City, Host, Service, Zone
from lab.place import run

VANTAGE = "border"


def reachable(city: City, host: Host, service: Service) -> bool:
    """Whether a service of a host can be reached from beyond the border."""
    return f"{service.transport}/{service.port}" in (*city.zone(host.zone).across, *host.across)


def seen_from(city: City, vantage: str) -> tuple[Host, ...]:
    """The hosts with the services that can be reached from a vantage; all of them from any but the border."""
    if vantage != VANTAGE:
        return city.hosts
    return tuple(
        replace(host, services=tuple(each for each in host.services if reachable(city, host, each)))
        for host in city.hosts
    )


def rules(city: City, links: Iterable[tuple[Zone, str]]) -> str:
    """The filter as an nftables script; `links` are the zones with the device that leads into each."""
    chains = []
    for zone, device in links:
        lines = [f"    {_match(port)} accept" for port in zone.across]
        for host in city.hosts:
            if host.zone == zone.name and host.across:
                places = ", ".join(host.addresses())
                lines += [f"    ip daddr {{ {places} }} {_match(port)} accept" for port in host.across]
        body = "\n".join(["    ether type arp accept", *lines, "    counter name dropped drop"])
        chains.append(
            f'  chain in_{device.replace("-", "_")} {{ type filter hook ingress device "{device}" priority 0;\n{body}\n  }}'
        )
    return "\n".join(["table netdev border {", "  counter dropped {}", *chains, "}"]) + "\n"


def _match(port: str) -> str:
    transport, _, number = port.partition("/")
    return f"{transport} dport {number}"


def load(city: City, links: Iterable[tuple[Zone, str]]) -> None:
    """Put the filter in place, instead of the one that stood there."""
    words = ("ip", "netns", "exec", network.city_namespace(), "nft", "-f", "-")
    run(*words, stdin="table netdev border {}\ndelete table netdev border\n" + rules(city, links))
