"""What the agent must not forget when it is killed, and what it shows to others: two small JSON files, written atomically."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from inventory.errors import InputError

STATUS_FORMAT = "chengjian-agent-status/1"
LARGEST = 4 * 1024 * 1024  # bytes

Result = Literal["finished", "findings", "low_coverage", "refused", "bad_input", "interrupted", "failed"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ended(_Part):
    """How the last run ended."""

    scheduled: datetime
    started: datetime
    ended: datetime
    result: Result
    exit_code: int


class JobState(_Part):
    """Where a job stands. `due`: its next occurrence. `waiting`: the occurrence that waits for its start, or, with `resume`,
    for the next window. `running`: the occurrence whose scan runs since `started`; `stopping`: it was told to pause then.
    `merged` counts occurrences that came while another was waiting or running, `missed` those given up as too old."""

    due: datetime | None = None
    waiting: datetime | None = None
    resume: bool = False
    not_before: datetime | None = None
    running: datetime | None = None
    started: datetime | None = None
    stopping: datetime | None = None
    attempts: int = 0
    last: Ended | None = None
    runs: int = 0
    merged: int = 0
    missed: int = 0


class Message(_Part):
    """Word that still has to go out. `key` is said once only."""

    key: str
    kind: str
    severity: Literal["notice", "warning", "error"]
    title: str
    body: str
    at: datetime
    tries: int = 0
    channels: tuple[str, ...] = ()


class State(_Part):
    """Everything that a restart needs."""

    format: Literal["chengjian-agent-state/1"] = "chengjian-agent-state/1"
    jobs: dict[str, JobState] = {}
    outbox: tuple[Message, ...] = ()
    said: dict[str, str] = {}  # key → day on which it was said
    given_up: int = 0  # messages that could not be delivered


def load_state(path: Path) -> State:
    """The state as it was left, or a new one. Raises InputError if the file is not ours."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return State()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    try:
        return State.model_validate_json(data)
    except ValidationError as error:
        raise InputError(
            "is not the state of an agent", str(path), hint="move it away; the schedule then starts from now"
        ) from error


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """The file has the old content or the new one, never half of it, even through a loss of power."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(path)


def save_state(path: Path, state: State) -> None:
    """Keep the state, for our own eyes."""
    write_atomically(path, state.model_dump_json(indent=1), 0o600)


def read_status(path: Path) -> dict[str, Any]:
    """A published status file. Raises InputError if it is missing or not one."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST)
        found = json.loads(data)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not a status file: {error}", str(path)) from error
    if not isinstance(found, dict) or found.get("format") != STATUS_FORMAT:
        raise InputError("is not a status file of an agent", str(path))
    return found


def heard_of(status: dict[str, Any]) -> datetime | None:
    """When the agent last wrote its status, or None where it does not say."""
    try:
        moment = datetime.fromisoformat(str(status["heartbeat"]))
    except (KeyError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def stamp(moment: datetime | None) -> str | None:
    """UTC, ISO 8601 with seconds and Z."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
