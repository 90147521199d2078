"""From sightings and the register to assets. Pure, independent of order, and the same when done twice.

Two addresses are one asset when they share a key that belongs to one device, and nothing says otherwise: another serial
number, another engine id, another MAC address (for keys that clones share), or register rows with different names. A key
that turns out to be shared by several assets identifies none of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from inventory.asset import Asset
from inventory.canonical import short_id
from inventory.endpoint import address_key
from inventory.identity import Sighting, rank
from inventory.register import Entry

MOST_ADDRESSES = 64  # of one device by one key; a key at more addresses is a clone, a router or a load balancer
# Of which kinds two different values mean two devices, for a merge by a key of this kind.
APART = {
    "serial": (),
    "engine": ("serial",),
    "hostkey": ("serial", "engine", "mac"),
    "mac": ("serial", "engine"),
}


@dataclass(slots=True)
class _Cluster:
    addresses: set[str] = field(default_factory=set)
    keys: dict[str, set[str]] = field(default_factory=dict)  # kind → keys
    named: set[str] = field(default_factory=set)  # names in the register; an unnamed row counts as its address

    def take(self, other: "_Cluster") -> None:
        self.addresses |= other.addresses
        self.named |= other.named
        for kind, values in other.keys.items():
            self.keys.setdefault(kind, set()).update(values)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address lies: its zone, and the class of an asset there that nobody classified."""

    zone: str = ""
    default_class: str = "unknown"


def merge(
    sightings: Iterable[Sighting], register: Iterable[Entry], place_of: Callable[[str], Place] = lambda _: Place()
) -> tuple[Asset, ...]:
    """The assets behind sightings and register rows, by id."""
    seen = _by_address(sightings)
    entries = {entry.address: entry for entry in register}
    clusters = {address: _cluster(address, seen.get(address), entries.get(address)) for address in {*seen, *entries}}
    holders: dict[str, set[str]] = {}
    for address, one in seen.items():
        for identity in one.keys:
            holders.setdefault(identity, set()).add(address)
    for identity in sorted(holders, key=rank):
        kind = identity.partition(":")[0]
        if kind in APART and 1 < len(holders[identity]) <= MOST_ADDRESSES:
            _join([clusters[address] for address in holders[identity]], kind, clusters)
    found = {id(cluster): cluster for cluster in clusters.values()}.values()
    owners: dict[str, int] = {}
    for cluster in found:
        for identity in _identities(cluster):
            owners[identity] = owners.get(identity, 0) + 1
    assets = [
        _asset(cluster, {name for name in _identities(cluster) if owners[name] == 1}, seen, entries, place_of)
        for cluster in found
    ]
    return tuple(sorted(assets, key=lambda asset: asset.id))


def _by_address(sightings: Iterable[Sighting]) -> dict[str, Sighting]:
    """All sightings of an address as one."""
    gathered: dict[str, list[Sighting]] = {}
    for one in sightings:
        gathered.setdefault(one.address, []).append(one)
    return {
        address: Sighting(
            address,
            frozenset().union(*(one.keys for one in these)),
            min((one.name for one in these if one.name), default=""),
            min((one.device_class for one in these if one.device_class), default=""),
        )
        for address, these in gathered.items()
    }


def _cluster(address: str, one: Sighting | None, entry: Entry | None) -> _Cluster:
    cluster = _Cluster({address}, {"address": {f"address:{address}"}})
    for identity in one.keys if one is not None else ():
        cluster.keys.setdefault(identity.partition(":")[0], set()).add(identity)
    if entry is not None:
        cluster.named = {entry.name or address}
        cluster.keys["declared"] = {f"declared:{address}"}
        if entry.mac:
            cluster.keys.setdefault("mac", set()).add(f"mac:{entry.mac}")
    return cluster


def _join(members: list[_Cluster], kind: str, clusters: dict[str, _Cluster]) -> None:
    """Make one cluster of all members, unless any two of them are apart."""
    different = list({id(cluster): cluster for cluster in members}.values())
    if len(different) < 2 or any(
        _apart(one, other, kind) for place, one in enumerate(different) for other in different[:place]
    ):
        return
    whole = _Cluster()
    for cluster in different:
        whole.take(cluster)
    for address in whole.addresses:
        clusters[address] = whole


def _apart(one: _Cluster, other: _Cluster, kind: str) -> bool:
    if one.named and other.named and one.named != other.named:
        return True
    return any(
        one.keys.get(name) and other.keys.get(name) and not one.keys[name] & other.keys[name] for name in APART[kind]
    )


def _identities(cluster: _Cluster) -> set[str]:
    return {identity for values in cluster.keys.values() for identity in values}


def _asset(
    cluster: _Cluster,
    identities: set[str],
    seen: Mapping[str, Sighting],
    entries: Mapping[str, Entry],
    place_of: Callable[[str], Place],
) -> Asset:
    addresses = tuple(sorted(cluster.addresses, key=address_key))
    keys = tuple(sorted(identities, key=rank))
    rows = [entries[address] for address in addresses if address in entries]
    sights = [seen[address] for address in addresses if address in seen]
    entry = rows[0] if rows else None
    place = place_of(addresses[0])
    shown = min((one.device_class for one in sights if one.device_class), default="")
    return Asset(
        id=short_id("asset", keys[0]),
        keys=keys,
        addresses=addresses,
        zone=place.zone or (entry.zone if entry is not None else ""),
        name=_first(rows, "name") or min((one.name for one in sights if one.name), default=""),
        department=_first(rows, "department"),
        city=_first(rows, "city"),
        district=_first(rows, "district"),
        system=_first(rows, "system"),
        importance=next((row.importance for row in rows if row.importance is not None), None),
        protection_level=max((row.protection_level for row in rows if row.protection_level), default=None),
        device_class=_first(rows, "device_class") or shown or place.default_class,
        registered=entry is not None,
        contact=_first(rows, "contact"),
        aliases=tuple(short_id("asset", identity) for identity in keys[1:]),
    )


def _first(rows: Iterable[Entry], column: str) -> str:
    """The first declared value of a column, in the order of addresses."""
    return next((str(value) for row in rows if (value := getattr(row, column))), "")
