"""What others' tools say of the city's servers is what the scan says: sslyze, ssh-audit, net-snmp and nmap, run from where the
agent runs, over what the scan of the unchanged city found."""

import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse

from bench.audit import one_word
from bench.ssh import algorithms, ssh_audit
from bench.tls import accepted, ours_of, sslyze
from inventory.asset import FRAGILE_CLASSES
from inventory.facts.certificate import CertificateFacts
from inventory.facts.service import ServiceFacts
from inventory.facts.snmp import SnmpFacts
from inventory.facts.ssh import SshFacts
from inventory.facts.tls import TlsFacts
from inventory.store import Store
from tests.city.running import Scanned

pytestmark = pytest.mark.lab

FROM_THE_OFFICE = (sys.executable, "-m", "lab", "run", "--")
Endpoint = tuple[str, int]

STATIONS = "10.45.70."  # fifty alike
NMAP_LOOKS_AT = ("10.45.10.", "10.45.40.")  # two zones: it takes its time
TROUBLE = "10.45.90."  # hosts that answer nonsense on purpose: no tool names them rightly
BEYOND_SSLYZE = {
    ("10.45.83.23", 8443): "the twin ends the handshake after its first flight",
    ("10.45.51.14", 443): "SM suites of RFC 8998 alone",
    ("10.45.90.18", 443): "a certificate of 4 MB",
}
"""Where sslyze cannot finish a handshake, and asks nothing more."""
SIGNALS = ("kex-strict-", "ext-info-")  # stand among the key exchanges and are none (RFC 8308, OpenSSH)
EXPLAINED = {
    ("telnet", "landesk-rc"): "nmap takes a login prompt of a switch for a remote control of the nineties",
}
"""(our word, nmap's) → why both stand."""


def facts(workspace: Path, table: str) -> dict[Endpoint, tuple[object, ...]]:
    """The facts that the scan holds, by address and port."""
    with Store.open(workspace) as store:
        scan = store.scan()["id"]
        where = {question.id: question.endpoint for question in store.questions(scan)}
        return {
            (where[question].address, where[question].port): rows
            for question, rows in store.facts(scan, table).items()
            if rows
        }


def test_tls_is_what_sslyze_says(baseline: Scanned) -> None:
    """Accepted suites of every version, and the certificates shown, on every endpoint that speaks TLS from its first byte and
    bears to be asked for all of them."""
    shown = facts(baseline.workspace, "certificate")
    ours = {
        where: row
        for where, (row, *_) in facts(baseline.workspace, "tls").items()
        if isinstance(row, TlsFacts) and row.suite_count is not None and not row.starttls and where not in BEYOND_SSLYZE
    }
    assert len(ours) > 10
    theirs = sslyze(ours, FROM_THE_OFFICE)
    assert theirs is not None, "sslyze could not be installed"
    assert theirs.keys() == ours.keys()
    differing = {}
    for where, row in ours.items():
        told = theirs[where]
        if (one := ours_of(row)) != (other := accepted(told)):
            differing[where] = {
                version: one[version] ^ other[version] for version in one if one[version] != other[version]
            }
        chains = told["certificate_info"]["result"]["certificate_deployments"]
        leaves = {chain["received_certificate_chain"][0]["serial_number"] for chain in chains}
        mine = {
            int(each.serial or "0", 16)
            for each in shown.get(where, ())
            if isinstance(each, CertificateFacts) and each.place == 0
        }
        assert mine <= leaves, where
    assert differing == {}


