"""What the owners hand in: readable by the product, of the right systems, and true of what runs there."""

import json
from pathlib import Path

import pytest

from inventory.imports import sbom
from lab import bills, documents, truth
from lab.city import CITY_FILE, CityError, load_city
from scanner.documents import named_address
from scanner.import_files import kind_of

CITY = load_city()
LIAR = "yl-qiaoxiang"
# Real servers and what a bill calls them.
LISTED = {
    **{name: name for name in ("openssh", "nginx", "redis", "mariadb", "postgresql", "mosquitto", "vsftpd", "bind")},
    **{name: name for name in ("chrony", "haproxy", "tomcat", "etcd", "prometheus", "influxdb", "zookeeper")},
    **{name: name for name in ("postfix", "dovecot", "gmssl")},
    "netsnmp": "net-snmp",
}


def test_the_product_reads_every_document_under_the_address_of_its_system(tmp_path: Path) -> None:
    count = documents.write(CITY, tmp_path)
    files = sorted(tmp_path.iterdir())
    assert len(files) == count > 100
    addresses = {address for host in CITY.hosts for address in host.addresses()}
    for file in files:
        assert kind_of(file) == ("sbom" if file.suffix == ".json" else "cli"), file.name
        assert named_address(file) in addresses
        assert bills.SIMULATED in file.read_text(encoding="utf-8")


def test_every_bill_is_valid_and_lists_its_parts() -> None:
    for paper in documents.documents(CITY):
        if paper.kind == "bill":
            bill = sbom.read(paper.text.encode(), paper.file)
            assert bill.valid, (paper.host, bill.errors)
            assert [part.ref.removeprefix("SPDXRef-") for part in bill.parts] == list(paper.parts)


def test_both_forms_say_the_same_but_for_the_end_of_support() -> None:
    """CycloneDX 1.5 has no field for it."""
    listed = {name: CITY.documents["parts"][name] for name in ("kylin-v11", "tongweb", "nginx", "tomcat-old")}
    read = [sbom.read(form("system", listed).encode(), "bill.json") for form in (bills.cyclonedx, bills.spdx)]
    told = [
        [(one.name, one.version, one.supplier, one.licence, one.direct, one.integrity) for one in each.parts]
        for each in read
    ]
    assert told[0] == told[1]
    assert [part.kind for part in read[0].parts] == ["operating-system", *["application"] * 3]
    assert [part.ends for part in read[1].parts] == ["2035-12-31", "2034-12-31", "", ""]


def test_a_bill_names_the_real_servers_of_its_host_and_their_system() -> None:
    hosts = {name: host for host in CITY.hosts for name in host.names()}
    checked = 0
    for paper in documents.documents(CITY):
        real = [each.kind for each in hosts[paper.host].services if each.program == "server" and each.kind in LISTED]
        if paper.kind == "bill" and real:
            system = "kylin-v10" if paper.host == LIAR else "debian"
            assert {system, *(LISTED[kind] for kind in real)} <= set(paper.parts), paper.host
            checked += 1
    assert checked >= 40


def test_some_owners_hand_in_nothing_and_a_district_has_its_own_documents() -> None:
    with_one = {paper.host for paper in documents.documents(CITY)}
    assert len([host for host in CITY.hosts if not with_one & set(host.names())]) > 20
    zone = documents.documents(CITY.district(["lz-ot"]))
    assert {paper.host for paper in zone} == {"lz-scada", "lz-press", "lz-press-open", "lz-substation-new"}


def test_documents_decide_what_the_wire_cannot_and_nothing_else() -> None:
    before = {(each.address, each.rule): each for each in truth.truths(CITY)}
    after = {(each.address, each.rule): each for each in truth.with_documents(CITY)}
    with_one = {paper.address for paper in documents.documents(CITY)}
    assert before.keys() <= after.keys()
    moved = {place for place in after if place not in before or before[place].verdict != after[place].verdict}
    assert {address for address, _ in moved} <= with_one
    assert {rule[:3] for _, rule in moved} == {"da-"}
    told = after[("10.45.50.27", "da-access-network-origin")]
    assert (told.verdict, told.because) == ("fail", "the device's own version output names Cisco")
    assert before[("10.45.50.27", "da-access-network-origin")].verdict == "not_assessed"


def test_the_matrix_with_documents_has_the_shape_of_the_other() -> None:
    zone = CITY.district(["nn-app"])
    told = truth.document(zone, vantage=truth.DOCUMENTS)["hosts"]
    assert len(told) == len(truth.document(zone)["hosts"])
    json.dumps(told)
    (gateway,) = [host for host in told if host["host"] == "nn-gateway"]
    assert {"rule": "da-processor-listed", "verdict": "pass", "because": "announced (2026, number 3)", "observed": None} in gateway["verdicts"]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("hosts: [qz-tlcp], parts", "hosts: [qz-nobody], parts", "there is no such host"),
        ("hosts: [qz-tlcp], parts", "hosts: [nn-gateway], parts", "has a document already"),
        ("parts: [debian, gmssl]", "parts: [debian, gmsl]", "there is no part 'gmsl'"),
        ("name: GmSSL, version: 3.1.1", "named: GmSSL, version: 3.1.1", "documents: gmssl: a part has"),
    ],
)
def test_documents_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = CITY_FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "city.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CityError, match=complaint):
        load_city(tmp_path / "city.yaml")
