"""Every merge and every merge that was refused is explained by the key and by what spoke against it."""

from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import Asset
from inventory.identity import Sighting
from inventory.merge import MOST_ADDRESSES, merge
from inventory.merge_reasons import reasons
from inventory.register import Entry


def sight(address: str, **keys: str) -> Sighting:
    return Sighting(address, frozenset(f"{kind}:{value}" for kind, value in keys.items()))


def told(address: str, *seen: Sighting, register: tuple[Entry, ...] = ()) -> list[str]:
    assets = merge(seen, register)
    asset: Asset = next(one for one in assets if address in one.addresses)
    return list(reasons(asset, assets, seen, register))


def test_a_merge_names_the_key() -> None:
    seen = sight("10.0.0.1", hostkey="k"), sight("10.0.0.2", hostkey="k"), sight("10.0.0.3", hostkey="z")
    assert told("10.0.0.1", *seen) == ["10.0.0.1, 10.0.0.2: one asset by hostkey:k"]
    assert told("10.0.0.3", *seen) == []


def test_clones_are_told_apart_by_what_differs() -> None:
    seen = sight("10.0.0.1", hostkey="k", serial="S-1"), sight("10.0.0.2", hostkey="k", serial="S-2")
    assert told("10.0.0.1", *seen) == ["not merged with 10.0.0.2 by hostkey:k: the serial differs, S-1 and S-2"]


def test_the_register_tells_apart() -> None:
    seen = sight("10.0.0.1", mac="00:e0:fc:00:00:01"), sight("10.0.0.2", mac="00:e0:fc:00:00:01")
    register = Entry("10.0.0.1", "gate"), Entry("10.0.0.2", "door")
    [line] = told("10.0.0.1", *seen, register=register)
    assert line.endswith("the register names them apart, gate and door")


def test_certificates_and_crowds_merge_nobody() -> None:
    [line] = told("10.0.0.1", sight("10.0.0.1", certificate="c"), sight("10.0.0.2", certificate="c"))
    assert line.endswith("a certificate is copied too often to tell a device")
    crowd = [sight(f"10.0.1.{number}", hostkey="k") for number in range(MOST_ADDRESSES + 1)]
    lines = told("10.0.1.0", *crowd)
    assert len(lines) == MOST_ADDRESSES
    assert all(f"{MOST_ADDRESSES + 1} addresses show it" in line for line in lines)


SIGHTS = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.dictionaries(st.sampled_from(["serial", "engine", "hostkey", "mac"]), st.sampled_from(["1111a", "2222b"])),
    ),
    max_size=6,
)


@given(SIGHTS, st.data())
def test_every_shared_key_is_explained_in_whatever_order(
    chosen: list[tuple[int, dict[str, str]]], data: st.DataObject
) -> None:
    seen = [sight(f"10.0.0.{place}", **keys) for place, keys in chosen]
    assets = merge(seen, ())
    lines = {asset.id: list(reasons(asset, assets, seen, ())) for asset in assets}
    shuffled = data.draw(st.permutations(seen))
    assert {asset.id: list(reasons(asset, assets, shuffled, ())) for asset in assets} == lines
    for asset in assets:
        if len(asset.addresses) > 1:
            assert any(": one asset by " in line for line in lines[asset.id])
