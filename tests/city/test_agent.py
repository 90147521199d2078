"""The agent on duty in the city, with a clock that the test turns: nothing lost, nothing double, counted on the far side.

The program is the one that users run; its clock, and that of the scans it starts, is moved by libfaketime. Days are
counted from the day of the test, so that the city's certificates are as old as ever.
"""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.city.running import CHENGJIAN, ROOT, Matrix, chengjian, differences, lab, truth

pytestmark = pytest.mark.lab

ZONE = "nn-app"
CITY_TIME = ZoneInfo("Asia/Shanghai")
AGENT = """\
format: chengjian-agent/1
name: nanning-1
folder: duty
status: status.json
jobs:
  - name: office
    permit: office.permit.yaml
    workspace: city.db
    schedule: "0 2 {days} * *"
    windows: [{{from: "02:00", to: "04:00"}}]
"""
Answers = dict[str, tuple[str, str]]
"""Question → (time, evidence)."""


class Duty:
    """The agent's folder, its clock and its process, in the city."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "city.db"
        self.process: subprocess.Popen[bytes] | None = None
        self._today = datetime.now(CITY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
        days = sorted((self._today + timedelta(days=day)).day for day in (1, 2, 4, 5, 6))
        (folder / "agent.yaml").write_text(AGENT.format(days=",".join(map(str, days))))
        lab("permit", "--zone", ZONE, "-o", folder / "office.permit.yaml")

    def turn(self, day: int, clock: str) -> None:
        """Set the clock to a time of a day, in the city."""
        hour, minute = map(int, clock.split(":"))
        moment = self._today + timedelta(days=day, hours=hour, minutes=minute)
        part = self.folder / "clock.part"
        part.write_text(f"{(moment - datetime.now(UTC)).total_seconds():+.3f}\n")
        part.rename(self.folder / "clock")

    @contextlib.contextmanager
    def agent(self) -> Iterator[None]:
        """The agent's process, until SIGTERM."""
        command = [sys.executable, "-m", "lab", "run", "--", "env", *self._clock_words(), *CHENGJIAN]
        with (self.folder / "agent.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "agent", "run", str(self.folder / "agent.yaml")],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(60) in (0, -signal.SIGKILL)
            self.process = None

    def _clock_words(self) -> list[str]:
        (library,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
        # the program's own waiting (monotonic) and the times of files stay as they are
        words = {
            "PYTHONPATH": ROOT,
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": self.folder / "clock",
            "FAKETIME_NO_CACHE": "1",
        }
        return [f"{name}={value}" for name, value in {**words, "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}.items()]

    def power_failure(self) -> None:
        """End the agent and its scan at once: neither can put anything in order."""
        assert self.process is not None
        scan = int((self.folder / "duty" / "office.lock").read_text())
        self.process.kill()
        os.kill(scan, signal.SIGKILL)
        self.process.wait(60)

    def job(self) -> dict[str, Any]:
        """What the status file says of the job."""
        path = self.folder / "status.json"
        return dict(json.loads(path.read_text())["jobs"][0]) if path.exists() else {"state": "", "runs": 0}

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that does happen; the limit is for a test that fails."""
        give_up = time.monotonic() + 240
        while not true():
            assert time.monotonic() < give_up, (self.job(), (self.folder / "agent.log").read_text()[-2000:])
            time.sleep(0.05)

    def finished(self, runs: int) -> None:
        """Wait for the end of so many runs in all."""
        self.until(lambda: self.job()["runs"] == runs)

    def in_the_middle(self) -> None:
        """Wait until the newest scan, and not the one before, has some answers and misses others."""
        before = self.scans()
        self.until(lambda: len(self.scans()) > len(before))
        wanted = len(self.answers(before[0])) // 4
        self.until(lambda: len(self.answers(self.scans()[-1])) >= wanted)

    def scans(self) -> list[str]:
        """The scans of the workspace in their order."""
        return [row[0] for row in self._rows("SELECT id FROM scan ORDER BY started, id")]

    def answers(self, scan: str) -> Answers:
        """What a scan has stored."""
        rows = self._rows("SELECT question, at, evidence FROM observation WHERE scan = ?", scan)
        return {question: (at, evidence) for question, at, evidence in rows}

    def told(self, scan: str, answered: Answers) -> set[str]:
        """The addresses whose every question of that scan is among the answered ones."""
        about: dict[str, set[str]] = {}
        for address, question in self._rows("SELECT address, id FROM question WHERE scan = ?", scan):
            about.setdefault(address, set()).add(question)
        return {address for address, questions in about.items() if questions <= answered.keys()}

    def _rows(self, select: str, *values: str) -> list[Any]:
        if not self.workspace.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{self.workspace}?mode=ro", uri=True, timeout=30)) as connection:
            try:
                return connection.execute(select, values).fetchall()
            except sqlite3.OperationalError:
                return []  # the first moment of a new workspace

    def matrix(self, scan: str) -> Matrix:
        """The verdicts of a scan."""
        out = self.folder / scan
        chengjian("report", scan, "--workspace", self.workspace, "--format", "json", "--out", out)
        report = json.loads(next(out.glob("*.json")).read_bytes())
        return {
            (address, rule): verdict
            for asset in report["assets"]
            for verdict, rules in asset["verdicts"].items()
            for rule in rules
            for address in asset["addresses"]
        }


def sent() -> dict[str, int]:
    """Packets for each address, counted on the far side of the agent's links; none to anything else."""
    seen = json.loads(lab("counters", "--json"))
    assert seen["other"] == 0
    assert all(address.startswith("10.45.10.") for address in seen["packets"])
    return dict(seen["packets"])


def sent_to(addresses: set[str]) -> dict[str, int]:
    """Packets to these addresses, without those that got none."""
    return {address: count for address, count in sent().items() if address in addresses and count}


def test_three_runs_a_window_a_power_failure_and_a_missed_run(city: None, tmp_path: Path) -> None:
    assert shutil.which("faketime"), "scripts/setup --lab installs it"
    duty = Duty(tmp_path)
    lab("run", "--", "true")
    lab("counters", "--reset")
    duty.turn(1, "01:59")
    with duty.agent():
        duty.until(lambda: duty.job()["state"] == "idle")
        assert sum(sent().values()) == 0

        # a scheduled run from beginning to end
        duty.turn(1, "02:00")
        duty.finished(1)
        assert sum(sent().values()) > 0

        # the window ends in the middle: nothing is sent until the next one opens, and nobody is asked again
        duty.turn(2, "02:00")
        duty.in_the_middle()
        duty.turn(2, "04:00")
        duty.until(lambda: duty.job()["state"] == "paused")
        second = duty.scans()[-1]
        kept = duty.answers(second)
        assert len(kept) < len(duty.answers(duty.scans()[0]))
        time.sleep(1)  # what the closed connections still had to say to each other
        lab("counters", "--reset")
        duty.turn(2, "12:00")
        time.sleep(3)
        assert (duty.job()["state"], sum(sent().values())) == ("paused", 0)
        duty.turn(3, "02:00")
        duty.finished(2)
        assert {question: duty.answers(second)[question] for question in kept} == kept
        assert sent_to(duty.told(second, kept)) == {}

        # the power fails in the middle
        duty.turn(4, "02:00")
        duty.in_the_middle()
        duty.power_failure()
    third = duty.scans()[-1]
    kept = duty.answers(third)
    assert len(kept) < len(duty.answers(second))
    time.sleep(1)
    lab("counters", "--reset")
    with duty.agent():
        duty.finished(3)
        assert {question: duty.answers(third)[question] for question in kept} == kept
        assert sent_to(duty.told(third, kept)) == {}

    # two days pass without an agent: caught up once, in the next window
    lab("counters", "--reset")
    duty.turn(7, "01:00")
    with duty.agent():
        duty.until(lambda: duty.job()["state"] == "waiting")
        assert sum(sent().values()) == 0
        duty.turn(7, "02:00")
        duty.finished(4)
        duty.turn(8, "03:00")
        time.sleep(3)
    assert duty.job() | {"runs": 4, "merged": 1, "missed": 0} == duty.job()

    # four scans, each whole and each of them right
    scans = duty.scans()
    assert len(scans) == 4
    assert [row[0] for row in duty._rows("SELECT DISTINCT state FROM scan")] == ["finished"]
    assert [duty.answers(scan).keys() for scan in scans[1:]] == [duty.answers(scans[0]).keys()] * 3
    matrices = [duty.matrix(scan) for scan in scans]
    expected = {key: verdict for key, verdict in truth().items() if key[0].startswith("10.45.10.")}
    assert [differences(matrix, expected) for matrix in matrices] == [[]] * 4
