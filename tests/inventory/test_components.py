"""Products from facts: two independent sources prove, one infers, and unknown is never taken for domestic."""

import itertools
from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import Component
from inventory.components import Known, components
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.host import HostFacts
from inventory.facts.http import HttpFacts
from inventory.facts.mysql import MysqlFacts
from inventory.facts.redis import RedisFacts
from inventory.facts.service import ServiceFacts
from inventory.facts.snmp import SnmpFacts
from inventory.facts.ssh import SshFacts
from inventory.observation import EvidenceClass

DAY = date(2026, 6, 1)
VRP = "Huawei Versatile Routing Platform Software\r\nVRP (R) software, Version 5.170 (S5735 V200R019C10SPC500)"


def known(table: str, *rows: Fact, evidence_class: EvidenceClass = EvidenceClass.HANDSHAKE) -> Known:
    return Known(table, rows, evidence_class, (f"digest of {table}",))


def by_layer(*told: Known, device_class: str = "server") -> dict[str, list[Component]]:
    found = components("a", device_class, told, DAY)
    return {layer: list(items) for layer, items in itertools.groupby(found, key=lambda item: item.layer)}


def test_one_banner_infers_and_a_sign_of_its_own_besides_proves() -> None:
    banner = known("mysql", MysqlFacts(version="5.5.5-10.11.6-MariaDB-0+deb12u1"))
    [alone] = by_layer(banner)["database"]
    assert (alone.vendor, alone.strength, alone.origin) == ("mariadb", "inferred", "community")
    sign = known("database", DatabaseFacts(family="mysql", product="mariadb", decided=True, version="10.11.6"))
    [both] = by_layer(banner, sign)["database"]
    assert (both.vendor, both.strength) == ("mariadb", "proven")
    assert both.evidence == ("digest of database", "digest of mysql")


def test_the_same_banner_on_two_ports_is_one_source() -> None:
    ssh = known(
        "ssh", SshFacts(banner="SSH-2.0-OpenSSH_9.2p1 Debian-2"), SshFacts(banner="SSH-2.0-OpenSSH_9.2p1 Debian-2")
    )
    found = by_layer(ssh, known("service", ServiceFacts(protocol="ssh", banner="SSH-2.0-OpenSSH_9.2p1 Debian-2")))
    assert [item.strength for item in found["application"]] == ["inferred"]
    assert [(item.vendor, item.strength) for item in found["operating_system"]] == [("debian", "inferred")]


def test_what_was_read_proves_alone() -> None:
    read = known("snmp", SnmpFacts(system_description=VRP), evidence_class=EvidenceClass.READ)
    [item] = by_layer(read, device_class="network")["network"]
    assert (item.vendor, item.strength, item.origin) == ("huawei", "proven", "domestic")


def test_a_mac_prefix_alone_is_weak_and_only_for_devices() -> None:
    mac = known("host", HostFacts(mac="00:e0:fc:01:02:03"))
    [item] = by_layer(mac, device_class="network")["network"]
    assert (item.vendor, item.strength, item.evidence_class) == ("huawei", "inferred", EvidenceClass.PORT)
    assert by_layer(mac) == {}
    snmp = known("snmp", SnmpFacts(system_description=VRP))
    [item] = by_layer(mac, snmp, device_class="network")["network"]
    assert (item.strength, item.evidence_class) == ("inferred", EvidenceClass.HANDSHAKE)


def test_a_protocol_names_its_product() -> None:
    [item] = by_layer(known("redis", RedisFacts(speaks_redis=True, version="7.0.1")))["database"]
    assert (item.vendor, item.version) == ("redis", "7.0.1")
    assert by_layer(known("redis", RedisFacts(speaks_redis=False))) == {}


def test_what_nobody_knows_gives_nothing() -> None:
    assert by_layer(known("http", HttpFacts(server="Zqxv/1.0", title="welcome"))) == {}


texts = st.text(max_size=40) | st.sampled_from(
    ["nginx/1.22", VRP, "SSH-2.0-OpenSSH_9 Debian", "Hikvision", "Microsoft-IIS/10.0"]
)


@given(st.lists(st.tuples(st.sampled_from(["http", "ssh", "snmp", "service"]), texts), max_size=6), st.data())
def test_order_does_not_matter_and_unknown_is_never_domestic(told: list[tuple[str, str]], data: st.DataObject) -> None:
    made: dict[str, Callable[[str], Fact]] = {
        "http": lambda text: HttpFacts(server=text),
        "ssh": lambda text: SshFacts(banner=text),
        "snmp": lambda text: SnmpFacts(system_description=text),
        "service": lambda text: ServiceFacts(protocol="http", banner=text),
    }
    items = [known(table, made[table](text)) for table, text in told]
    once = components("a", "server", items, DAY)
    assert components("a", "server", data.draw(st.permutations(items)), DAY) == once
    for item in once:
        assert item.vendor is not None or item.origin == "unknown"
        assert item.why
