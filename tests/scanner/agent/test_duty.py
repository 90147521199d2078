"""The agent on duty, with a clock that the test turns and scans that are real processes: nothing lost, nothing double."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.agent.config import load_agent
from scanner.agent.duty import Duty, Left
from scanner.agent.state import JobState, load_state

HERE = Path(__file__).parent
PERMIT = """\
format: chengjian-permit/1
id: {id}
issuer: {{organisation: 某市大数据发展局, authorised_by: 测试}}
contact: 0771-0000000
environment: lab
valid_from: 2026-01-01
valid_to: {valid_to}
networks: [{network}]
zones: [{{name: lab, networks: [{network}], classes: {{server: 2}}}}]
"""
# 02:00 on the first of each month in Shanghai is 18:00 UTC the evening before; windows 02:00 to 04:00
AGENT = """\
format: chengjian-agent/1
name: test
folder: duty
status: status.json
jobs:
  - name: office
    permit: office.permit.yaml
    workspace: office.ledger
    schedule: "0 2 1 * *"
    windows: [{from: "02:00", to: "04:00"}]
"""
SECOND_JOB = """\
  - name: second
    permit: second.permit.yaml
    workspace: second.ledger
    schedule: "0 2 1 * *"
"""


class Desk:
    """Where a test sits: the folder, the clock, the agent's process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "agent.yaml").write_text(AGENT)
        self.permit("office", "127.45.1.0/24")
        self.process: subprocess.Popen[bytes] | None = None

    def permit(self, name: str, network: str, valid_to: str = "2026-12-31") -> None:
        text = PERMIT.format(id=name, network=network, valid_to=valid_to)
        (self.folder / f"{name}.permit.yaml").write_text(text)

    def allow(self, units: int, job: str = "office") -> None:
        part = self.folder / "allow.part"
        part.write_text(str(units))
        part.rename(self.folder / f"{job}.ledger.allow")

    def ledger(self, job: str = "office") -> list[str]:
        path = self.folder / f"{job}.ledger"
        return path.read_text().splitlines() if path.exists() else []

    def state(self, job: str = "office") -> JobState:
        return load_state(self.folder / "duty" / "state.json").jobs.get(job, JobState())

    def clock(self, text: str) -> None:
        """Turn the clock and wait until the agent has looked at it twice."""
        looked = self.folder / "looked"
        part = self.folder / "clock.part"
        part.write_text(text)
        part.rename(self.folder / "clock")
        if self.process:
            for _ in range(2):
                looked.unlink(missing_ok=True)
                self.until(lambda: looked.exists() and looked.read_text() == text)

    def until(self, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait for something that does happen; the limit is for a test that fails."""
        give_up = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < give_up, (self.ledger(), self.state())
            time.sleep(0.003)

    def wait_for(self, line: str, count: int) -> None:
        """Wait until the ledger holds that line so many times."""
        self.until(lambda: self.ledger().count(line) == count)

    @contextmanager
    def agent(self) -> Iterator[subprocess.Popen[bytes]]:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "agent_process.py"), "agent.yaml", "clock"],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(HERE.parent.parent.parent)},
        )
        try:
            yield self.process
        finally:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path)
    found.allow(0)
    return found


def units(ledger: list[str], run: str) -> list[str]:
    return [line for line in ledger if line.startswith(f"unit {run} ")]


def test_three_runs_a_window_a_kill_and_a_missed_run_lose_nothing_and_double_nothing(desk: Desk) -> None:
    desk.clock("2026-02-28T17:59:00+00:00")
    with desk.agent() as process:
        desk.clock("2026-02-28T17:59:59+00:00")
        assert desk.ledger() == []

        # March: a scheduled run from beginning to end
        desk.allow(4)
        desk.clock("2026-02-28T18:00:00+00:00")
        desk.until(lambda: desk.state().runs == 1)

        # April: the window ends in the middle, and the scan goes on in the next one
        desk.allow(2)
        desk.clock("2026-03-31T18:00:00+00:00")
        desk.until(lambda: len(units(desk.ledger(), "office-2")) == 2)
        desk.clock("2026-03-31T20:00:00+00:00")
        desk.until(lambda: desk.ledger()[-1] == "stop office-2" and desk.state().running is None)
        desk.allow(4)
        desk.clock("2026-03-31T21:00:00+00:00")
        assert desk.ledger()[-1] == "stop office-2"
        desk.clock("2026-04-01T18:00:00+00:00")
        desk.until(lambda: desk.state().runs == 2)

        # May: the agent is killed in the middle, and its scan is left alone
        desk.allow(1)
        desk.clock("2026-04-30T18:00:00+00:00")
        desk.until(lambda: len(units(desk.ledger(), "office-3")) == 1)
        process.kill()
        process.wait()
    desk.allow(4)
    desk.clock("2026-04-30T18:10:00+00:00")
    with desk.agent():
        desk.clock("2026-04-30T18:10:01+00:00")
        desk.until(lambda: desk.state().runs == 3)
    # June and July pass without an agent: caught up once, in the next window
    desk.clock("2026-07-02T00:00:00+00:00")
    with desk.agent():
        desk.clock("2026-07-02T00:00:01+00:00")
        assert desk.state().waiting is not None
        assert "begin office-4" not in desk.ledger()
        desk.clock("2026-07-02T18:30:00+00:00")
        desk.until(lambda: desk.state().runs == 4)
        assert (desk.state().merged, desk.state().missed) == (1, 0)

    for run in range(1, 5):
        assert units(desk.ledger(), f"office-{run}") == [f"unit office-{run} {number}" for number in range(4)]
        assert desk.ledger().count(f"begin office-{run}") == desk.ledger().count(f"end office-{run}") == 1
    assert not any("office-5" in line for line in desk.ledger())


def test_a_scan_that_ended_while_no_agent_looked_is_not_run_again(desk: Desk) -> None:
    desk.clock("2026-02-28T17:59:00+00:00")
    with desk.agent() as process:
        desk.clock("2026-02-28T18:00:00+00:00")
        desk.until(lambda: desk.ledger() == ["begin office-1"])
        process.kill()
        process.wait()
    desk.allow(4)
    desk.until(lambda: desk.ledger()[-1] == "end office-1")
    with desk.agent():
        desk.until(lambda: desk.state().runs == 1)
        desk.clock("2026-02-28T18:30:00+00:00")
    assert desk.ledger().count("begin office-1") == 1
    assert "resume office-1" not in desk.ledger()


def test_one_scan_a_network_at_a_time_and_others_in_parallel(desk: Desk) -> None:
    (desk.folder / "agent.yaml").write_text(AGENT + SECOND_JOB)
    desk.permit("second", "127.45.1.128/25")
    desk.allow(0, "second")
    desk.clock("2026-02-28T17:59:00+00:00")
    with desk.agent():
        desk.clock("2026-02-28T18:00:00+00:00")
        desk.until(lambda: desk.ledger() == ["begin office-1"])
        desk.clock("2026-02-28T18:00:01+00:00")
        assert (desk.ledger("second"), desk.state("second").waiting is not None) == ([], True)
        desk.permit("second", "127.45.2.0/24")
        desk.clock("2026-02-28T18:00:02+00:00")
        desk.until(lambda: desk.ledger("second") == ["begin second-1"])
        desk.allow(4)
        desk.allow(4, "second")
        desk.until(lambda: desk.state().runs == desk.state("second").runs == 1)


def test_a_permit_that_ended_or_cannot_be_read_refuses_the_run_and_says_so(desk: Desk) -> None:
    desk.permit("office", "127.45.1.0/24", valid_to="2026-02-27")
    desk.clock("2026-02-28T17:59:00+00:00")
    with desk.agent():
        desk.clock("2026-02-28T18:00:00+00:00")
        desk.until(lambda: desk.state().runs == 1)
        last = desk.state().last
        assert last is not None
        assert last.result == "refused"
        (desk.folder / "office.permit.yaml").write_text("format: nonsense")
        desk.clock("2026-03-31T18:00:00+00:00")
        desk.until(lambda: desk.state().runs == 2)
        last = desk.state().last
        assert last is not None
        assert last.result == "bad_input"
    assert desk.ledger() == []


def test_sigterm_keeps_everything_and_a_restart_goes_on(desk: Desk) -> None:
    desk.allow(2)
    desk.clock("2026-02-28T17:59:00+00:00")
    with desk.agent():
        desk.clock("2026-02-28T18:00:00+00:00")
        desk.until(lambda: len(units(desk.ledger(), "office-1")) == 2)
    assert desk.ledger()[-1] == "stop office-1"
    assert desk.state().waiting is not None
    desk.allow(4)
    with desk.agent():
        desk.until(lambda: desk.state().runs == 1)
    assert units(desk.ledger(), "office-1") == [f"unit office-1 {number}" for number in range(4)]


@pytest.mark.parametrize(
    ("code", "hour", "waits"), [(130, 20, True), (4, 20, True), (130, 19, False), (4, 19, False), (0, 20, False)]
)
def test_a_scan_that_ends_with_the_permitted_hours_goes_on_later(desk: Desk, code: int, hour: int, waits: bool) -> None:
    """The scan looks at the permit itself, and may see the end of the hours before the agent does."""
    after = noted(desk, code, "finished" if code == 0 else "unfinished", hour)
    assert (after.waiting is not None, after.runs) == (waits, 0 if waits else 1)


@pytest.mark.parametrize("code", [0, 1, 3])
@pytest.mark.parametrize("left", ["nothing", "unfinished"])
def test_a_code_of_success_without_a_finished_scan_is_a_crash(desk: Desk, code: int, left: Left) -> None:
    """An interpreter that cannot load the program ends with 1, as a scan with findings does."""
    after = noted(desk, code, left, 19)
    assert (after.runs, after.attempts, after.waiting is not None) == (0, 1, True)


def noted(desk: Desk, code: int, left: Left, hour: int) -> JobState:
    """Where the job stands after its scan ended with that code at that hour, and left that."""
    duty = Duty(load_agent(desk.folder / "agent.yaml"), lambda _job, _resume: [], lambda _job, _since: left)
    (job,) = duty.config.jobs
    began = datetime(2026, 2, 28, 18, 0, tzinfo=UTC)
    duty._note_end(job, JobState(running=began, started=began, resume=True), code, began.replace(hour=hour))
    return duty.job_state(job)


def test_a_scan_that_crashes_goes_on_after_a_pause_and_is_given_up_in_the_end(desk: Desk) -> None:
    desk.allow(1)
    desk.clock("2026-02-28T18:00:00+00:00")
    with desk.agent():
        desk.clock("2026-02-28T17:59:59+00:00")
        for minute, attempt in enumerate((1, 2, 3, 4)):
            desk.clock(f"2026-02-28T18:{minute * 10:02}:00+00:00")
            begun = "unit office-1 0" if attempt == 1 else "resume office-1"
            desk.wait_for(begun, max(attempt - 1, 1))
            os.kill(int((desk.folder / "duty" / "office.lock").read_text()), signal.SIGKILL)
            desk.until(lambda: desk.state().running is None)
            assert desk.state().attempts == (attempt if attempt < 4 else 0)
        last = desk.state().last
        assert last is not None
        assert (last.result, last.exit_code) == ("failed", -9)
    assert desk.ledger()[0] == "begin office-1"
    assert desk.ledger().count("unit office-1 0") == 1
