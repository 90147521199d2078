"""Counts by organisation: asset → system → department → district → city → region, and by protection level and importance.

The counts of the parts sum to the counts of the whole: an asset without a department stands under the empty name, so that
nothing is lost on the way up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from inventory.asset import Asset, Component
from rules.grading import Counts, ItemCount, LayerCount, Share, add_items, add_layers, count_word
from rules.rule import Rule
from rules.verdict import AssetVerdict

Kind = Literal["region", "city", "district", "department", "system", "asset"]
KINDS: tuple[Kind, ...] = ("region", "city", "district", "department", "system", "asset")
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One node of the tree. `path` is (city, district, department, system, asset) as far as the kind goes; () is the region."""

    kind: Kind
    path: Path
    assets: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class RollUp:
    """All units, parents before their parts; and the counts by protection level and by importance of the assets (keys such as
    `3`, `critical`, and empty for undeclared)."""

    units: tuple[Unit, ...]
    by_level: Mapping[str, Counts]
    by_importance: Mapping[str, Counts]

    @property
    def whole(self) -> Unit:
        """The region."""
        return self.units[0]

    def of(self, kind: Kind) -> tuple[Unit, ...]:
        """The units of one kind."""
        return tuple(unit for unit in self.units if unit.kind == kind)


def roll_up(
    rules: Sequence[Rule],
    verdicts: Iterable[AssetVerdict],
    assets: Iterable[Asset],
    components: Iterable[Component] = (),
    waived: frozenset[tuple[str, str]] = frozenset(),
    *,
    settled: Mapping[tuple[str, str], bool] = MappingProxyType({}),
    clauses: Share | None = None,
    management: tuple[ItemCount, ...] = (),
    down_to: Kind = "system",
) -> RollUp:
    """Count verdicts and components up the tree. `waived` holds (rule, asset) pairs; `settled` says of such pairs
    whether a person confirmed their high-risk case or rejected it; `down_to` "asset" adds one unit an asset. Verdicts about an organisation (`department:…`, `city:…`) count in that organisation; `management` items
    are about the whole and count there alone."""
    by_id = {rule.id: rule for rule in rules}
    known = {asset.id: asset for asset in assets}
    depth = KINDS.index(down_to)
    items: dict[Path, list[ItemCount]] = {}
    layers: dict[Path, list[LayerCount]] = {}
    sizes: dict[Path, int] = {}
    home_of = _homes(known.values())
    by_level: dict[str, list[ItemCount]] = {}
    by_importance: dict[str, list[ItemCount]] = {}
    for asset in known.values():
        path = _path(asset)[:depth]
        sizes[path] = sizes.get(path, 0) + 1
    for verdict in verdicts:
        key = (verdict.rule, verdict.asset)
        item = _item(by_id[verdict.rule], verdict, waived=key in waived, settled=settled.get(key))
        owner = known.get(verdict.asset)
        path = _path(owner) if owner else home_of.get(verdict.asset, ())
        items.setdefault(path[:depth], []).append(item)
        if owner is not None:
            by_level.setdefault(str(owner.protection_level or ""), []).append(item)
            by_importance.setdefault(owner.importance or "", []).append(item)
    for component in components:
        owner = known.get(component.asset)
        if owner is not None:
            one = LayerCount(component.layer, component.origin, component.strength == "proven", 1)
            layers.setdefault(_path(owner)[:depth], []).append(one)
    return RollUp(
        _units(items, layers, sizes, clauses, management),
        {key: Counts(add_items(found), (), clauses) for key, found in sorted(by_level.items())},
        {key: Counts(add_items(found), (), clauses) for key, found in sorted(by_importance.items())},
    )


def _item(rule: Rule, verdict: AssetVerdict, *, waived: bool, settled: bool | None) -> ItemCount:
    pending = rule.high_risk is not None and settled is None
    added = count_word(
        verdict.word, candidate=verdict.candidate, high_risk=pending, waived=waived, manual=verdict.manual
    )
    if settled and "failed" in added:
        added["confirmed"] = 1
    return ItemCount(rule.id, rule.pack, rule.weight, rule.severity, **added)


def _path(asset: Asset) -> Path:
    return (asset.city, asset.district, asset.department, asset.system, asset.id)


def _homes(assets: Iterable[Asset]) -> dict[str, Path]:
    """Where the verdict about an organisation counts: at a city, or at a department as far as all its assets share the path
    (a department with assets in two districts counts in their city)."""
    homes: dict[str, Path] = {}
    for asset in assets:
        homes[f"city:{asset.city}"] = (asset.city,)
        name, path = f"department:{asset.department}", (asset.city, asset.district, asset.department)
        known = homes.get(name, path)
        shared = next((n for n, (one, two) in enumerate(zip(known, path, strict=False)) if one != two), len(known))
        homes[name] = known[:shared]
    return homes


def _units(
    items: Mapping[Path, list[ItemCount]],
    layers: Mapping[Path, list[LayerCount]],
    sizes: Mapping[Path, int],
    clauses: Share | None,
    management: tuple[ItemCount, ...],
) -> tuple[Unit, ...]:
    paths: set[Path] = {()}
    for path in (*items, *layers, *sizes):
        paths |= {path[:length] for length in range(len(path) + 1)}
    children: dict[Path, list[Path]] = {}
    for path in paths - {()}:
        children.setdefault(path[:-1], []).append(path)
    made: dict[Path, Unit] = {}
    for path in sorted(paths, key=lambda one: (-len(one), one)):
        below = [made[child] for child in sorted(children.get(path, []))]
        counts = Counts(
            add_items([*items.get(path, []), *(item for unit in below for item in unit.counts.items)]),
            add_layers([*layers.get(path, []), *(one for unit in below for one in unit.counts.layers)]),
            clauses,
            management if path == () else (),
        )
        made[path] = Unit(KINDS[len(path)], path, sizes.get(path, 0) + sum(unit.assets for unit in below), counts)
    return tuple(made[path] for path in sorted(made))
