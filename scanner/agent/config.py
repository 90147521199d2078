"""`agent.yaml`: which scan runs when, within which windows, and who is told. Every error names the file and the field."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from inventory.errors import InputError
from inventory.text import Language
from scanner.agent.schedule import Schedule
from scanner.permit import Hours

FORMAT = "chengjian-agent/1"
LARGEST = 1024 * 1024  # bytes

Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Word = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


def _path(value: Any) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("must be a file name")
    return Path(value)


File = Annotated[Path, BeforeValidator(_path)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Job(_Part):
    """One scan that comes again: `schedule` is a cron expression in `timezone`. `windows` are the maintenance windows; left
    out, the hours of the permit alone decide. A run that could not start is caught up for `catch_up_hours`, once. `publish`
    is the portal's folder, where each finished scan is put. With `operator_keys`, only a permit that one of these public
    keys signed is used; `revocations` is looked at before every packet. `packs` are folders of rules from outside, which an
    operator signed, or which `allow_unsigned_packs` takes as they are."""

    name: Word
    permit: File
    workspace: File
    profile: File | None = None
    operator_keys: File | None = None
    revocations: File | None = None
    packs: tuple[File, ...] = ()
    allow_unsigned_packs: bool = False
    schedule: str
    timezone: str = "Asia/Shanghai"
    jitter_minutes: Minutes = 0
    windows: tuple[Hours, ...] = ()
    catch_up_hours: Annotated[int, Field(ge=1, le=24 * 366)] = 7 * 24
    min_coverage: Annotated[int, Field(ge=0, le=100)] | None = None
    publish: File | None = None
    publish_formats: Annotated[str, Field(pattern=r"^[a-z]+(,[a-z]+)*$")] = "html,csv"

    @model_validator(mode="after")
    def _readable(self) -> Self:
        self.times("")
        return self

    def times(self, agent: str) -> Schedule:
        """When this job is due. Raises ValueError for an expression that cannot be read."""
        return Schedule(self.schedule, self.timezone, self.jitter_minutes * 60, f"{agent}/{self.name}")

    def window_open(self, now: datetime) -> bool:
        """Is `now` (aware) within a maintenance window?"""
        local = now.astimezone(self.times("").zone)
        return not self.windows or any(window.hold(local) for window in self.windows)


class Syslog(_Part):
    """The city's log platform: RFC 5424 over UDP (RFC 5426) or TCP with octet counting (RFC 6587)."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 514
    transport: Literal["udp", "tcp"] = "udp"
    facility: Annotated[int, Field(ge=0, le=23)] = 13  # log audit


class Notify(_Part):
    """Who is told. `urls_file` holds Apprise addresses, one a line; they carry secrets, so it must have mode 600."""

    urls_file: File | None = None
    syslog: Syslog | None = None
    language: Language = "zh"
    expiry_days: Annotated[int, Field(ge=1, le=366)] = 14
    coverage_points: Annotated[int, Field(ge=1, le=100)] = 5


class Watched(_Part):
    """Another agent's status file: silent for longer than `minutes`, and this agent says so."""

    status: File
    minutes: Annotated[int, Field(ge=2, le=7 * 24 * 60)] = 15


class AgentConfig(_Part):
    """The whole file. Paths are relative to it. `folder` keeps state, logs and locks; `status` is published."""

    format: Literal["chengjian-agent/1"]
    name: Word
    folder: File
    status: File
    jobs: Annotated[tuple[Job, ...], Field(min_length=1)]
    notify: Notify = Notify()
    watch: tuple[Watched, ...] = ()
    base: Path = Path()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        names = [job.name for job in self.jobs]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"jobs: the job {name} is written twice")
        return self

    def at(self, path: Path) -> Path:
        """A path of the file, as seen from the working directory."""
        return self.base / path


def load_agent(path: Path) -> AgentConfig:
    """Read an agent file. Raises InputError with file and field."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    if len(data) > LARGEST:
        raise InputError(f"larger than {LARGEST} bytes", str(path))
    try:
        values = yaml.safe_load(data.decode())
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text", str(path), f"byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise InputError(
            f"not valid YAML: {error.problem}", str(path), f"line {mark.line + 1}" if mark else ""
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"not valid YAML: {error}", str(path)) from error
    if not isinstance(values, dict) or "base" in values:
        raise InputError("is a mapping of format, name, folder, status and jobs", str(path), hint="see docs/agent.md")
    try:
        return AgentConfig.model_validate({**values, "base": path.parent})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        message = {"missing": "is missing", "extra_forbidden": "unknown key"}.get(first["type"], first["msg"])
        raise InputError(message.removeprefix("Value error, "), str(path), where, "see docs/agent.md") from error
