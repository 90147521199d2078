"""Drift tells a moved device from a new one, a changed key from a changed address, and silence from absence."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import Asset, Component
from inventory.asset_drift import Change, Seen, device_changes, pairs
from inventory.drift import drift
from inventory.endpoint import Endpoint
from inventory.fact import Fact
from inventory.facts.redis import RedisFacts
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store


def asset(identifier: str, *addresses: str, zone: str = "z", **keys: str) -> Asset:
    found = (*(f"{kind}:{value}" for kind, value in keys.items()), *(f"address:{address}" for address in addresses))
    return Asset(identifier, found, addresses, zone=zone)


def seen(*assets: Asset, silent: Sequence[str] = (), parts: Sequence[Component] = ()) -> Seen:
    alive = frozenset(address for one in assets for address in one.addresses) - set(silent)
    return Seen(assets, alive, {one.id: [part for part in parts if part.asset == one.id] for one in assets})


def changes(before: Seen, after: Seen, silent_scans: int = 1) -> list[Change]:
    return sorted(device_changes(before, after, lambda _: silent_scans))


def test_a_device_at_another_address_has_moved_and_is_neither_new_nor_gone() -> None:
    before = seen(asset("a", "10.0.0.1", hostkey="ssh-ed25519 x"))
    after = seen(asset("b", "10.0.0.9", hostkey="ssh-ed25519 x"))
    assert changes(before, after) == [Change("asset-moved", "10.0.0.9", "", "10.0.0.1", "10.0.0.9")]


def test_another_host_key_at_the_same_address_is_a_changed_key() -> None:
    before = seen(asset("a", "10.0.0.1", mac="00:e0:fc:00:00:01", hostkey="old"))
    after = seen(asset("a", "10.0.0.1", mac="00:e0:fc:00:00:01", hostkey="new"))
    assert changes(before, after) == [Change("key", "10.0.0.1", "hostkey", "old", "new")]
    bare = seen(asset("a", "10.0.0.1", certificate="aa")), seen(asset("b", "10.0.0.1", certificate="bb"))
    assert changes(*bare) == [Change("key", "10.0.0.1", "certificate", "aa", "bb")]


def test_two_devices_that_swapped_addresses_moved_and_no_key_changed() -> None:
    one, other = {"hostkey": "k1", "mac": "m1"}, {"hostkey": "k2", "mac": "m2"}
    before = seen(asset("a", "10.0.0.1", **one), asset("b", "10.0.0.2", **other))
    after = seen(asset("a", "10.0.0.2", **one), asset("b", "10.0.0.1", **other))
    assert [(change.kind, change.where) for change in changes(before, after)] == [
        ("asset-moved", "10.0.0.1"),
        ("asset-moved", "10.0.0.2"),
    ]


def test_another_serial_number_at_the_same_address_is_another_device() -> None:
    before, after = seen(asset("a", "10.0.0.1", serial="S1")), seen(asset("b", "10.0.0.1", serial="S2"))
    assert changes(before, after) == [Change("asset-replaced", "10.0.0.1", "serial", "S1", "S2")]


def test_what_takes_the_address_of_a_moved_device_is_new() -> None:
    before = seen(asset("a", "10.0.0.1", hostkey="k1"))
    after = seen(asset("a", "10.0.0.5", hostkey="k1"), asset("c", "10.0.0.1", hostkey="k9"))
    assert [(change.kind, change.where) for change in changes(before, after)] == [
        ("asset-moved", "10.0.0.5"),
        ("asset-new", "10.0.0.1"),
    ]


def test_a_silent_device_is_unseen_at_first_and_gone_later() -> None:
    before = seen(asset("a", "10.0.0.1"))
    [first] = changes(before, seen(), silent_scans=1)
    assert (first.kind, first.after) == ("asset-unseen", "not seen for 1 of 2 scans")
    [later] = changes(before, seen(asset("a", "10.0.0.1"), silent=["10.0.0.1"]), silent_scans=2)
    assert later.kind == "asset-gone"


def test_products_versions_and_zones_are_told_and_a_silent_layer_is_not() -> None:
    def part(layer: str, product: str, version: str | None) -> Component:
        return Component("a", layer, "x", product, version, "unknown", "inferred", EvidenceClass.HANDSHAKE)

    before = seen(
        asset("a", "10.0.0.1", zone="office"),
        parts=[part("middleware", "nginx", "1.22"), part("database", "Redis", "6.0"), part("time", "chrony", None)],
    )
    after = seen(
        asset("a", "10.0.0.1", zone="border"),
        parts=[part("middleware", "httpd", "2.4"), part("database", "Redis", "7.0")],
    )
    assert changes(before, after) == [
        Change("product", "10.0.0.1", "middleware", "x nginx", "x httpd"),
        Change("version", "10.0.0.1", "database: x Redis", "6.0", "7.0"),
        Change("zone", "10.0.0.1", "", "office", "border"),
    ]


KEYS = st.sampled_from(["k1", "k2", "k3"])
DEVICES = st.lists(
    st.tuples(st.integers(1, 6), st.dictionaries(st.sampled_from(["serial", "hostkey", "mac"]), KEYS, max_size=3)),
    max_size=5,
    unique_by=lambda each: each[0],
)


def city(devices: list[tuple[int, dict[str, str]]], silent: set[int]) -> Seen:
    owners: dict[str, int] = {}
    for _, keys in devices:
        for kind, value in keys.items():
            owners[f"{kind}:{value}"] = owners.get(f"{kind}:{value}", 0) + 1
    assets = [
        asset(f"a{place}", f"10.0.0.{place}", **{k: v for k, v in keys.items() if owners[f"{k}:{v}"] == 1})
        for place, keys in devices
    ]
    return seen(*assets, silent=[f"10.0.0.{place}" for place in silent])


@given(DEVICES, st.sets(st.integers(1, 6), max_size=3))
def test_nothing_drifts_from_itself(devices: list[tuple[int, dict[str, str]]], silent: set[int]) -> None:
    known = city(devices, silent)
    assert changes(known, known) == []


@given(DEVICES, DEVICES, st.sets(st.integers(1, 6), max_size=3), st.data())
def test_every_living_device_has_one_fate_in_whatever_order(
    one: list[tuple[int, dict[str, str]]],
    other: list[tuple[int, dict[str, str]]],
    silent: set[int],
    data: st.DataObject,
) -> None:
    before, after = city(one, set()), city(other, silent)
    found = changes(before, after)
    paired = [pair.before.id for pair in pairs(before, after)]
    absent = [change.where for change in found if change.kind in ("asset-gone", "asset-unseen")]
    assert len(paired) == len(set(paired))
    assert len(paired) + len(absent) == len(before.assets)
    kinds = {(change.kind, change.where) for change in found}
    assert not {where for kind, where in kinds if kind == "asset-new"} & {
        where for kind, where in kinds if kind == "key"
    }
    shuffled = Seen(data.draw(st.permutations(list(before.assets))), before.alive, before.components)
    assert changes(shuffled, after) == found


AT = "2026-06-0{}T00:00:00Z"


def add(store: Store, number: int, answers: dict[int, Outcome], *, imported: bool = False, version: str = "7.0") -> str:
    """A scan that asked port 6379 of some hosts what speaks there, and Redis where it answered."""
    name = f"s{number}"
    store.begin_scan(name, started=AT.format(number), permit={"id": "P"}, profile={}, versions={})
    for host, outcome in answers.items():
        for table in ("service", "redis"):
            question = Question(Endpoint(f"10.0.0.{host}", "tcp", 6379), table, "office")
            store.add_questions(name, [question])
            store.add_observation(
                name, Observation(question.id, outcome, "", AT.format(number), EvidenceClass.HANDSHAKE, ())
            )
            if table == "redis" and outcome == Outcome.ANSWERED:
                rows: list[Fact] = [RedisFacts(speaks_redis=True, version=version)]
                store.put_facts(name, question.id, table, rows)
    store.put_assets(name, [asset(f"a{host}", f"10.0.0.{host}") for host in answers])
    counters = {"frames": 9} if imported else {}
    store.end_scan(name, state="finished", ended=AT.format(number), counters=counters)
    return name


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "city.db")


def told(kind: str) -> Callable[[tuple[Change, ...]], list[tuple[str, str]]]:
    return lambda found: [(change.where, change.after) for change in found if change.kind == kind]


def test_a_scan_of_a_capture_is_no_look_that_found_nobody(store: Store) -> None:
    add(store, 1, {1: Outcome.ANSWERED, 2: Outcome.ANSWERED})
    add(store, 2, {2: Outcome.ANSWERED}, imported=True)
    add(store, 3, {1: Outcome.SILENT, 2: Outcome.ANSWERED})
    add(store, 4, {1: Outcome.SILENT, 2: Outcome.ANSWERED})
    assert told("asset-unseen")(drift(store, "s1", "s3")) == [("10.0.0.1", "not seen for 1 of 2 scans")]
    assert told("asset-gone")(drift(store, "s1", "s3")) == []
    assert told("asset-gone")(drift(store, "s1", "s4")) == [("10.0.0.1", "not seen for 2 of 2 scans")]
    assert told("asset-unseen")(drift(store, "s1", "s4", patience=3)) == [("10.0.0.1", "not seen for 2 of 3 scans")]


def test_ports_and_facts_of_a_device_that_stayed(store: Store) -> None:
    add(store, 1, {1: Outcome.ANSWERED, 2: Outcome.CLOSED})
    add(store, 2, {1: Outcome.ANSWERED, 2: Outcome.ANSWERED}, version="7.2")
    found = drift(store, "s1", "s2")
    assert told("port")(found) == [("10.0.0.2:6379/tcp", "open")]
    assert told("fact")(found) == [("10.0.0.1:6379/tcp", "7.2")]
    assert told("port")(drift(store, "s2", "s1")) == [("10.0.0.2:6379/tcp", "closed")]
    assert drift(store, "s1", "s1") == ()
