"""Changes chosen by a seed: the same for the same seed, each of another host, and each moves what the truth says it does."""

import pytest

from lab import changes
from lab.city import CityError, load_city
from lab.mutations import as_changes, mutations
from lab.truth import truths


@pytest.mark.parametrize("seed", [0, 45, 1 << 40])
def test_what_moves_is_what_the_truth_of_the_changed_city_says(seed: int) -> None:
    city = load_city()
    chosen = mutations(city, seed, 12)
    assert len({each.host for each in chosen}) == 12
    assert mutations(city, seed, 12) == chosen
    changed = changes.apply(city, as_changes(chosen))
    before = {(each.host, each.rule): each.verdict for each in truths(city)}
    after = {(each.host, each.rule): each.verdict for each in truths(changed)}
    moved = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert moved == {key for each in chosen for key in each.moved}
    assert len(moved) >= 12


def test_seeds_differ_and_a_city_is_not_asked_for_more_hosts_than_it_has() -> None:
    city = load_city()
    assert as_changes(mutations(city, 1, 12)) != as_changes(mutations(city, 2, 12))
    with pytest.raises(CityError, match="only"):
        mutations(city, 1, 10_000)


def test_every_settable_setting_and_value_is_one_that_its_server_or_twin_knows() -> None:
    city = load_city()
    for host in city.hosts:
        for service in host.services:
            for setting, values in {
                **city.settable.get(service.kind, {}),
                **city.settable.get(service.name, {}),
            }.items():
                for value in values:
                    changes.apply(city, {host.name: {f"{service.name}.{setting}": value}})
