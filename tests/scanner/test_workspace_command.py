"""`chengjian workspace`: what it prints, its exit codes, and the pages that explain it."""

import json
from pathlib import Path

import pytest

from inventory.store import Store
from scanner.cli import main
from tests.documents import execute
from tests.inventory.workspaces import three_scans

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("page", ["keeping-a-workspace.md", "keeping-a-workspace.zh.md"])
def test_the_page_on_keeping_a_workspace_is_true(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three_scans(tmp_path / "city.db")
    assert execute(DOCS / page, tmp_path, monkeypatch) >= 8


def test_a_broken_workspace_or_chain_gives_exit_1_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "city.db"
    three_scans(path)
    assert main(["workspace", "keep", "s1", "--reason", "r", "--workspace", str(path)]) == 0
    with Store.open(path) as store:
        store.connection.execute("DROP TRIGGER audit_is_never_changed")
        store.connection.execute("UPDATE audit SET who = 'nobody'")
        store.connection.execute("DELETE FROM kept_evidence.evidence")
    capsys.readouterr()
    assert main(["workspace", "check", "--json", "--workspace", str(path)]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert len(problems) == 4
    assert problems[-1] == "audit entry 1 was changed"
    assert main(["workspace", "audit", "verify", "--workspace", str(path)]) == 1


def test_a_budget_that_is_exceeded_gives_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    three_scans(tmp_path / "city.db")
    assert main(["workspace", "check", "--budget", "1G", "--workspace", str(tmp_path / "city.db")]) == 0
    assert main(["workspace", "check", "--budget", "1K", "--workspace", str(tmp_path / "city.db")]) == 1
    assert "above the budget of 1024" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--budget", "many"],
        ["keep", "s1"],
        ["keep", "s9", "--reason", "r"],
        ["release", "s1"],
        ["prune", "--days", "30"],
        ["backup", "city.db"],
        ["restore", "nothing.db"],
        ["check", "--workspace", "missing.db"],
    ],
)
def test_wrong_usage_gives_exit_2_and_changes_nothing(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_scans(tmp_path / "city.db")
    monkeypatch.chdir(tmp_path)
    with Store.open(tmp_path / "city.db") as store:
        before = store.scans()
    assert main(["workspace", *words]) == 2
    with Store.open(tmp_path / "city.db") as store:
        assert store.scans() == before
