"""Whom to look at: registered first, nobody outside, and what a maker tells makes us careful, never bold."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from inventory.maker_class import class_of_mac
from inventory.register import Entry
from scanner.planner import default_questions, needed_tables
from scanner.targets import known_host, made_by, other_hosts, registered_hosts, too_large
from tests.scanner.permits import permit_for

HIKVISION, HUAWEI, LOCAL = "44:19:b6:01:02:03", "00:e0:fc:01:02:03", "02:00:00:00:00:01"


def test_a_maker_picks_the_questions_and_not_the_treatment() -> None:
    permit = permit_for("10.0.0.0/24", classes={"server": 2, "network": 1})
    unknown = known_host(permit, "10.0.0.5", None)
    assert class_of_mac(HIKVISION) == "camera"
    camera = made_by(unknown, HIKVISION)
    assert (camera.device_class, camera.declared) == ("camera", None)
    assert made_by(unknown, HUAWEI).device_class == "network"
    assert made_by(unknown, LOCAL) == unknown
    assert made_by(unknown, "") == unknown
    declared = known_host(permit, "10.0.0.5", Entry("10.0.0.5", device_class="server"))
    assert made_by(declared, HIKVISION) == declared


def test_where_fragile_devices_stand_an_unknown_host_is_asked_as_the_most_fragile() -> None:
    permit = permit_for("10.0.0.0/24", classes={"server": 2, "base_station": 1})
    unknown = known_host(permit, "10.0.0.5", None)
    assert (unknown.device_class, unknown.declared) == ("base_station", None)
    assert made_by(unknown, HUAWEI) == unknown
    tables = needed_tables(None)
    asked = {question.table for question in default_questions("10.0.0.5", unknown.device_class, tables, "agent")}
    assert "redis" not in asked
    assert "snmp" in asked
    servers = permit_for("10.0.0.0/24", classes={"server": 2})
    assert known_host(servers, "10.0.0.5", None).device_class == "unknown"


@given(st.sets(st.integers(0, 511), max_size=20), st.sets(st.integers(0, 255), max_size=5))
def test_every_permitted_address_is_looked_at_once_and_no_other(registered: set[int], excluded: set[int]) -> None:
    permit = permit_for("10.0.0.0/24", exclusions=[f"10.0.0.{low}" for low in excluded])
    register = [Entry(str(ipaddress.IPv4Address((10 << 24) + low))) for low in registered]
    known = [host.address for host in registered_hosts(permit, register)]
    others = [host.address for host in other_hosts(permit, {entry.address: entry for entry in register})]
    assert len(set(known) | set(others)) == len(known) + len(others)
    assert set(known) == {entry.address for entry in register if entry.address.startswith("10.0.0.")}
    assert not {int(address.split(".")[3]) for address in others} & excluded
    assert set(known) | set(others) | {f"10.0.0.{low}" for low in (*excluded, 0, 255)} == {
        f"10.0.0.{low}" for low in range(256)
    }


def test_a_network_too_large_is_named_and_not_tried() -> None:
    permit = permit_for("10.0.0.0/8", "2001:db8::/64")
    assert too_large(permit) == ["10.0.0.0/8", "2001:db8::/64"]
    assert list(other_hosts(permit, {})) == []
    assert [host.address for host in registered_hosts(permit, [Entry("2001:db8::5")])] == ["2001:db8::5"]
