"""`city.yaml` is one honest description: complete, consistent, and refused with a clear word when it is not."""

from pathlib import Path

import pytest
import yaml

from lab import changes, picture
from lab.city import CITY_FILE, CityError, load_city


def test_the_city_has_enough_hosts_zones_and_clean_ones() -> None:
    city = load_city()
    assert len(city.hosts) >= 30
    assert len(city.zones) >= 6
    assert sum(host.clean for host in city.hosts) >= 0.4 * len([host for host in city.hosts if host.zone != "trouble"])


def test_every_zone_has_hosts_and_every_owner_something_to_own() -> None:
    city = load_city()
    assert {host.zone for host in city.hosts} == {zone.name for zone in city.zones}
    assert {host.owner for host in city.hosts} == {each.id for each in city.organisations}


def test_every_named_service_runs_somewhere() -> None:
    named = set(yaml.safe_load(CITY_FILE.read_text(encoding="utf-8"))["services"])
    assert named == {service.name for host in load_city().hosts for service in host.services}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("settings: {algorithms: good}", "settings: {algorithm: good}", "unknown setting 'algorithm'"),
        ("zone: nn-app, at: 12", "zone: nowhere, at: 12", "no zone 'nowhere'"),
        ("zone: nn-app, at: 12", "zone: nn-app, at: 11", "belongs to nn-gateway already"),
        ("zone: nn-app, at: 12", "zone: nn-app, at: 400", "is not in 10.45.10.0/26"),
        ("runs: [redis-auth, ssh-good]", "runs: [redis-auth, ssh-god]", "no service 'ssh-god'"),
        ("runs: [redis-auth, ssh-good]", "runs: [redis-auth, redis-open]", "two services on one port"),
        ("owner: yl-rongxian", "owner: nobody", "'nobody' is not known"),
        ("server: redis, settings: {auth: true}", "server: rediss", "no server 'rediss'"),
        ("importance: critical, level: 3, clean", "importance: vital, level: 3, clean", "'vital' is not known"),
        ("behaviour: silent", "behavior: silent", "unknown field 'behavior'"),
    ],
)
def test_a_wrong_description_is_refused_with_its_place(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = CITY_FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "city.yaml"
    wrong.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CityError, match=complaint):
        load_city(wrong)


def test_a_change_replaces_one_setting_of_one_host() -> None:
    city = load_city()
    changed = changes.apply(city, {"nn-cache-open": {"redis-open.auth": True}})
    different = [host.name for host, other in zip(city.hosts, changed.hosts, strict=True) if host != other]
    assert different == ["nn-cache-open"]
    assert changed.host("nn-cache-open").services[0].settings == {"auth": True}


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ({"nobody": {"ssh.x": 1}}, "no host 'nobody'"),
        ({"nn-cache": {"redis.auht": True}}, "unknown setting 'auht'"),
        ({"nn-cache": {"mysql.tls": True}}, "names no setting"),
        ({"nn-cache": {"behaviour": "mad"}}, "is not known"),
        ({"nn-cache": {"blocked": [0]}}, "port numbers"),
    ],
)
def test_a_change_that_cannot_be_is_refused(wanted: changes.Changes, complaint: str) -> None:
    with pytest.raises(CityError, match=complaint):
        changes.apply(load_city(), wanted)


def test_values_on_the_command_line_are_yaml() -> None:
    assert changes.parse(["a=true", "b=[1, 2]", "c=", "d=x=y"]) == {"a": True, "b": [1, 2], "c": "", "d": "x=y"}
    with pytest.raises(CityError):
        changes.parse(["nothing"])


def test_the_picture_is_the_one_that_city_yaml_gives_and_is_well_formed() -> None:
    from xml.etree import ElementTree

    drawn = CITY_FILE.with_name("city.svg").read_text(encoding="utf-8")
    assert drawn == picture.svg(load_city())
    ElementTree.fromstring(drawn)
    assert "模拟数据" in drawn
    assert all(host.name in drawn for host in load_city().hosts)
