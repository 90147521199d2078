"""The duty itself: one look at the clock (`tick`) does whatever is due, and may be killed at any point.

Nothing is lost: an occurrence is written down before its scan is started, and forgotten when its end is written down.
Nothing is double: one scan a workspace and a network at a time, held by a lock that the scan itself carries; what comes
due while the job waits or runs is merged into it. A scan is paused at the end of its window and resumed in the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from inventory.errors import InputError
from inventory.text import Text
from scanner.agent import child
from scanner.agent.config import AgentConfig, Job
from scanner.agent.state import Ended, JobState, Result, State, load_state, save_state
from scanner.permit import Permit
from scanner.permit_file import load_permit

GRACE = timedelta(seconds=10)  # for a scan that was asked to pause, before it is ended
MOST_ATTEMPTS = 4  # of a scan that crashes
RETRY = timedelta(minutes=1)
Left = Literal["nothing", "unfinished", "finished"]
COMPLETED = (0, 1, 3)  # codes of a scan that left a report; an interpreter that cannot start ends with 1, too
RESULTS: dict[int, Result] = {0: "finished", 1: "findings", 3: "low_coverage", 4: "refused", 2: "bad_input"}


UNKNOWN = Text(zh="原因不明", en="for an unknown reason")


def _too_late(hours: int) -> Text:
    return Text(zh=f"{hours} 小时内未能开始", en=f"not started within {hours} hours")


@dataclass(frozen=True, slots=True)
class RunEnded:
    """What happened to an occurrence: it ended, or was given up as missed (`ended` is None)."""

    job: Job
    scheduled: datetime
    ended: Ended | None
    why: Text = UNKNOWN


class Duty:
    """Works off the jobs of a configuration. `command` makes the argument list of a scan (True: of one that is resumed);
    `left` says what the workspace holds of a scan that was started then, or later; `told` hears of every end."""

    def __init__(
        self,
        config: AgentConfig,
        command: Callable[[Job, bool], Sequence[str]],
        left: Callable[[Job, datetime], Left],
        told: Callable[[RunEnded, datetime], None] = lambda _ended, _now: None,
    ) -> None:
        self.config = config
        self.folder = config.at(config.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state = load_state(self.folder / "state.json")
        self._command = command
        self._left = left
        self._told = told
        self._children: dict[str, child.Child] = {}
        self._permits: dict[str, tuple[int, Permit | InputError]] = {}

    def keep(self, state: State) -> None:
        """Write the state down, if it changed."""
        if state != self.state:
            save_state(self.folder / "state.json", state)
            self.state = state

    def job_state(self, job: Job) -> JobState:
        """Where a job stands."""
        return self.state.jobs.get(job.name, JobState())

    def _change(self, job: Job, state: JobState) -> None:
        self.keep(self.state.model_copy(update={"jobs": {**self.state.jobs, job.name: state}}))

    def tick(self, now: datetime) -> None:
        """Do what is due at `now` (aware)."""
        for job in self.config.jobs:
            self._note_occurrences(job, now)
        for job in self.config.jobs:
            self._watch(job, now)
        ready = [job for job in self.config.jobs if self.job_state(job).waiting]
        for job in sorted(
            ready, key=lambda job: (not self.job_state(job).resume, self.job_state(job).waiting, job.name)
        ):
            self._start(job, now)

    def stop(self, now: datetime, seconds: float = 4.0) -> None:
        """Pause every scan and wait for it, `seconds` in all; what still runs then is ended. It goes on after a restart."""
        for job in self.config.jobs:
            running = self._children.get(job.name)
            if running:
                running.stop()
                self._change(job, self.job_state(job).model_copy(update={"stopping": now}))
        for job in self.config.jobs:
            running = self._children.get(job.name)
            if running:
                if running.wait(seconds) is None:
                    running.kill()
                    running.wait(0.5)
                self._watch(job, now)

    # what came due

    def _note_occurrences(self, job: Job, now: datetime) -> None:
        state, times = self.job_state(job), job.times(self.config.name)
        if state.due is None:
            self._change(job, state.model_copy(update={"due": times.first(now)}))
            return
        passed = list(times.passed(state.due, now))
        if passed:
            busy = state.waiting is not None or state.running is not None
            merged = len(passed) - (0 if busy else 1)
            changes = {"due": times.after(passed[-1]), "merged": state.merged + merged}
            if not busy:
                changes |= {"waiting": passed[-1], "resume": False, "attempts": 0, "not_before": None}
            state = state.model_copy(update=changes)
        if state.waiting and not state.resume and now - state.waiting > timedelta(hours=job.catch_up_hours):
            given_up = state.waiting
            self._change(job, state.model_copy(update={"waiting": None, "missed": state.missed + 1}))
            self._told(RunEnded(job, given_up, None, _too_late(job.catch_up_hours)), now)
            return
        self._change(job, state)

    # what runs

    def _watch(self, job: Job, now: datetime) -> None:
        state = self.job_state(job)
        if state.running is None:
            return
        running = self._children.get(job.name)
        if running is None:
            self._watch_orphan(job, state, now)
            return
        code = running.ended()
        if code is not None:
            del self._children[job.name]
            self._note_end(job, state, code, now)
        elif state.stopping is None:
            if not self.open_at(job, now):
                running.stop()
                self._change(job, state.model_copy(update={"stopping": now}))
        elif now - state.stopping >= GRACE:
            running.kill()

    def _watch_orphan(self, job: Job, state: JobState, now: datetime) -> None:
        """The agent was killed while this scan ran: end what is left of it, then go on where it stopped."""
        left = child.orphan(self._lock(job))
        if left is None:
            self._pause(job, state)
        elif left and state.stopping is None:
            child.stop_orphan(left)
            self._change(job, state.model_copy(update={"stopping": now}))
        elif left and state.stopping and now - state.stopping >= GRACE:
            child.stop_orphan(left, kill=True)

    def _note_end(self, job: Job, state: JobState, code: int, now: datetime) -> None:
        if code in (4, 130) and not self.open_at(job, now):
            self._pause(job, state)  # the scan saw the end of the permit's hours before we did
        elif code in RESULTS and (code not in COMPLETED or self._left(job, state.started or now) == "finished"):
            self._finish(job, state, RESULTS[code], code, now)
        elif state.stopping is not None:
            self._pause(job, state)
        elif code == 130:
            self._finish(job, state, "interrupted", code, now)  # somebody else stopped it, by hand or by the stop file
        elif state.attempts + 1 < MOST_ATTEMPTS:
            attempts = state.attempts + 1
            self._pause(job, state.model_copy(update={"attempts": attempts, "not_before": now + attempts * RETRY}))
        else:
            self._finish(job, state, "failed", code, now)

    def _pause(self, job: Job, state: JobState) -> None:
        self._change(
            job, state.model_copy(update={"waiting": state.running, "resume": True, "running": None, "stopping": None})
        )

    def _finish(self, job: Job, state: JobState, result: Result, code: int, now: datetime) -> None:
        scheduled = state.running or now
        ended = Ended(scheduled=scheduled, started=state.started or scheduled, ended=now, result=result, exit_code=code)
        changes = {
            "running": None,
            "started": None,
            "stopping": None,
            "resume": False,
            "attempts": 0,
            "not_before": None,
        }
        self._change(job, state.model_copy(update={**changes, "last": ended, "runs": state.runs + 1}))
        self._told(RunEnded(job, scheduled, ended), now)

    # what starts

    def _start(self, job: Job, now: datetime) -> None:
        state = self.job_state(job)
        scheduled = state.waiting
        if scheduled is None or (state.not_before and now < state.not_before):
            return
        if not state.resume and now < job.times(self.config.name).put_off(scheduled):
            return
        permit = self.permit(job)
        if isinstance(permit, InputError) or now > permit.ends:
            running = state.model_copy(update={"waiting": None, "running": scheduled, "started": now})
            refused = isinstance(permit, InputError)
            self._finish(job, running, "bad_input" if refused else "refused", 2 if refused else 4, now)
            return
        if not self.open_at(job, now) or self._network_busy(job, permit):
            return
        since = state.started or now
        left = self._left(job, since) if state.resume else "nothing"
        started = state.model_copy(update={"waiting": None, "running": scheduled, "started": since, "resume": True})
        if left == "finished":  # it ended while no agent looked
            self._finish(job, started, "finished", 0, now)
            return
        self._change(job, started)
        command = self._command(job, left == "unfinished")
        log = self.folder / f"{job.name}.log"
        if left == "nothing" and log.exists():
            log.rename(log.with_suffix(".log.1"))  # two runs of logs are kept
        begun = child.start(command, self._lock(job), log, self.config.base.resolve())
        if begun is None:
            self._change(job, state)  # an orphan holds the lock: wait for it
            return
        self._children[job.name] = begun

    def open_at(self, job: Job, now: datetime) -> bool:
        """Do window and permit allow a scan at that moment?"""
        permit = self.permit(job)
        return job.window_open(now) and not isinstance(permit, InputError) and permit.when(now).allowed

    def permit(self, job: Job) -> Permit | InputError:
        """The permit as it stands in its file now, or what is wrong with it."""
        path = self.config.at(job.permit)
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            changed = -1
        known = self._permits.get(job.name)
        if known is None or known[0] != changed:
            try:
                known = (changed, load_permit(path))
            except InputError as error:
                known = (changed, error)
            self._permits[job.name] = known
        return known[1]

    def _network_busy(self, job: Job, permit: Permit) -> bool:
        """Does another job scan one of these networks, or write to this workspace?"""
        workspace = self.config.at(job.workspace).resolve()
        for other in self.config.jobs:
            if other.name == job.name or self.job_state(other).running is None:
                continue
            if self.config.at(other.workspace).resolve() == workspace:
                return True
            theirs = self.permit(other)
            if isinstance(theirs, InputError) or _share_a_network(permit, theirs):
                return True
        return False

    def _lock(self, job: Job) -> Path:
        return self.folder / f"{job.name}.lock"


def _share_a_network(one: Permit, other: Permit) -> bool:
    return any(
        mine.version == theirs.version and mine.overlaps(theirs) for mine in one.networks for theirs in other.networks
    )
