"""Whom to look at: registered addresses within the permit, then every other address of its networks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from inventory.asset import FRAGILE_CLASSES
from inventory.endpoint import address_key
from inventory.maker_class import class_of_mac
from inventory.register import Entry
from scanner.host_run import Known
from scanner.permit import Permit, in_scope

LARGEST_NETWORK = 1 << 16  # addresses of a network that are tried one by one; of larger ones only registered hosts are


def known_host(permit: Permit, address: str, entry: Entry | None) -> Known:
    """What is known of a host before it is asked. Where fragile devices stand, a host that nobody classified is asked as the
    most fragile of them: its own few questions, and none that are meant for servers."""
    zone = in_scope(permit, address)
    declared = entry.device_class if entry is not None and entry.device_class else None
    fallback = zone.default_class if zone is not None else "unknown"
    if fallback == "unknown" and zone is not None and zone.most_fragile in FRAGILE_CLASSES:
        fallback = zone.most_fragile
    return Known(address, declared or fallback, declared, entry is not None)


def made_by(known: Known, mac: str) -> Known:
    """A host that nobody classified, on a link of ours: the maker of its interface picks what it is asked. How it is treated
    stays that of an unknown host."""
    shown = class_of_mac(mac) if mac and known.declared is None else ""
    return replace(known, device_class=shown) if shown and known.device_class not in FRAGILE_CLASSES else known


def registered_hosts(permit: Permit, register: Iterable[Entry]) -> list[Known]:
    """Registered addresses that lie in the permit's zones, excluded ones too: their questions are forbidden, not gone."""
    found = [
        known_host(permit, entry.address, entry) for entry in register if in_scope(permit, entry.address) is not None
    ]
    return sorted(found, key=lambda known: address_key(known.address))


def other_hosts(permit: Permit, register: Mapping[str, Entry]) -> Iterator[Known]:
    """Every other address that the permit allows, zone by zone, in numeric order."""
    for zone in permit.zones:
        if zone.highest(None) < 1:
            continue
        for network in zone.networks:
            if network.num_addresses > LARGEST_NETWORK:
                continue
            for where in network.hosts():
                address = str(where)
                if address not in register and permit.zone_of(where) is not None:
                    yield known_host(permit, address, None)


def too_large(permit: Permit) -> list[str]:
    """Networks of which only registered hosts are looked at."""
    return [
        str(network) for zone in permit.zones for network in zone.networks if network.num_addresses > LARGEST_NETWORK
    ]
