"""The SYN sweep as a request: frames, next stations, and one socket a link."""

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import Any

from scanner.privileged.bounds import Bounds, NotAllowed
from scanner.privileged.neighbours import next_stations
from scanner.sweep.frames import SynFrames
from scanner.sweep.raw import RawSyn, held_port
from scanner.sweep.syn import sweep

MOST_PROBES = 1_000_000  # addresses times ports in one request
MOST_TRIES = 3
LETTERS = bytes.maketrans(b"\0\1\2", b"-oc")  # the states of a SYN sweep


def syn(request: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """`{"syn": [addresses], "ports": [ports], "rate": …, "wait": seconds, "tries": rounds}` → `{"states": {address: a letter a port,
    in order: o open, c closed, - silent}, "unreached": [no way there], "sent": packets}`. Raises NotAllowed and OSError."""
    ports = request.get("ports")
    addresses = [address for address in bounds.addresses(request.get("syn")) if isinstance(address, IPv4Address)]
    if not isinstance(ports, list) or len(addresses) * len(ports) > MOST_PROBES:
        raise NotAllowed("not a list of ports, or too many")
    numbers = [bounds.check_port(port) for port in ports]
    if len(set(numbers)) < len(numbers):
        raise NotAllowed("a port is named twice")
    rate, host_rate, wait = bounds.pace(request), bounds.host_rate, bounds.wait(request)
    if host_rate <= 0:
        raise NotAllowed("no pace for SYN sweeps")
    tries = min(max(int(request.get("tries", 2)), 1), MOST_TRIES)
    told: dict[str, Any] = {"states": {}, "sent": 0}
    for link, stations in sorted(next_stations(addresses, wait, rate).items(), key=lambda item: item[0].interface):
        with held_port(link.ours) as holder:
            hosts = [int(IPv4Address(address)) for address in stations]
            frames = SynFrames(int(IPv4Address(link.ours)), holder.getsockname()[1], hosts)
            with RawSyn(link.interface, frames, list(stations.values())) as wire:
                swept = sweep(wire, numbers, rate=rate, host_rate=host_rate, wait=wait, tries=tries)
        told["sent"] += swept.sent
        for place, address in enumerate(stations):
            told["states"][address] = swept.states_of(place).translate(LETTERS).decode()
    told["unreached"] = [str(address) for address in addresses if str(address) not in told["states"]]
    return told
