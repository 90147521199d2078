"""The agent as a program: look at the clock every second, until told to stop."""

import fcntl
import json
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from typing import Any

from inventory.errors import InputError
from inventory.sharing import make_shared_folder, readable_to_group
from inventory.text import Text
from scanner.agent import child, events, outlook
from scanner.agent.config import AgentConfig, Job
from scanner.agent.duty import Duty, Left, RunEnded
from scanner.agent.notify import Postman, put
from scanner.agent.send import Channel, SyslogChannel, apprise_channels
from scanner.agent.state import STATUS_FORMAT, JobState, Result, heard_of, read_status, stamp, write_atomically

HEARTBEAT = timedelta(seconds=15)
LOOK_AROUND = timedelta(minutes=5)  # for other agents
TAIL = 4096  # bytes of a log that are looked at
PROGRESS = re.compile(rb"(\d{1,12}) of (\d{1,12}) hosts looked at, (\d{1,12}) unanswered, (\d{1,12}) answers kept")
NOT_COMPLETED: dict[Result, Text] = {
    "refused": Text(zh="授权书不允许", en="refused by the permit"),
    "bad_input": Text(zh="输入有误", en="bad input"),
    "interrupted": Text(
        zh="被中断（人工停止、停止文件或授权书撤销）", en="interrupted by hand, stop file or revocation"
    ),
    "failed": Text(zh="多次异常退出", en="it crashed again and again"),
}


class Watch:
    """The agent, put together. `clock` gives aware times; nothing below it reads another."""

    def __init__(self, config: AgentConfig, channels: Sequence[Channel]) -> None:
        self.config = config
        self.duty = Duty(config, self.command, self._left, self._told)
        self._postman = Postman(channels)
        self._written: datetime | None = None
        self._shown: dict[str, Any] = {}
        self._looked_around: datetime | None = None
        self._publishing: dict[str, child.Child] = {}
        self._day = ""

    def command(self, job: Job, resume: bool) -> list[str]:
        """The command line of a scan."""
        here = self.config.at
        words = [sys.executable, "-P", "-m", "scanner.cli", "scan", str(here(job.permit).resolve())]
        words += ["--workspace", str(here(job.workspace).resolve())]
        for option, path in (
            ("--profile", job.profile),
            ("--operator-keys", job.operator_keys),
            ("--revocations", job.revocations),
        ):
            words += [option, str(here(path).resolve())] if path is not None else []
        for pack in job.packs:
            words += ["--pack", str(here(pack).resolve())]
        if job.allow_unsigned_packs:
            words.append("--allow-unsigned-packs")
        if job.min_coverage is not None:
            words += ["--min-coverage", str(job.min_coverage)]
        return [*words, "--resume"] if resume else words

    def _left(self, job: Job, since: datetime) -> Left:
        return outlook.left_in(self.config.at(job.workspace), since)

    def look(self, now: datetime) -> None:
        """One look: scans, messages, status file."""
        if self._written is None:
            for job in self.config.jobs:
                self._publish(job)  # what an earlier agent did not get to
        self.duty.tick(now)
        self._publishing = {name: one for name, one in self._publishing.items() if one.ended() is None}
        self._look_around(now)
        self.duty.keep(self._postman.look(self.duty.state, now))
        self.show(now)

    def stop(self, now: datetime) -> None:
        """Pause what runs and say so in the status file."""
        self.duty.stop(now)
        for one in self._publishing.values():
            if one.wait(0.2) is None:
                one.kill()  # what is half published is begun anew at the next start
                one.wait(0.2)
        self.show(now, on_duty=False)

    def _publish(self, job: Job) -> None:
        """Put the newest report into the portal's folder, unless it is there: a child, because rendering takes its time."""
        if job.publish is None:
            return
        workspace, folder = (self.config.at(path).resolve() for path in (job.workspace, job.publish))
        scan = outlook.newest_report(workspace)
        if scan is None or (folder / scan).exists() or job.name in self._publishing:
            return
        words = [sys.executable, "-P", "-m", "scanner.cli", "serve", "publish", scan, "--workspace", str(workspace)]
        words += ["--folder", str(folder), "--format", job.publish_formats]
        lock, log = (self.duty.folder / f"{job.name}.publish{end}" for end in (".lock", ".log"))
        begun = child.start(words, lock, log, self.config.base.resolve())
        if begun is not None:
            self._publishing[job.name] = begun

    # what is told

    def _say(self, event: events.Event | None, now: datetime) -> None:
        if event is not None:
            channels = self._postman.channels
            self.duty.keep(put(self.duty.state, event, self.config.notify.language, now, channels))

    def _told(self, run: RunEnded, now: datetime) -> None:
        """A run ended: tell what is new, publish it, or say that it failed."""
        if run.ended is None or run.ended.result in NOT_COMPLETED:
            why = run.why if run.ended is None else NOT_COMPLETED[run.ended.result]
            self._say(events.scan_failed(run.job.name, run.scheduled, why, now), now)
            return
        try:
            for event in outlook.news(run.job.name, self.config.at(run.job.workspace), self.config.notify, now):
                self._say(event, now)
        except InputError as error:
            self._say(events.scan_failed(run.job.name, run.scheduled, str(error), now), now)
        self._publish(run.job)

    def _look_around(self, now: datetime) -> None:
        """Permits and waivers once a day, other agents every five minutes."""
        if self._looked_around is None or now - self._looked_around >= LOOK_AROUND:
            self._looked_around = now
            for watched in self.config.watch:
                self._say(self._silence(self.config.at(watched.status), watched.minutes, now), now)
        today = f"{now:%Y-%m-%d}"
        if today == self._day:
            return
        self._day = today
        days = self.config.notify.expiry_days
        for job in self.config.jobs:
            permit = self.duty.permit(job)
            if not isinstance(permit, InputError):
                self._say(events.permit_expiry(permit.id, permit.ends, now, days), now)
            self._say(outlook.expiring(self.config.at(job.workspace), self.config.notify, now), now)

    @staticmethod
    def _silence(path: Path, minutes: int, now: datetime) -> events.Event | None:
        try:
            status = read_status(path)
        except InputError:
            return events.agent_silent(path.name, None, now, minutes)
        return events.agent_silent(str(status.get("agent", path.name)), heard_of(status), now, minutes)

    # what is shown

    def show(self, now: datetime, *, on_duty: bool = True) -> None:
        """Write the status file where something changed, and as a sign of life."""
        shown = {"on_duty": on_duty, "jobs": [self._show_job(job, now) for job in self.config.jobs]}
        fresh = self._written is not None and now - self._written < HEARTBEAT
        if fresh and shown == self._shown:
            return
        self._shown, self._written = shown, now
        document = {"format": STATUS_FORMAT, "agent": self.config.name, "heartbeat": stamp(now), **shown}
        document["undelivered"] = len(self.duty.state.outbox)
        path = self.config.at(self.config.status)
        make_shared_folder(path.parent)
        write_atomically(path, _json(document))
        readable_to_group(path)

    def _show_job(self, job: Job, now: datetime) -> dict[str, Any]:
        state = self.duty.job_state(job)
        permit = self.duty.permit(job)
        usable = not isinstance(permit, InputError)
        return {
            "name": job.name,
            "permit": permit.id if not isinstance(permit, InputError) else None,
            "permit_ends": stamp(permit.ends) if not isinstance(permit, InputError) else None,
            "schedule": job.schedule,
            "timezone": job.timezone,
            "windows": [_window(window) for window in job.windows],
            "window_open": usable and self.duty.open_at(job, now),
            "state": _word(state),
            "progress": progress(self.duty.folder / f"{job.name}.log") if state.running else None,
            "scheduled": stamp(state.running or state.waiting),
            "started": stamp(state.started),
            "next": stamp(job.times(self.config.name).put_off(state.due)) if state.due else None,
            "last": None
            if state.last is None
            else {
                "scheduled": stamp(state.last.scheduled),
                "started": stamp(state.last.started),
                "ended": stamp(state.last.ended),
                "result": state.last.result,
            },
            "runs": state.runs,
            "merged": state.merged,
            "missed": state.missed,
        }


