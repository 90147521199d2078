"""The invariants of ARCHITECTURE.md that a look at the sources can hold."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 450

# Who may open what. A new name here is a decision, and shows in the diff.
DOORS = {
    "socket": {
        "scanner/net.py",
        "scanner/privileged/neighbours.py",
        "scanner/privileged/echo.py",
        "scanner/privileged/listen.py",
        "scanner/sweep/raw.py",
        "scanner/agent/send.py",
    },
    "subprocess": {"scanner/nmap_program.py", "scanner/helper_client.py", "scanner/agent/child.py"},
    "sqlite3": {
        "inventory/store.py",
        "inventory/store_copy.py",
        "inventory/read_only.py",
        "inventory/imports/package_databases.py",
        "reports/portal/database.py",
    },
    "scapy": {"scanner/privileged/neighbours.py"},
    "nmap": {"scanner/nmap_program.py"},
    "pysnmp": {"scanner/wire/usm.py"},
    "httpx2": {"reports/portal/sign_on.py"},
    "authlib": {"reports/portal/sign_on.py"},
}


def sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("library", sorted(DOORS))
def test_only_the_doors_open_the_outside(library: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in sources("inventory", "rules", "reports", "scanner")
        if library in imports(path)
    }
    assert users <= DOORS[library]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in sources("inventory", "rules", "reports", "scanner", "lab", "tests", "bench")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_no_file_outgrows_one_idea() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources("inventory", "rules", "reports", "scanner", "lab", "tests", "bench")
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_room_without_a_name() -> None:
    assert [
        path
        for path in sources("inventory", "rules", "reports", "scanner", "lab", "tests")
        if path.stem in {"utils", "helpers", "common", "misc"}
    ] == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    pattern = re.compile(r"pytest\.(mark\.)?(skip|xfail|importorskip)")
    assert [path for path in sources("tests") if path != Path(__file__) and pattern.search(path.read_text())] == []


def test_the_lock_files_pin_by_hash_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text


def test_the_project_speaks_of_itself_alone() -> None:
    forbidden = re.compile(
        r"py"
        r"pi\.org|python"
        r"hosted|registry\.npm"
        r"js|deb\.deb"
        r"ian\.org|\.\./sha"
        r"red|/wor"
        r"k/|/tmp/te"
        r"am|hel"
        r"per-[0-9]"
    )
    named = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        named += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in forbidden.finditer(text)]
    assert named == []
