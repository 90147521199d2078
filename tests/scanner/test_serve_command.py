"""`chengjian serve`: publishing from a workspace, accounts by the command line, and a server that keeps to loopback."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from inventory.audit import entries
from inventory.store import Store
from reports.canonical_form import canonical_report
from reports.portal.accounts import Accounts
from reports.portal.snapshot import Snapshot
from scanner.cli import main
from tests.inventory.workspaces import add_scan
from tests.portal_certificate import write_certificate
from tests.reports.documents import small

ROOT = Path(__file__).parents[2]
PERMIT = """\
format: chengjian-permit/1
id: SELF-1
issuer: {organisation: 测试局, authorised_by: 甲}
contact: test@example.invalid
environment: lab
valid_from: 2026-01-01T00:00
valid_to: 2099-12-31
networks: [127.45.80.1/32]
zones:
  - {name: dmz, networks: [127.45.80.1/32], classes: {server: 3}}
vantage: office
pace: {host_packets: 900, host_connections: 900, zone_packets: 20000, total_packets: 20000}
register: register.csv
"""
REGISTER = (
    "address,name,city,department,system,protection_level,device_class,importance,contact\n"
    "127.45.80.1,portal,450100,govdata,portal,3,server,important,duty desk\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    report = small()
    with Store.create(tmp_path / "city.db") as store:
        (digest,) = add_scan(store, report.scan.id, report.scan.ended, answers=(b"+PONG\r\n",))
        piece = report.findings[0].evidence[0].model_copy(update={"digest": digest})
        first = report.findings[0].model_copy(update={"evidence": (piece,)})
        report = report.model_copy(update={"findings": (first, *report.findings[1:])})
        store.put_report(report.scan.id, canonical_report(report))
    (tmp_path / "password").write_text("correct-horse-7\n")
    (tmp_path / "password").chmod(0o600)
    return tmp_path


def test_publish_takes_the_report_and_its_evidence_from_the_workspace(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "publish", "--format", "html", "--lang", "zh", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == ["report.json", "report.zh.html"]
    snapshot = Snapshot(folder / told["folder"] / "snapshot.db")
    digest = small().findings[0].evidence[0].digest
    assert snapshot.evidence(digest) is None
    with Store.open(folder / "city.db") as store:
        (kept,) = store.evidence_digests(small().scan.id)
        assert snapshot.evidence(kept) == store.evidence_bytes(kept)
        assert [entry.act for entry in entries(store)] == ["publish"]
    assert main(["serve", "publish"]) == 2


@pytest.mark.parametrize(
    "words",
    [
        ["publish", "nothing"],
        ["publish", "--lang", "fr"],
        ["publish", "--format", "pigeon"],
        ["publish", "--workspace", "missing.db"],
        ["run", "--folder", "missing"],
        ["run", "--host", "0.0.0.0", "--folder", "."],
        ["run", "--certificate", "c.pem", "--folder", "."],
        ["run", "--certificate", "c.pem", "--key", "k.pem", "--folder", "."],
        ["account", "add", "wei", "--role", "officer"],
        ["account", "add", "wei", "--role", "vendor", "--password-file", "password"],
        ["account", "add", "Wei", "--role", "officer", "--password-file", "password"],
        ["account", "add", "wei", "--role", "king", "--password-file", "password"],
        ["account", "add", "correct-horse", "--role", "officer", "--password-file", "password"],
        ["account", "add", "wei", "--role", "officer", "--password-file", "city.db"],
        ["account", "remove", "wei"],
        ["account", "password", "wei", "--password-file", "password"],
    ],
)
def test_wrong_usage_is_exit_2_with_one_line(
    folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *words]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_accounts_are_made_listed_changed_and_removed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = [
        "serve",
        "account",
        "add",
        "haiyun",
        "--role",
        "vendor",
        "--system",
        "policy-cache",
        "--password-file",
        "password",
    ]
    assert main(add) == 0
    assert main(add) == 2
    assert main(["serve", "account", "list"]) == 0
    assert re.search(r"haiyun +vendor +policy-cache", capsys.readouterr().out)
    assert main(["serve", "account", "password", "haiyun", "--password-file", "password"]) == 0
    assert main(["serve", "account", "remove", "haiyun"]) == 0
    capsys.readouterr()
    assert main(["serve", "account", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"accounts": []}
    accounts = Accounts(folder / "portal.db")
    assert accounts.listed() == []
    accounts.close()


@pytest.mark.slow
def test_our_own_scanner_finds_nothing_at_or_above_medium_on_the_portal(folder: Path) -> None:
    """Served over TLS as the guide says, and registered as any other system."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    write_certificate(folder)
    assert main(["serve", "publish", "--format", ""]) == 0
    words = [
        "serve",
        "run",
        "--host",
        "127.45.80.1",
        "--port",
        "0",
        "--certificate",
        "portal.pem",
        "--key",
        "portal.key",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner.cli", *words], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = ""
        while "serving on" not in line:
            line = process.stderr.readline()
            assert line, "the server ended"
        (folder / "permit.yaml").write_text(PERMIT, encoding="utf-8")
        (folder / "register.csv").write_text(REGISTER, encoding="utf-8")
        words = [
            "scan",
            "permit.yaml",
            "--workspace",
            "self.db",
            "--ports",
            line.strip().rsplit(":", 1)[1],
            "--no-nmap",
            "--json",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "scanner.cli", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr  # 1 would be findings at or above medium
        figures = json.loads(done.stdout)["summary"]
        assert figures["findings"]["high"] == figures["findings"]["medium"] == 0
        with Store.open(folder / "self.db") as store:
            spoken = {row.protocol for rows in store.facts(store.scan()["id"], "service").values() for row in rows}  # type: ignore[attr-defined]
        assert {"http", "tls"} & {str(word) for word in spoken}, spoken
    finally:
        process.kill()
        process.communicate()


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: object) -> None:
        return None


def test_it_serves_on_loopback_and_ends_in_order(folder: Path) -> None:
    assert main(["serve", "publish", "--format", ""]) == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner.cli", "serve", "run", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        line = ""
        while "serving on" not in line:
            line = process.stderr.readline()
            assert line, "the server ended"
        address = line.split()[-1]
        assert address.startswith("http://127.0.0.1:")
        opener = urllib.request.build_opener(_Stay)
        with opener.open(f"{address}/login") as answer:
            assert answer.status == 200
            assert "Server" not in answer.headers
        with pytest.raises(urllib.error.HTTPError) as caught:
            opener.open(f"{address}/")
        assert caught.value.code == 303
        caught.value.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.communicate()