def test_ssh_is_what_ssh_audit_says(baseline: Scanned) -> None:
    """Algorithms by their number and kind, and the host key, on every endpoint that speaks SSH."""
    ours = {
        where: row
        for where, (row, *_) in facts(baseline.workspace, "ssh").items()
        if isinstance(row, SshFacts) and row.kex_count is not None
    }
    assert len(ours) > 20
    theirs = ssh_audit(ours, FROM_THE_OFFICE)
    assert theirs is not None, "ssh-audit could not be installed"
    differing = {}
    for where, row in ours.items():
        lists = algorithms(theirs[where])
        exchanges = {name for name in lists["kex"] if not name.startswith(SIGNALS)}
        expected = {
            "kex_count": len(exchanges),
            "host_key_count": len(lists["host_keys"]),
            "cipher_count": len(lists["ciphers_out"]),
            "mac_count": len(lists["macs_out"]),
            "host_key_sha1": "ssh-rsa" in lists["host_keys"],
            "host_key_ed25519": "ssh-ed25519" in lists["host_keys"],
            "cipher_cbc": any("-cbc" in name for name in lists["ciphers_out"]),
            "mac_sha1": any(name.startswith("hmac-sha1") for name in lists["macs_out"]),
            "strict_key_exchange": "kex-strict-s-v00@openssh.com" in lists["kex"],
        }
        wrong = {name: (getattr(row, name), value) for name, value in expected.items() if getattr(row, name) != value}
        if wrong:
            differing[where] = wrong
    assert differing == {}


def test_snmp_is_what_net_snmp_says(baseline: Scanned) -> None:
    """System data over SNMPv2c, wherever a community that the permit lists is accepted."""
    ours = {
        where: row
        for where, (row, *_) in facts(baseline.workspace, "snmp").items()
        if isinstance(row, SnmpFacts) and row.v2c and not where[0].startswith((TROUBLE, STATIONS))
    }
    assert len(ours) > 3
    for (address, port), row in ours.items():
        expected = {"1": row.system_description, "2": row.system_object, "5": row.system_name}
        said = {number: snmpget(address, port, f".1.3.6.1.2.1.1.{number}.0") for number in expected}
        assert said == {number: one_line(value or "") for number, value in expected.items()}, address


def snmpget(address: str, port: int, number: str) -> str:
    """One value, as net-snmp prints it without names."""
    words = ["snmpget", "-v2c", "-c", "public", "-m", "", "-t", "2", "-Oqvn", f"udp:{address}:{port}", number]
    return one_line(subprocess.run([*FROM_THE_OFFICE, *words], check=True, capture_output=True, text=True).stdout)


def one_line(value: str) -> str:
    """Without quotes, line breaks, and the dot before an object identifier."""
    return " ".join(value.replace('"', "").split()).removeprefix(".")


def test_nmap_never_contradicts_the_names_of_services_unexplained(
    baseline: Scanned, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """nmap looks at every port where we named a service on hosts that it cannot break; what it names otherwise has an entry."""
    with Store.open(baseline.workspace) as store:
        fragile = {
            address
            for asset in store.assets(store.scan()["id"])
            if asset.device_class in FRAGILE_CLASSES | {"unknown"}
            for address in asset.addresses
        }
    ours = {
        where: one_word(row.protocol)
        for where, (row, *_) in facts(baseline.workspace, "service").items()
        if isinstance(row, ServiceFacts)
        and row.protocol
        and where[0] not in fragile
        and where[0].startswith(NMAP_LOOKS_AT)
    }
    assert len(ours) > 20
    out = tmp_path_factory.mktemp("nmap") / "told.xml"
    ports = ",".join(str(port) for port in sorted({port for _, port in ours}))
    words = [
        "nmap",
        "-n",
        "-Pn",
        "-sT",
        "-sV",
        "--version-light",
        "--host-timeout",
        "90s",
        "-p",
        ports,
        "-oX",
        str(out),
    ]
    subprocess.run(
        [*FROM_THE_OFFICE, *words, *sorted({a for a, _ in ours})], check=True, capture_output=True, timeout=900
    )
    root = parse(out).getroot()
    assert root is not None
    theirs = {where: name for where, name in named(root).items() if where in ours}
    assert len(theirs) > 15
    contradictions = {
        where: (ours[where], name)
        for where, name in theirs.items()
        if one_word(name) != ours[where] and (ours[where], name) not in EXPLAINED
    }
    assert contradictions == {}


def named(root: Element) -> dict[Endpoint, str]:
    """The services that nmap recognised by an answer, not by the port's number."""
    return {
        (host.find("address").get("addr", ""), int(port.get("portid", "0"))): service.get("name", "")  # type: ignore[union-attr]
        for host in root.iter("host")
        for port in host.iter("port")
        if (service := port.find("service")) is not None and service.get("method") == "probed"
    }