def progress(log: Path) -> dict[str, int] | None:
    """How far the running scan is, from the newest line of its log that says so."""
    try:
        with log.open("rb") as opened:
            opened.seek(max(0, opened.seek(0, os.SEEK_END) - TAIL))
            found = PROGRESS.findall(opened.read(TAIL))
    except OSError:
        return None
    if not found:
        return None
    return dict(zip(("done", "hosts", "unanswered", "answers"), (int(number) for number in found[-1]), strict=True))


def _word(state: JobState) -> str:
    if state.running is not None:
        return "pausing" if state.stopping else "running"
    if state.waiting is not None and state.attempts:
        return "retrying"
    if state.waiting is not None:
        return "paused" if state.resume else "waiting"
    return "idle"


def _window(window: Any) -> str:
    return f"{','.join(window.days)} {window.start:%H:%M}–{window.end:%H:%M}"


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def channels_of(config: AgentConfig) -> list[Channel]:
    """Everybody who is to be told. Raises InputError for addresses that cannot be used."""
    found: list[Channel] = []
    if config.notify.urls_file is not None:
        found += apprise_channels(config.at(config.notify.urls_file))
    syslog = config.notify.syslog
    if syslog is not None:
        found.append(SyslogChannel(syslog.host, syslog.port, syslog.transport, syslog.facility, config.name))
    return found


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One agent a folder. Raises InputError where another one is on duty."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder / "agent.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise InputError("another agent is on duty here", str(folder)) from None
    try:
        yield
    finally:
        os.close(held)


def keep_watch(config: AgentConfig) -> None:
    """Be on duty until SIGTERM or SIGINT; then pause every scan and return within five seconds."""
    told_to_stop = Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told_to_stop.set())
    with alone(config.at(config.folder)):
        watch = Watch(config, channels_of(config))
        while not told_to_stop.wait(0 if watch._written is None else 1.0):
            watch.look(datetime.now(UTC))
        watch.stop(datetime.now(UTC))
