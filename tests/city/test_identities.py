"""What the scan calls the hosts of the city, held against the city's own description: layer, vendor, product, version, origin."""

import json

import pytest

from tests.city.running import Scanned, lab

pytestmark = pytest.mark.lab

Named = tuple[str, str | None, str | None, str | None, str]
ANY_VERSION = "*"  # shown by the server; the image decides which it is


def described() -> dict[str, set[Named]]:
    """Address → what a correct scanner knows."""
    hosts = json.loads(lab("truth", "--json"))["hosts"]
    return {
        host["address"]: {
            (one["layer"], one["vendor"], one["product"], one["version"], one["origin"])
            for one in host["identities"] or ()
        }
        for host in hosts
    }


def identified(scanned: Scanned) -> dict[str, set[Named]]:
    """Address → what the scan found."""
    return {
        address: {
            (part["layer"], part["vendor"], part["product"], part["version"], part["origin"])
            for part in asset["components"]
        }
        for asset in scanned.report["assets"]
        for address in asset["addresses"]
    }


def without_free_versions(found: set[Named], told: set[Named]) -> set[Named]:
    """What was found, with versions that may be any written as such."""
    free = {(layer, vendor, product) for layer, vendor, product, version, _ in told if version == ANY_VERSION}
    return {
        (layer, vendor, product, ANY_VERSION if version and (layer, vendor, product) in free else version, origin)
        for layer, vendor, product, version, origin in found
    }


def test_every_host_is_called_what_it_is(baseline: Scanned) -> None:
    told, found = described(), identified(baseline)
    wrong = {}
    for address, expected in told.items():
        seen = without_free_versions(found.get(address, set()), expected)
        if seen != expected:
            wrong[address] = {"missing": sorted(expected - seen, key=str), "invented": sorted(seen - expected, key=str)}
    assert wrong == {}
    assert found.keys() <= told.keys()
    assert sum(map(bool, told.values())) > 100
    origins = {origin for parts in told.values() for *_, origin in parts}
    assert origins >= {"domestic", "domestic_derived", "community", "foreign", "unknown"}
