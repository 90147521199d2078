"""`chengjian inventory export` gathers what a scan knows, and writes where it is told."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.endpoint import Endpoint
from inventory.facts.redis import RedisFacts
from inventory.facts.service import ServiceFacts
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.register import Entry, to_bytes
from inventory.store import Store
from scanner.derive import REGISTER, derive
from scanner.inventory_export import holdings
from tests.scanner.permits import permit_for

AT = "2026-06-01T00:00:00Z"
ADDRESS = "10.0.0.1"


def filled(path: Path) -> None:
    """A workspace with one scan of one host that runs a Redis without a password and an SNMP agent."""
    permit = permit_for("10.0.0.0/24").document()
    with Store.create(path) as store:
        store.begin_scan("s1", started=AT, permit=permit, profile={}, versions={})
        store.keep("s1/register.json", REGISTER, to_bytes([Entry(ADDRESS, "缓存", credit_code="11450000007565261X")]))
        with store.batch():
            for transport, port, table in (("tcp", 6379, "service"), ("tcp", 6379, "redis"), ("udp", 161, "snmp")):
                question = Question(Endpoint(ADDRESS, transport, port), table, "office")  # type: ignore[arg-type]
                seen = Observation(question.id, Outcome.ANSWERED, "", AT, EvidenceClass.HANDSHAKE, ())
                store.add_questions("s1", [question])
                store.add_observation("s1", seen)
                if table == "service":
                    store.put_facts("s1", question.id, table, [ServiceFacts(protocol="redis", tls=False)])
                if table == "redis":
                    known = RedisFacts(speaks_redis=True, authentication_required=False, version="7.0.15")
                    store.put_facts("s1", question.id, table, [known])
        store.end_scan("s1", state="finished", ended=AT, counters={})
        derive(store, "s1")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "city.db"
    filled(path)
    return path


def export(workspace: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "scanner.cli", "inventory", "export", "--workspace", workspace, *words]
    return subprocess.run([str(word) for word in call], capture_output=True, text=True, check=False)


def test_holdings_are_what_the_scan_knows(workspace: Path) -> None:
    with Store.open(workspace) as store:
        known = holdings(store, "s1")
    [one] = known.holdings
    assert (known.at, one.asset.name, one.credit_code) == (AT, "缓存", "11450000007565261X")
    assert [(part.product, part.version) for part in one.components] == [("Redis", "7.0.15")]
    redis, snmp = sorted(one.listeners, key=lambda each: -each.endpoint.port)
    assert (redis.protocol, redis.tls, redis.authenticated) == ("redis", False, False)
    assert (snmp.protocol, snmp.authenticated, replace(snmp.endpoint, port=0).transport) == ("snmp", None, "udp")


def test_csv_comes_on_stdout_and_with_a_mark_for_spreadsheets_in_a_file(workspace: Path, tmp_path: Path) -> None:
    told = export(workspace)
    [row] = csv.DictReader(io.StringIO(told.stdout))
    assert (row["id"] != "", row["name"], row["services"]) == (True, "缓存", "redis:6379/tcp snmp:161/udp")
    assert export(workspace, "--out", tmp_path / "new" / "a.csv").returncode == 0
    assert (tmp_path / "new" / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_every_format_is_written_where_it_is_told(workspace: Path, tmp_path: Path) -> None:
    assert json.loads(export(workspace, "--format", "cyclonedx").stdout)["components"][0]["type"] == "device"
    for name, out in (("xlsx", "a.xlsx"), ("netbox", "folder"), ("cyclonedx", "a.json")):
        done = export(workspace, "--format", name, "--out", tmp_path / out)
        assert (done.returncode, done.stderr) == (0, ""), name
    assert len(list((tmp_path / "folder").iterdir())) == 8
    assert json.loads((tmp_path / "a.json").read_text())["bomFormat"] == "CycloneDX"
    assert export(workspace, "--format", "yaml").returncode == 2
