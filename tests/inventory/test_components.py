"""Products from facts: two independent sources prove, one infers, and unknown is never taken for domestic."""

import itertools
from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import Component
from inventory.catalogue import load as load_catalogue
from inventory.components import DECIDED, SPEAKS, Known, components
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.docker import DockerFacts
from inventory.facts.hadoop import HadoopFacts
from inventory.facts.host import HostFacts
from inventory.facts.http import HttpFacts
from inventory.facts.mysql import MysqlFacts
from inventory.facts.redis import RedisFacts
from inventory.facts.rtsp import RtspFacts
from inventory.facts.service import ServiceFacts
from inventory.facts.snmp import SnmpFacts
from inventory.facts.ssh import SshFacts
from inventory.facts.zookeeper import ZookeeperFacts
from inventory.identify import identify_line
from inventory.observation import EvidenceClass
from scanner.wire.database import MYSQL_SIGNS

DAY = date(2026, 6, 1)
APACHE = "Apache/2.4.62 (Debian)"
VRP = "Huawei Versatile Routing Platform Software\r\nVRP (R) software, Version 5.170 (S5735 V200R019C10SPC500)"


def known(table: str, *rows: Fact, evidence_class: EvidenceClass = EvidenceClass.HANDSHAKE) -> Known:
    return Known(table, rows, evidence_class, (f"digest of {table}",))


def by_layer(*told: Known, device_class: str = "server") -> dict[str, list[Component]]:
    found = components("a", device_class, told, DAY)
    return {layer: list(items) for layer, items in itertools.groupby(found, key=lambda item: item.layer)}


def test_one_conversation_infers_and_another_besides_proves() -> None:
    banner = known("mysql", MysqlFacts(version="5.5.5-10.11.6-MariaDB-0+deb12u1"))
    sign = known("database", DatabaseFacts(family="mysql", product="mariadb", decided=True, version="10.11.6"))
    [alone] = by_layer(banner, sign)["database"]  # both were read in the same greeting
    assert (alone.vendor, alone.product, alone.strength, alone.origin) == (
        "mariadb",
        "MariaDB",
        "inferred",
        "community",
    )
    shell, page = (
        known("ssh", SshFacts(banner="SSH-2.0-OpenSSH_9.2p1 Debian-2")),
        known("http", HttpFacts(server=APACHE)),
    )
    [both] = by_layer(shell, page)["operating_system"]
    assert (both.vendor, both.product, both.strength) == ("debian", "Debian", "proven")
    assert both.evidence == ("digest of http", "digest of ssh")


def test_header_and_page_are_one_source_and_an_interface_is_another() -> None:
    header = known("http", HttpFacts(server="Docker/20.10.24 (linux)"), HttpFacts(title="Docker"))
    banner = known("service", ServiceFacts(protocol="docker", banner="Docker/20.10.24 (linux)"))
    [texts] = by_layer(header, banner)["cloud"]
    assert (texts.product, texts.version, texts.strength) == ("Docker", "20.10.24", "inferred")
    [both] = by_layer(header, known("docker", DockerFacts(answers=True, version="20.10.24")))["cloud"]
    assert (both.product, both.version, both.strength) == ("Docker", "20.10.24", "proven")


def test_what_two_probes_read_in_one_answer_is_one_source() -> None:
    banner = known(
        "service", ServiceFacts(protocol="zookeeper", banner="Zookeeper version: 3.4.13, built on 06/29/2018")
    )
    [item] = by_layer(banner, known("zookeeper", ZookeeperFacts(answers=True, version="3.4.13")))["middleware"]
    assert (item.product, item.strength) == ("ZooKeeper", "inferred")


def test_a_camera_that_says_its_name_in_two_protocols_is_proven() -> None:
    header, stream = (
        known("http", HttpFacts(server="App-webs/")),
        known("rtsp", RtspFacts(server="Hikvision RTSP Server 1.0")),
    )
    [item] = by_layer(header, stream, device_class="camera")["video"]
    assert (item.vendor, item.strength, item.origin) == ("hikvision", "proven", "domestic")


def test_products_of_one_house_stand_side_by_side_in_layers_of_software() -> None:
    keeper, cluster = (
        known("zookeeper", ZookeeperFacts(answers=True)),
        known("hadoop", HadoopFacts(answers=True, version="3.1.1")),
    )
    server = known("http", HttpFacts(server="Apache-Coyote/1.1"))
    found = by_layer(keeper, cluster, server)["middleware"]
    assert {(item.vendor, item.product, item.version) for item in found} == {
        ("apache", "Apache Tomcat", None),
        ("apache", "Hadoop", "3.1.1"),
        ("apache", "ZooKeeper", None),
    }


def test_an_icon_names_its_product_and_belongs_to_the_page_that_shows_it() -> None:
    icon = HttpFacts(favicon_hash=-297069493)
    [item] = by_layer(known("http", icon))["middleware"]
    assert (item.vendor, item.product, item.version, item.strength) == ("apache", "Apache Tomcat", None, "inferred")
    [both] = by_layer(known("http", icon, HttpFacts(server="Apache-Coyote/1.1")))["middleware"]
    assert (both.product, both.strength) == ("Apache Tomcat", "inferred")
    assert by_layer(known("http", HttpFacts(favicon_hash=45))) == {}


def test_every_interface_that_speaks_for_a_product_gives_its_name() -> None:
    for table, name in SPEAKS.items():
        found = identify_line({"kind": "banner", "protocol": table, "banner": f"{name} 1.2.3"})
        assert (found["version"], found["vendor"] is None, found["layer"] is None) == ("1.2.3", False, False), table
        assert found["product"] in name, table


def test_every_database_that_a_probe_decides_on_has_a_name() -> None:
    words = {word for word, _ in MYSQL_SIGNS} | {"kingbase", "opengauss", "highgo", "vastbase", "uxdb", "postgresql"}
    assert words | {"sqlserver", "oracle", "mongodb", "redis"} <= DECIDED.keys()
    assert {vendor for vendor, _ in DECIDED.values() if vendor} <= load_catalogue().vendors.keys()
    undecided = known("database", DatabaseFacts(family="mysql", product="mariadb", decided=False))
    assert by_layer(undecided) == {}
    [item] = by_layer(known("database", DatabaseFacts(product="kingbase", decided=True)))["database"]
    assert (item.vendor, item.product, item.origin) == ("kingbase", "KingbaseES", "domestic_derived")


def test_a_net_snmp_agent_is_named_beside_the_device_that_it_speaks_of() -> None:
    linux = SnmpFacts(system_description="Linux host 6.1.0 #1 SMP x86_64", system_object="1.3.6.1.4.1.8072.3.2.10")
    found = by_layer(known("snmp", linux))
    assert [(item.vendor, item.product) for item in found["application"]] == [("net-snmp", "Net-SNMP")]
    huawei = known("snmp", SnmpFacts(system_description=VRP, system_object="1.3.6.1.4.1.2011.2.23"))
    assert "application" not in by_layer(huawei, device_class="network")


def test_the_same_banner_on_two_ports_is_one_source() -> None:
    ssh = known(
        "ssh", SshFacts(banner="SSH-2.0-OpenSSH_9.2p1 Debian-2"), SshFacts(banner="SSH-2.0-OpenSSH_9.2p1 Debian-2")
    )
    found = by_layer(ssh, known("service", ServiceFacts(protocol="ssh", banner="SSH-2.0-OpenSSH_9.2p1 Debian-2")))
    assert [item.strength for item in found["application"]] == ["inferred"]
    [system] = found["operating_system"]
    assert (system.vendor, system.product, system.strength) == ("debian", "Debian", "inferred")


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
