"""Lists of masscan and version outputs join a scan as evidence, which replay reads again."""

import subprocess
import sys
from pathlib import Path

import pytest

from inventory.store import Store
from scanner.derive import derive
from scanner.replay import replay
from tests.inventory.test_cli_output import COMWARE
from tests.inventory.test_masscan import BANNER, CLOSED, OPEN
from tests.scanner.permits import permit_for

OUTSIDE = OPEN.replace("10.0.0.1", "10.99.0.1")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "city.db"
    with Store.create(path) as store:
        permit = permit_for("10.0.0.0/24").document()
        store.begin_scan("s1", started="2026-06-01T00:00:00Z", permit=permit, profile={}, versions={})
        store.end_scan("s1", state="finished", ended="2026-06-01T01:00:00Z", counters={})
    return path


def bring_in(workspace: Path, file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    call = [
        sys.executable,
        "-m",
        "scanner.cli",
        "inventory",
        "import",
        str(file),
        "--workspace",
        str(workspace),
        *words,
    ]
    return subprocess.run(call, capture_output=True, text=True, check=False)


def products(store: Store) -> dict[str, set[tuple[str | None, str | None, str]]]:
    where = {asset.id: asset.addresses[0] for asset in store.assets("s1")}
    found: dict[str, set[tuple[str | None, str | None, str]]] = {}
    for part in store.components("s1"):
        found.setdefault(where[part.asset], set()).add((part.product, part.version, part.strength))
    return found


def test_a_list_of_masscan_joins_the_scan(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "masscan.json"
    file.write_text("[\n" + ",\n".join((OPEN, BANNER, CLOSED, OUTSIDE)) + "\n]\n")
    done = bring_in(workspace, file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 hosts, 1 recognised services, 1 hosts outside the permit left out" in done.stdout
    with Store.open(workspace) as store:
        assert {asset.addresses for asset in store.assets("s1")} == {("10.0.0.1",), ("10.0.0.2",)}
        assert products(store) == {"10.0.0.1": {("OpenSSH", "9.2p1", "inferred")}}


def test_a_version_output_proves_what_it_says(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "version.txt"
    file.write_bytes(COMWARE.encode())
    refused = bring_in(workspace, file)
    assert (refused.returncode, "--address" in refused.stderr) == (2, True)
    done = bring_in(workspace, file, "--address", "10.0.0.7")
    assert (done.returncode, done.stderr) == (0, "")
    assert "vendor h3c" in done.stdout
    with Store.open(workspace) as store:
        expected = {"10.0.0.7": {("Comware", "7.1.070", "proven")}}
        assert products(store) == expected
        again = replay(store, "s1")
        derive(again, "s1")
        assert products(again) == expected


def test_an_unknown_text_is_refused_with_a_hint(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleague,\n")
    done = bring_in(workspace, file, "--address", "10.0.0.7")
    assert (done.returncode, "no importer for it" in done.stderr) == (2, True)
