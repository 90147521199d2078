"""Counts by organisation: asset → system → department → district → city → region, and by protection level and importance.

The counts of the parts sum to the counts of the whole: an asset without a department stands under the empty name, so that
nothing is lost on the way up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from inventory.asset import Asset, Component
from rules.grading import Counts, ItemCount, LayerCount, Share, add_items, add_layers
from rules.roster import Path, Place

Kind = Literal["region", "city", "district", "department", "system"]
KINDS: tuple[Kind, ...] = ("region", "city", "district", "department", "system")


@dataclass(frozen=True, slots=True)
class Unit:
    """One node of the tree. `path` is (city, district, department, system) as far as the kind goes; () is the region."""

    kind: Kind
    path: Path
    assets: int
    counts: Counts


@dataclass(frozen=True)
class RollUp:
    """All units, parents before their parts, and the counts of places that they were summed from."""

    units: tuple[Unit, ...]
    counted: Mapping[Place, Sequence[ItemCount]]

    @cached_property
    def by_level(self) -> Mapping[str, Counts]:
        """Counts by protection level of the assets: keys such as `3`, and empty for undeclared."""
        return self._by(lambda place: str(place.level or ""))

    @cached_property
    def by_importance(self) -> Mapping[str, Counts]:
        """Counts by importance of the assets: keys such as `critical`, and empty for undeclared."""
        return self._by(lambda place: place.importance or "")

    def _by(self, key: Callable[[Place], str]) -> Mapping[str, Counts]:
        found: dict[str, list[ItemCount]] = {}
        for place, items in self.counted.items():
            if not place.organisation:
                found.setdefault(key(place), []).extend(items)
        clauses = self.whole.counts.clauses
        return {name: Counts(add_items(items), (), clauses) for name, items in sorted(found.items())}

    @property
    def whole(self) -> Unit:
        """The region."""
        return self.units[0]

    def of(self, kind: Kind) -> tuple[Unit, ...]:
        """The units of one kind."""
        return tuple(unit for unit in self.units if unit.kind == kind)


def roll_up(
    counted: Mapping[Place, Sequence[ItemCount]],
    sizes: Mapping[Place, int],
    layers: Iterable[tuple[Path, LayerCount]] = (),
    *,
    clauses: Share | None = None,
    management: tuple[ItemCount, ...] = (),
) -> RollUp:
    """Sum the counts of places up the tree. `sizes` says how many assets each place has; `layers` are counts of components with
    the path of their assets. Verdicts about an organisation (`department:…`, `city:…`) count in that organisation;
    `management` items are about the whole and count there alone."""
    items: dict[Path, list[ItemCount]] = {}
    parts: dict[Path, list[LayerCount]] = {}
    assets: dict[Path, int] = {}
    homes = _homes(sizes)
    for place, number in sizes.items():
        assets[place.path] = assets.get(place.path, 0) + number
    for place, found in counted.items():
        path = homes.get(place.organisation, ()) if place.organisation else place.path
        items.setdefault(path, []).extend(found)
    for path, one in layers:
        parts.setdefault(path, []).append(one)
    return RollUp(_units(items, parts, assets, clauses, management), counted)


def layer_counts(assets: Iterable[Asset], components: Iterable[Component]) -> Iterator[tuple[Path, LayerCount]]:
    """Each component as a count of one, with the path of its asset."""
    paths = {asset.id: (asset.city, asset.district, asset.department, asset.system) for asset in assets}
    for component in components:
        path = paths.get(component.asset)
        if path is not None:
            yield path, LayerCount(component.layer, component.origin, component.strength == "proven", 1)


def _homes(places: Iterable[Place]) -> dict[str, Path]:
    """Where the verdict about an organisation counts: at the city or department that it names by its path."""
    homes: dict[str, Path] = {}
    for place in places:
        city, district, department, _ = place.path
        homes[f"city:{city}"] = (city,)
        homes[f"department:{city}/{district}/{department}"] = (city, district, department)
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
