"""Why addresses are one asset, and why others that share a key with them are not. Pure; `inventory show --why` prints it."""

from collections.abc import Iterable, Iterator, Mapping

from inventory.asset import Asset
from inventory.endpoint import address_key
from inventory.identity import Sighting, rank
from inventory.merge import APART, MOST_ADDRESSES
from inventory.register import Entry


def reasons(
    asset: Asset, assets: Iterable[Asset], sightings: Iterable[Sighting], register: Iterable[Entry]
) -> Iterator[str]:
    """One line for each key that joins addresses of the asset, or that it shares with another asset and was not merged by."""
    shown: dict[str, set[str]] = {}
    holders: dict[str, set[str]] = {}
    for one in sightings:
        shown.setdefault(one.address, set()).update(one.keys)
        for key in one.keys:
            holders.setdefault(key, set()).add(one.address)
    owner = {address: other for other in assets for address in other.addresses}
    named = {entry.address: entry.name or entry.address for entry in register}
    own = set(asset.addresses)
    for key in sorted(holders, key=rank):
        inside, outside = holders[key] & own, holders[key] - own
        if len(inside) > 1:
            yield f"{_listed(inside)}: one asset by {key}"
        if inside and outside:
            others = {owner[address].id: owner[address] for address in outside if address in owner}
            for other in sorted(others.values(), key=lambda each: address_key(each.addresses[0])):
                yield f"not merged with {_listed(other.addresses)} by {key}: {_apart(asset, other, key, holders, shown, named)}"


def _apart(
    one: Asset,
    other: Asset,
    key: str,
    holders: Mapping[str, set[str]],
    shown: Mapping[str, set[str]],
    named: Mapping[str, str],
) -> str:
    """Why the two stayed apart although they share the key."""
    kind = key.partition(":")[0]
    if kind not in APART:
        return f"a {kind} is copied too often to tell a device"
    if len(holders[key]) > MOST_ADDRESSES:
        return f"{len(holders[key])} addresses show it: clones, a router or a load balancer"
    names = [{named[address] for address in each.addresses if address in named} for each in (one, other)]
    if all(names) and names[0] != names[1]:
        return f"the register names them apart, {_listed(names[0])} and {_listed(names[1])}"
    for contrary in APART[kind]:
        values = [_values(each, contrary, shown) for each in (one, other)]
        if all(values) and values[0].isdisjoint(values[1]):
            return f"the {contrary} differs, {_listed(values[0])} and {_listed(values[1])}"
    return "others that show it are different devices, so that it identifies none of them"


def _values(asset: Asset, kind: str, shown: Mapping[str, set[str]]) -> set[str]:
    keys = {key for address in asset.addresses for key in shown.get(address, ())}
    return {value for name, _, value in (key.partition(":") for key in keys) if name == kind}


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(sorted(texts, key=address_key))
