"""Drift between a vendor's passport and the installed system, line by line."""

import json
from pathlib import Path

import pytest

from inventory.endpoint import Endpoint
from inventory.facts.telnet import TelnetFacts
from inventory.observation import Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from scanner.cli import main
from scanner.derive import derive
from scanner.selfcheck import permit_document

DATA = Path(__file__).parent.parent / "data" / "config"
AT = "2026-11-20T08:00:00Z"


def live(path: Path, address: str, *, answers: bool, scan: str = "live") -> None:
    """A workspace of the city with one scan that asked one device for Telnet."""
    with Store.create(path) as store:
        store.begin_scan(scan, started=AT, permit=permit_document(AT), profile={}, versions={})
        question = Question(Endpoint(address, "tcp", 23), "telnet", "agent")
        with store.batch():
            store.add_questions(scan, [question])
            seen = Observation(question.id, Outcome.ANSWERED, "", AT)
            store.add_observation(scan, seen, {"telnet": [TelnetFacts(answers=answers)]})
            store.end_scan(scan, state="finished", ended=AT, counters={})
        derive(store, scan)


def passport(tmp_path: Path, *more: str) -> Path:
    path = tmp_path / "passport.zip"
    assert main(["selfcheck", *more, "--config", str(DATA / "vrp-good.cfg"), "--bundle", str(path)]) == 0
    return path


def test_what_was_switched_on_after_delivery_is_shown_with_the_line_that_said_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=True)
    bundle = passport(tmp_path, "10.45.10.2")
    capsys.readouterr()
    assert main(["inventory", "diff", str(bundle), "--workspace", str(tmp_path / "city.db"), "--json"]) == 1
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    live(tmp_path / "other.db", "10.45.10.2", answers=True, scan="s-1")
    words = ["inventory", "diff", str(bundle), "live", "--workspace", str(tmp_path / "other.db")]
    assert main(words) == 1  # `live` is the newest scan
    capsys.readouterr()
    assert (change["where"], change["what"], change["after"]) == ("10.45.10.2:23", "telnet.answers", "True")
    assert change["before"] == f"False ({DATA / 'vrp-good.cfg'}:5: undo telnet server enable)"


def test_a_system_that_is_as_it_was_delivered_shows_nothing(tmp_path: Path) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=False)
    arguments = ["--workspace", str(tmp_path / "city.db"), "--address", "10.45.10.2"]
    assert main(["inventory", "diff", str(passport(tmp_path)), *arguments]) == 0


def test_a_passport_of_another_system_and_a_changed_one_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=True)
    bundle = passport(tmp_path)
    assert main(["inventory", "diff", str(bundle), "--workspace", str(tmp_path / "city.db")]) == 2
    assert "no system of the passport" in capsys.readouterr().err
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(bytes(data))
    arguments = ["--workspace", str(tmp_path / "city.db"), "--address", "10.45.10.2"]
    assert main(["inventory", "diff", str(bundle), *arguments]) == 2
