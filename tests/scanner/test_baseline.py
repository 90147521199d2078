"""A baseline: told apart is what is new since, and the exit code looks at that alone."""

import json
import shutil
from pathlib import Path

import pytest

from scanner.cli import main
from tests.rules.test_decided_by_files import DATA, workspace

ADDRESS = "10.45.1.1"


def bring(city: Path, name: str, address: str = ADDRESS) -> None:
    assert main(["inventory", "import", str(DATA / name), "--workspace", str(city), "--address", address]) == 0


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a judged city and its report."""
    folder = tmp_path_factory.mktemp("before")
    city = workspace(folder / "city.db")
    bring(city, "core-bad.cfg")
    assert main(["report", "--workspace", str(city), "--format", "json", "--out", str(folder / "base")]) == 0
    return folder


@pytest.fixture
def city(before: Path, tmp_path: Path) -> Path:
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    return tmp_path / "city.db"


@pytest.fixture
def baseline(city: Path) -> Path:
    (made,) = (city.parent / "base").iterdir()
    return made


def test_what_the_baseline_has_does_not_count_and_what_is_new_does(
    city: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["judge", "--workspace", str(city), "--baseline", str(baseline)]
    assert main(["judge", "--workspace", str(city)]) == 1
    assert main(given) == 0
    assert "new since before" in capsys.readouterr().out
    bring(city, "sysctl-bad.conf", "10.45.1.3")
    capsys.readouterr()
    assert main([*given, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["baseline"], told["new"]) == ("before", {"high": 0, "medium": 1, "low": 1})
    assert sum(told["summary"]["findings"].values()) > 2
    assert main([*given, "--fail-on", "high"]) == 0


def test_what_is_new_and_waived_does_not_count(city: Path, baseline: Path, tmp_path: Path) -> None:
    bring(city, "sysctl-bad.conf", "10.45.1.3")
    waivers = [
        f"  - id: {rule}\n    rule: {rule}\n    where: {{assets: [10.45.1.3]}}\n    reason: until the new kernel\n"
        "    approver: Li\n    approved: '2026-11-01'\n    expires: '2026-12-31'\n"
        for rule in ("ds-sysctl-hardening", "ds-sysctl-redirects")
    ]
    (tmp_path / "waivers.yaml").write_text("waivers:\n" + "".join(waivers), encoding="utf-8")
    profile = tmp_path / "profile.yaml"
    profile.write_text("id: p\nwaivers: [waivers.yaml]\n", encoding="utf-8")
    given = ["judge", "--workspace", str(city), "--profile", str(profile)]
    assert main([*given, "--baseline", str(baseline)]) == 0
    assert main(given) == 1


def test_a_report_of_what_is_new_alone(city: Path, baseline: Path, tmp_path: Path) -> None:
    bring(city, "sysctl-bad.conf", "10.45.1.3")
    given = ["report", "--workspace", str(city), "--compare", str(baseline), "--new", "--out", str(tmp_path / "new")]
    assert main([*given, "--format", "markdown,sarif"]) == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "report-before-new.zh.md",
        "report-before-new.zh.sarif",
    }
    found = json.loads((tmp_path / "new" / "report-before-new.zh.sarif").read_text(encoding="utf-8"))["runs"][0]
    assert {each["ruleId"] for each in found["results"] if each.get("kind") == "fail"} == {
        "ds-sysctl-hardening",
        "ds-sysctl-redirects",
    }
    assert "只列出上述基线之后新增" in (tmp_path / "new" / "report-before-new.zh.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["judge", "--baseline", "nowhere"], "no scan nowhere"),
        (["judge", "--baseline", "missing.json"], "missing.json"),
        (["report", "--new"], "--compare SCAN"),
        (["report", "--new", "--compare", "before", "--format", "json"], "json is the whole document"),
    ],
    ids=["no-scan", "no-file", "nothing-to-compare-with", "json-is-whole"],
)
def test_a_wrong_baseline_is_one_line(
    city: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main([*words, "--workspace", str(city)]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert said in seen.err
    assert seen.err.count("\n") == 1
