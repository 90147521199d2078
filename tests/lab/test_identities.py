"""What a correct scanner can know of who made what: every service has its entry, and entries fold to hosts."""

from dataclasses import replace

import pytest

from lab import changes
from lab.city import City, CityError, load_city
from lab.identities import KEYS, Identity, identities, unidentified
from lab.truth import document

NGINX = {"layer": "middleware", "vendor": "nginx", "product": "nginx", "version": None, "origin": "community"}


def of(city: City, host: str) -> list[Identity] | None:
    return identities(city, city.host(host))


def test_every_service_that_runs_somewhere_has_an_entry() -> None:
    assert unidentified(load_city()) == []


def test_every_entry_belongs_to_something_that_runs() -> None:
    city = load_city()
    running = {word for host in city.hosts for service in host.services for word in (service.name, service.kind)}
    assert set(city.identities["services"]) - running == set()
    assert set(city.identities["hosts"]) - {host.name for host in city.hosts} == set()


def test_the_printed_truth_carries_the_identities_of_every_address() -> None:
    hosts = document(load_city())["hosts"]
    assert len(hosts) > 100
    named = [host["identities"] for host in hosts if host["identities"] is not None]
    assert len(named) > 60
    assert all(set(one) == set(KEYS) and one["layer"] and one["origin"] for host in named for one in host)


def test_a_host_that_says_nothing_is_known_by_nothing() -> None:
    city = load_city()
    assert of(city, "silent") is None
    assert of(city, "qz-excluded") is None
    assert of(city, "nn-cache") is not None
    blocked = changes.apply(city, {"nn-cache": {"blocked": [22, 6379]}})
    assert of(blocked, "nn-cache") is None


def test_settings_decide_whether_a_version_is_shown() -> None:
    city = load_city()
    assert of(city, "lz-web") == [NGINX]
    told = changes.apply(city, {"lz-web": {"nginx.tokens": True}})
    assert of(told, "lz-web") == [{**NGINX, "version": "*"}]


def test_a_maker_without_a_product_joins_the_product_of_the_same_maker() -> None:
    products = [one["product"] for one in of(load_city(), "gg-camera-1") or []]
    assert products == ["Hikvision RTSP Server"]


@pytest.mark.parametrize(
    "row", [{"layer": "video"}, {"origin": "domestic"}, {"layer": "video", "origin": "x"}, {"b": 1}]
)
def test_an_entry_that_cannot_be_read_is_refused(row: dict[str, str]) -> None:
    city = load_city()
    wrong = replace(city, identities={"services": {"nginx": [row]}})
    with pytest.raises(CityError, match="identities: "):
        of(wrong, "lz-web")
