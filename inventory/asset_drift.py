"""Drift of devices: which came, left, moved or changed their keys between two scans. Pure.

A device is known again by its identity keys, wherever it stands; so a new address is told from a new device, and a changed host
key from a changed address. Silence is no absence: a device is gone when it was not seen for several scans running.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inventory.asset import Asset, Component
from inventory.identity import KINDS, rank

PATIENCE = 2  # scans running without a sign, after which a device counts as gone
# Kinds of keys by which a device is known again, strongest first, and those of them that a device keeps for life.
KNOWN_BY = tuple(kind for kind in KINDS if kind not in ("declared", "address"))
FOR_LIFE = ("serial", "engine", "mac")


@dataclass(frozen=True, order=True, slots=True)
class Change:
    """One difference. `where` is an address or endpoint; values are text. `kind`:

    asset-new, asset-unseen (silent, but not long enough), asset-gone, asset-moved (the same device at other addresses),
    asset-replaced (another device at the same address), key (`what` says which: hostkey, certificate, mac …), zone, class,
    port, product, version (`what` is the layer), outcome, fact.
    """

    kind: str
    where: str
    what: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan knows: its assets, the addresses that gave a sign of life, the components by asset."""

    assets: Sequence[Asset]
    alive: frozenset[str]
    components: Mapping[str, Sequence[Component]]

    def lives(self, asset: Asset) -> bool:
        """Did any of its addresses give a sign?"""
        return not self.alive.isdisjoint(asset.addresses)


@dataclass(frozen=True, slots=True)
class Pair:
    """A device as it was and as it is. `same` is False where another device took its address."""

    before: Asset
    after: Asset
    same: bool

    @property
    def moved(self) -> bool:
        """Do the two share no address?"""
        return set(self.before.addresses).isdisjoint(self.after.addresses)


def pairs(before: Seen, after: Seen) -> list[Pair]:
    """Devices of the earlier scan that are seen in the later one: by their strongest common key, else by an address."""
    by_key = {key: asset for asset in after.assets for key in asset.keys if after.lives(asset)}
    by_address = {address: asset for asset in after.assets for address in asset.addresses if address in after.alive}
    found = []
    for old in before.assets:
        if not before.lives(old):
            continue
        known = [key for key in sorted(old.keys, key=rank) if key.partition(":")[0] in KNOWN_BY]
        again = next((by_key[key] for key in known if key in by_key), None)
        if again is not None:
            found.append(Pair(old, again, same=True))
            continue
        there = next((by_address[address] for address in old.addresses if address in by_address), None)
        if there is not None:
            found.append(Pair(old, there, same=not any(_differ(old, there, kind) for kind in FOR_LIFE)))
    return found


def device_changes(
    before: Seen, after: Seen, silent_for: Callable[[Asset], int], patience: int = PATIENCE
) -> Iterator[Change]:
    """Every change of devices, in no order. `silent_for`: in how many scans up to the later one a device gave no sign."""
    known = pairs(before, after)
    for pair in known:
        yield from _of_a_pair(pair, before, after)
    paired = {pair.before.id for pair in known}
    for old in before.assets:
        if before.lives(old) and old.id not in paired:
            yield _absent(old, silent_for(old), patience)
    known_again = {pair.after.id for pair in known if pair.same} | {pair.after.id for pair in known if not pair.moved}
    registered = {address for asset in before.assets if not before.lives(asset) for address in asset.addresses}
    for new in after.assets:
        if after.lives(new) and new.id not in known_again and registered.isdisjoint(new.addresses):
            yield Change("asset-new", new.addresses[0], "", "", new.name)


def _absent(old: Asset, scans: int, patience: int) -> Change:
    kind = "asset-gone" if scans >= patience else "asset-unseen"
    return Change(kind, old.addresses[0], "", old.name, f"not seen for {scans} of {patience} scans")


def _of_a_pair(pair: Pair, before: Seen, after: Seen) -> Iterator[Change]:
    old, new = pair.before, pair.after
    where = new.addresses[0]
    if not pair.same:
        differing = [kind for kind in FOR_LIFE if _differ(old, new, kind)]
        yield Change("asset-replaced", where, ",".join(differing), _named(old, differing), _named(new, differing))
        return
    if old.addresses != new.addresses:
        yield Change("asset-moved", where, "", ", ".join(old.addresses), ", ".join(new.addresses))
    for kind in KNOWN_BY:
        if _differ(old, new, kind):
            yield Change("key", where, kind, _named(old, [kind]), _named(new, [kind]))
    for kind, one, other in (("zone", old.zone, new.zone), ("class", old.device_class, new.device_class)):
        if one != other:
            yield Change(kind, where, "", one, other)
    yield from _products(where, before.components.get(old.id, ()), after.components.get(new.id, ()))


def _differ(one: Asset, other: Asset, kind: str) -> bool:
    """Do both have keys of a kind, and none in common?"""
    keys, others = _keys(one, kind), _keys(other, kind)
    return bool(keys and others) and keys.isdisjoint(others)


def _keys(asset: Asset, kind: str) -> set[str]:
    return {key for key in asset.keys if key.partition(":")[0] == kind}


def _named(asset: Asset, kinds: Sequence[str]) -> str:
    return ", ".join(sorted(key.partition(":")[2] for kind in kinds for key in _keys(asset, kind)))


def _products(where: str, before: Sequence[Component], after: Sequence[Component]) -> Iterator[Change]:
    """New and changed products by layer. A layer that shows nothing now is a silence, and its product is not said to be gone."""
    layers = {part.layer for part in after}
    for layer in sorted(layers):
        old = {_name(part): part for part in before if part.layer == layer}
        new = {_name(part): part for part in after if part.layer == layer}
        if old.keys() != new.keys():
            yield Change("product", where, layer, ", ".join(sorted(old)), ", ".join(sorted(new)))
        for name in sorted(old.keys() & new.keys()):
            one, other = old[name].version, new[name].version
            if one and other and one != other:
                yield Change("version", where, f"{layer}: {name}", one, other)


def _name(part: Component) -> str:
    return " ".join(filter(None, (part.vendor, part.product))) or "unknown"
