"""`chengjian report` and `chengjian bundle` as a person types them: files, languages, views, exit codes, one-line errors."""

import json
from pathlib import Path

import pytest

from inventory.canonical import canonical
from inventory.store import Store
from reports.canonical_form import canonical_report, comparable, read_report
from scanner.cli import main
from tests.reports.documents import clean, small
from tests.reports.test_build import OPEN, SHUT, scanned

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two scans: an open Redis, then a closed one."""
    path = tmp_path_factory.mktemp("workspace") / "city.db"
    with Store.create(path) as store:
        scanned(store, "s1", "2026-03-02T02:10:00Z", OPEN)
        scanned(store, "s2", "2026-03-03T02:10:00Z", SHUT)
    return path


def test_formats_and_languages_become_files(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    given = [
        "report",
        "--workspace",
        str(workspace),
        "--format",
        "html,json,csv",
        "--lang",
        "zh,en",
        "--out",
        str(tmp_path),
    ]
    assert main(given) == 0
    names = {"report-s2.zh.html", "report-s2.en.html", "report-s2.json", "report-s2.zh.csv", "report-s2.en.csv"}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert {Path(line).name for line in capsys.readouterr().out.splitlines()} == names
    with Store.open(workspace) as store:
        assert (tmp_path / "report-s2.json").read_bytes() == store.report("s2")
    assert "等级变化趋势" in (tmp_path / "report-s2.zh.html").read_text("utf-8"), "two scans make a trend"


def test_a_comparison_tells_mended_from_silent(workspace: Path, tmp_path: Path) -> None:
    given = ["report", "s2", "--compare", "s1", "--workspace", str(workspace), "--lang", "en", "--view", "officer"]
    assert main([*given, "--out", str(tmp_path)]) == 0
    text = (tmp_path / "report-s2-officer.en.html").read_text("utf-8")
    assert "<h3>Mended</h3>" in text
    assert "<h3>Still open</h3>" in text
    assert "<h3>New</h3>" not in text


def test_a_document_can_be_rendered_without_a_workspace(tmp_path: Path, capsys: Capture) -> None:
    for name, report in (("old", clean()), ("new", small())):
        (tmp_path / f"{name}.json").write_bytes(canonical_report(report))
    given = [
        "report",
        "--from",
        str(tmp_path / "new.json"),
        "--compare",
        str(tmp_path / "old.json"),
        "--format",
        "markdown",
    ]
    assert main([*given, "--out", str(tmp_path / "out"), "--json"]) == 0
    (made,) = json.loads(capsys.readouterr().out)["files"]
    assert made["findings"] == len(small().findings)
    assert Path(made["file"]).is_file()


def test_the_comparable_form(workspace: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", "s1", "--workspace", str(workspace), "--comparable", "--out", str(tmp_path)]) == 0
    data = (tmp_path / "report-s1.comparable.json").read_bytes()
    with Store.open(workspace) as store:
        assert data == canonical(comparable(read_report(store.report("s1"))))
    capfdbinary.readouterr()
    assert main(["report", "s1", "--workspace", str(workspace), "--comparable", "--out", "-"]) == 0
    assert capfdbinary.readouterr().out == data


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "pptx"], "unknown report format 'pptx'"),
        (["--lang", "fr"], "unknown language 'fr'"),
        (["nowhere"], "no scan nowhere"),
        (["--compare", "missing.json"], "missing.json"),
        (["--from", "missing.json"], "missing.json"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    workspace: Path, tmp_path: Path, capsys: Capture, arguments: list[str], said: str
) -> None:
    assert main(["report", "--workspace", str(workspace), "--out", str(tmp_path / "out"), *arguments]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert said in seen.err
    assert seen.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_keys_sign_and_trust(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    keys, bundle = tmp_path / "keys", tmp_path / "a.zip"
    assert main(["bundle", "keygen", "--out", str(keys)]) == 0
    assert main(["bundle", "keygen", "--out", str(keys)]) == 2
    signing = ["--key", str(keys / "sm2.key"), "--key", str(keys / "ed25519.key")]
    assert main(["bundle", "export", "s1", "--workspace", str(workspace), "--out", str(bundle), *signing]) == 0
    capsys.readouterr()
    assert main(["bundle", "verify", str(bundle), "--key", str(keys / "sm2.pub"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["good"] is True
    assert {item["algorithm"] for item in said["signatures"]} == {"sm2", "ed25519"}
    main(["bundle", "keygen", "--out", str(tmp_path / "others")])
    assert main(["bundle", "verify", str(bundle), "--key", str(tmp_path / "others" / "sm2.pub")]) == 1
