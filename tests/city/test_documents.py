"""What owners hand in joins a finished scan: the whole matrix is the truth, and autonomy has an index."""

import json
from pathlib import Path

import pytest

from tests.city.running import Scanned, chengjian, copied, differences, finished, lab, truth

pytestmark = pytest.mark.lab

CONTRADICTED = "10.45.71.21 operating_system: Debian (handshake); Kylin Linux Advanced Server V10 (read)"
PACKAGES = {
    **{
        "openssh": "openssh-server",
        "nginx": "nginx",
        "haproxy": "haproxy",
        "tomcat": "tomcat10",
        "redis": "redis-server",
    },
    **{"mariadb": "mariadb-server", "mosquitto": "mosquitto", "vsftpd": "vsftpd", "bind": "bind9", "chrony": "chrony"},
    **{"net-snmp": "snmpd", "postfix": "postfix", "dovecot": "dovecot-core", "prometheus": "prometheus"},
    **{"etcd": "etcd-server", "influxdb": "influxdb"},
}


def documents(scan: Scanned) -> Path:
    """Where its documents lie."""
    return scan.workspace.with_name("documents")


@pytest.fixture(scope="module")
def informed(baseline: Scanned, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scanned, str]:
    """The scan of the unchanged city with every document joined, and what the import said."""
    folder = tmp_path_factory.mktemp("informed")
    copied(baseline.workspace, folder)
    lab("documents", "--out", folder / "documents")
    said = chengjian("inventory", "import", folder / "documents", "--workspace", folder / "city.db")
    return finished(folder), said


def test_the_whole_matrix_with_documents_is_the_truth(informed: tuple[Scanned, str]) -> None:
    expected = truth("--documents")
    assert any(rule == "da-software-support" for _, rule in expected)
    assert differences(informed[0].matrix, expected) == []


def test_no_document_contradicts_the_wire_but_the_one_that_lies(informed: tuple[Scanned, str]) -> None:
    told = [line for line in informed[1].splitlines() if line.startswith("told differently")]
    assert told == [f"told differently: {CONTRADICTED}"]


def test_autonomy_has_an_index_with_its_arithmetic_and_a_narrower_interval(
    baseline: Scanned, informed: tuple[Scanned, str]
) -> None:
    before, after = baseline.grade("autonomy"), informed[0].grade("autonomy")
    assert (before["point"], before["coverage_a"] < 60) == (None, True)
    assert after["refusal"] is None
    assert after["coverage_a"] > 60
    assert before["lower"] < after["lower"] < after["point"] < after["upper"] < before["upper"]
    assert any(line["en"].startswith("index = sum of scores") for line in after["arithmetic"])
    assert informed[0].grade()["point"] == baseline.grade()["point"]


def test_the_bills_state_the_versions_that_the_image_holds(informed: tuple[Scanned, str]) -> None:
    bills = (json.loads(file.read_bytes()) for file in documents(informed[0]).glob("*_sbom.json"))
    stated = {part["bom-ref"]: part["version"] for bill in bills for part in bill.get("components", ())}
    listed = lab("tool", "--", "dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES.values())
    installed = dict(line.split() for line in listed.splitlines())
    for part, package in PACKAGES.items():
        assert installed[package].rpartition(":")[2].startswith(stated[part]), part
