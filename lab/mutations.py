"""Settings of hosts chosen at random, by a seed: what a correct scan must then say moves exactly as the truth expands.

`settable` in city.yaml lists, for servers and twins, the settings that may change while a host runs and the values they
take. A change counts only where it moves a row of the truth: the truth itself says which rows depend on a setting.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lab import changes
from lab.city import City, CityError, Host, full_settings
from lab.truth import truths

Moved = dict[tuple[str, str], tuple[str, str]]
"""(host, rule) → verdict before and after."""


@dataclass(frozen=True)
class Mutation:
    """One setting of one host, its new value, and the rows of the truth that move."""

    host: str
    key: str
    value: Any
    moved: Moved


def mutations(city: City, seed: int, count: int) -> list[Mutation]:
    """`count` changes of as many hosts, the same for the same seed. Raises CityError where the city has fewer that count."""
    chance = random.Random(seed)
    hosts = [host for host in city.hosts if not host.excluded and not host.behaviour]
    chance.shuffle(hosts)
    found: list[Mutation] = []
    for host in hosts:
        possible = list(_possible(city, host))
        if possible and len(found) < count:
            found.append(chance.choice(possible))
    if len(found) < count:
        raise CityError(f"only {len(found)} hosts have a setting that may change")
    return sorted(found, key=lambda each: each.host)


def as_changes(chosen: list[Mutation]) -> changes.Changes:
    """The form that `lab set --file` takes."""
    return {each.host: {each.key: each.value} for each in chosen}


def _possible(city: City, host: Host) -> Iterator[Mutation]:
    """Every change of one setting of a host that moves a row."""
    for service in host.services:
        values = {**city.settable.get(service.kind, {}), **city.settable.get(service.name, {})}
        for setting, choices in values.items():
            current = getattr(full_settings(service), setting)
            for value in choices:
                if value != current:
                    key = f"{service.name}.{setting}"
                    moved = _moved(city, host, {host.name: {key: value}})
                    if moved:
                        yield Mutation(host.name, key, value, moved)


def _moved(city: City, host: Host, wanted: changes.Changes) -> Moved:
    alone = replace(city, hosts=(host,))
    before = {(each.host, each.rule): each.verdict for each in truths(alone)}
    after = {(each.host, each.rule): each.verdict for each in truths(changes.apply(alone, wanted))}
    return {
        key: (before.get(key, "-"), after.get(key, "-"))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }
