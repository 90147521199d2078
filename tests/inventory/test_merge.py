"""Merging is order-independent and idempotent, and shared keys do not make one asset of two devices."""

import random

from hypothesis import given
from hypothesis import strategies as st

from inventory.fact import Fact
from inventory.facts.host import HostFacts
from inventory.facts.snmp import SnmpFacts
from inventory.facts.ssh import SshFacts
from inventory.identity import Sighting, key, rank, sighting
from inventory.merge import Place, merge
from inventory.register import Entry

addresses = st.integers(1, 12).map(lambda low: f"10.0.0.{low}")
keys = st.sampled_from(
    [f"{kind}:{value}" for kind in ("serial", "engine", "hostkey", "mac", "certificate") for value in "abc"]
)
sightings = st.lists(
    st.builds(Sighting, addresses, st.frozensets(keys, max_size=3), st.sampled_from(["", "x", "y"])), max_size=12
)
registers = st.lists(
    st.builds(Entry, addresses, st.sampled_from(["", "m", "n"])), max_size=6, unique_by=lambda entry: entry.address
)


@given(sightings, registers, st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_twice_is_once(
    seen: list[Sighting], register: list[Entry], shuffler: random.Random
) -> None:
    once = merge(seen, register)
    mixed, rows = [*seen, *seen], list(register)
    shuffler.shuffle(mixed)
    shuffler.shuffle(rows)
    assert merge(mixed, rows) == once


@given(sightings, registers)
def test_every_address_is_in_one_asset_and_every_key_in_at_most_one(
    seen: list[Sighting], register: list[Entry]
) -> None:
    assets = merge(seen, register)
    held = [address for asset in assets for address in asset.addresses]
    assert sorted(held) == sorted({one.address for one in seen} | {entry.address for entry in register})
    owned = [identity for asset in assets for identity in asset.keys]
    assert len(owned) == len(set(owned))
    assert len({asset.id for asset in assets}) == len(assets)
    for asset in assets:
        assert list(asset.keys) == sorted(asset.keys, key=rank)
        assert asset.registered is any(entry.address in asset.addresses for entry in register)


@given(sightings, registers)
def test_different_names_in_the_register_are_never_one_asset(seen: list[Sighting], register: list[Entry]) -> None:
    for asset in merge(seen, register):
        names = {entry.name or entry.address for entry in register if entry.address in asset.addresses}
        assert len(names) <= 1


def assets_of(*seen: Sighting, register: tuple[Entry, ...] = ()) -> list[tuple[str, ...]]:
    return sorted(asset.addresses for asset in merge(seen, register))


def at(last: int, *identities: str) -> Sighting:
    return Sighting(f"10.0.0.{last}", frozenset(identities))


def test_one_device_with_two_addresses_is_one_asset() -> None:
    assert assets_of(at(1, "serial:A1234", "mac:a"), at(2, "serial:A1234", "mac:b")) == [("10.0.0.1", "10.0.0.2")]
    assert assets_of(at(1, "hostkey:k"), at(2, "hostkey:k")) == [("10.0.0.1", "10.0.0.2")]


def test_clones_of_one_image_stay_apart() -> None:
    clones = assets_of(at(1, "hostkey:k", "mac:a"), at(2, "hostkey:k", "mac:b"))
    assert clones == [("10.0.0.1",), ("10.0.0.2",)]
    for asset in merge([at(1, "hostkey:k", "mac:a"), at(2, "hostkey:k", "mac:b")], ()):
        assert asset.keys[0].startswith("mac:")


def test_a_router_that_answers_for_many_is_not_one_asset_with_them() -> None:
    many = [Sighting(f"10.0.{n >> 8}.{n & 255}", frozenset({"mac:r"})) for n in range(1, 100)]
    assert len(merge(many, ())) == 99


def test_a_copied_certificate_never_merges() -> None:
    assert assets_of(at(1, "certificate:c"), at(2, "certificate:c")) == [("10.0.0.1",), ("10.0.0.2",)]


def test_the_id_of_a_registered_asset_does_not_hang_on_what_it_answers() -> None:
    register = (Entry("10.0.0.1", "主机", protection_level=3),)
    talking, silent = merge([at(1, "hostkey:k")], register), merge([], register)
    assert talking[0].id == silent[0].id
    assert talking[0].protection_level == 3
    [unregistered] = merge([at(1, "hostkey:k")], ())
    assert unregistered.id in talking[0].aliases
    assert unregistered.registered is False


def test_zone_and_class_come_from_where_it_stands() -> None:
    [asset] = merge([at(1)], (), lambda _: Place("plant", "ot"))
    assert (asset.zone, asset.device_class) == ("plant", "ot")
    [declared] = merge([at(1)], (Entry("10.0.0.1", device_class="server"),), lambda _: Place("plant", "ot"))
    assert declared.device_class == "server"


def test_keys_come_from_facts_and_empty_serials_identify_nothing() -> None:
    facts: dict[str, list[Fact]] = {
        "ssh": [SshFacts(host_key_fingerprint="SHA256:abc")],
        "snmp": [SnmpFacts(engine_id="80001F8880ABCDEF01", serial="To Be Filled By O.E.M.", system_name="sw1")],
        "host": [HostFacts(mac="02:00:00:00:00:01")],
    }
    seen = sighting("10.0.0.1", facts)
    assert seen.keys == {"hostkey:SHA256:abc", "engine:80001f8880abcdef01", "mac:02:00:00:00:00:01"}
    assert seen.name == "sw1"
    assert key("serial", "0000000") is None
    assert key("mac", "00:00:00:00:00:00") is None
