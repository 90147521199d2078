"""The guides say what is true: their commands are executed, against twins on loopback."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inventory.store import Store
from lab.loopback import serve
from tests.documents import execute

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PERMIT = """\
format: chengjian-permit/1
id: LOOP-1
issuer: {organisation: 测试局, authorised_by: 甲}
contact: test@example.invalid
environment: lab
valid_from: 2026-01-01T00:00
valid_to: 2099-12-31
networks: [127.45.77.0/29]
exclusions: [127.45.77.5]
zones:
  - {name: office, networks: [127.45.77.0/29], classes: {server: 2}}
vantage: office
pace: {host_packets: 900, host_connections: 900, zone_packets: 20000, total_packets: 20000}
register: register.csv
stop_file: stop
"""
REGISTER = "address,name,city,department,system,protection_level,device_class\n" + "".join(
    f"127.45.77.{last},host {last},450100,govdata,policy-cache,3,server\n" for last in (1, 2, 3, 5)
)
AGENT = """\
format: chengjian-agent/1
name: nanning-1
folder: duty
status: status.json
jobs:
  - {name: office, permit: permit.yaml, workspace: city.db, schedule: "0 22 * * 6"}
"""


@pytest.fixture(scope="module")
def city() -> Iterator[str]:
    """A few hosts on loopback; gives the list of their ports."""
    with contextlib.ExitStack() as running:

        def start(twin: str, settings: dict[str, Any], address: str, port: int = 0) -> int:
            return running.enter_context(serve(twin, settings, address=address, port=port))[1]

        redis = start("redis", {}, "127.45.77.1")
        start("redis", {"password": "x"}, "127.45.77.2", redis)
        yield f"{redis},{start('http', {}, '127.45.77.1')}"


def papers(folder: Path) -> None:
    """What the reader of a guide has before the first command."""
    for name, text in (("permit.yaml", PERMIT), ("register.csv", REGISTER), ("agent.yaml", AGENT)):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "password").write_text("correct-horse-7\n")
    (folder / "password").chmod(0o600)


@pytest.fixture(scope="module")
def scanned(city: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace that one scan has filled."""
    folder = tmp_path_factory.mktemp("scanned")
    papers(folder)
    words = [
        "scan",
        "permit.yaml",
        "--workspace",
        "city.db",
        "--no-nmap",
        "--quiet",
        "--fail-on",
        "none",
        "--ports",
        "6379,8080",
    ]
    subprocess.run(
        [sys.executable, "-m", "scanner.cli", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("page", ["guide-operator.md", "guide-operator.zh.md"])
def test_the_operators_guide_is_true(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    papers(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert execute(DOCS / page, tmp_path, monkeypatch) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("page", ["guide-officer.md", "guide-officer.zh.md", "guide-auditor.md", "guide-auditor.zh.md"])
def test_the_readers_guides_are_true(page: str, scanned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in scanned.glob("city.*"):
        shutil.copy(path, tmp_path)
    with Store.open(tmp_path / "city.db") as store:
        monkeypatch.setattr("tests.documents.NAMES", {"SCAN": str(store.scan()["id"])})
    assert execute(DOCS / page, tmp_path, monkeypatch) >= 2
