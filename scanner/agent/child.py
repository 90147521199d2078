"""The door through which the agent starts a scan: one child process, known by its pid, never two for a job.

The child inherits a locked file: the kernel holds the lock for as long as the child lives, whatever becomes of the agent,
and the child itself writes its pid there before it becomes the scan (`exec`). So a restarted agent knows of an orphan, always.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path


class Child:
    """A scan that runs."""

    def __init__(self, process: subprocess.Popen[bytes], lock: int) -> None:
        self._process = process
        self._lock = lock

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ended(self) -> int | None:
        """The exit code (negative: the signal that ended it), or None while it runs."""
        code = self._process.poll()
        if code is not None and self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        return code

    def stop(self) -> None:
        """Ask it to keep everything and end (SIGTERM)."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once; what it had committed is kept."""
        self._process.kill()

    def wait(self, seconds: float) -> int | None:
        """Wait up to so long for its end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.ended()


def start(command: Sequence[str], lock: Path, log: Path, cwd: Path) -> Child | None:
    """Start a scan, its output appended to `log`; None while another one holds the lock."""
    held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    os.ftruncate(held, 0)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - a list, and the words are ours or the operator's own file names
            ["/bin/sh", "-c", 'echo $$ >"$0" && exec "$@"', str(lock.resolve()), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            pass_fds=(held,),
            start_new_session=True,  # an interrupt on the agent's terminal is the agent's, which then asks politely
        )
    return Child(process, held)


def orphan(lock: Path) -> int | None:
    """The pid of a scan that an earlier agent left running, or None; 0 where it did not get as far as its pid."""
    try:
        held = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(held, 32, 0).strip()
        return int(text) if text.isdigit() else 0
    else:
        return None
    finally:
        os.close(held)


def stop_orphan(pid: int, *, kill: bool = False) -> None:
    """Ask an orphan to end, or end it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL if kill else signal.SIGTERM)
