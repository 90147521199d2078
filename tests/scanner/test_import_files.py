"""Files join a scan: the same rules judge them, and what network and file tell differently is told."""

from pathlib import Path

import pytest

from inventory.store import Store
from scanner.cli import main
from tests.scanner.test_passport import live

DATA = Path(__file__).parent.parent / "data"


def bring(workspace: Path, file: Path, *more: str) -> int:
    return main(["inventory", "import", str(file), "--workspace", str(workspace), *more])


def test_a_configuration_joins_the_scan_and_the_conflict_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=True)
    assert bring(tmp_path / "city.db", DATA / "config" / "vrp-good.cfg", "--address", "10.45.10.2") == 0
    out = capsys.readouterr().out
    assert "parsed 54 of 54 lines" in out
    assert "told differently: 10.45.10.2:23 telnet.answers" in out
    with Store.open(tmp_path / "city.db") as store:
        assert {question.table for question in store.questions("live")} >= {"telnet", "device_config", "ssh"}
        (asset,) = store.assets("live")
        assert (asset.name, asset.device_class) == ("ACCESS-GOOD-01", "network")
        assert store.report("live")


def test_parts_and_answers_join_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=False)
    assert bring(tmp_path / "city.db", DATA / "sbom" / "own.cdx.json", "--address", "10.45.10.2") == 0
    answers = tmp_path / "answers.json"
    answers.write_text(
        '{"answers": [{"asset": "10.45.10.2", "table": "host_config", "facts": {"log_days": 9}, "by": "W", "on": "2026-11-01"}]}',
        encoding="utf-8",
    )
    assert bring(tmp_path / "city.db", answers) == 0
    out = capsys.readouterr().out
    assert "3 parts" in out
    assert "1 answers" in out


def test_what_nobody_can_import_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=False)
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam\n", encoding="utf-8")
    assert bring(tmp_path / "city.db", tmp_path / "letter.txt") == 2
    assert "no importer" in capsys.readouterr().err
    assert bring(tmp_path / "city.db", tmp_path / "missing.cfg") == 2
