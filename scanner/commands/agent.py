"""`chengjian agent`: on duty: scheduled scans within maintenance windows, and word to those who must know."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from scanner.agent.config import AgentConfig, Job


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command and its own commands."""
    parser = subparsers.add_parser("agent", help="run scans on a schedule", description=__doc__)
    inner = parser.add_subparsers(dest="agent_command", metavar="COMMAND", required=True)
    for name, text in (
        ("run", "be on duty until SIGTERM; scans are then paused, and resumed at the next start"),
        ("check", "read the agent file and its permits, and say when each job is due next"),
        ("status", "what the agent is doing, from its status file; exit 1 if it was not heard of"),
    ):
        command = inner.add_parser(name, help=text, description=text)
        command.add_argument("config", type=Path, metavar="AGENT.YAML")
        if name != "run":
            command.add_argument("--json", action="store_true", help="one JSON document on stdout")
        if name == "status":
            command.add_argument("--silent-after", type=int, default=5, metavar="MINUTES", help="default: 5")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; `status`: 1 where the agent was not heard of; `check`: 1 where a permit cannot be used."""
    from inventory.errors import InputError
    from scanner.agent.config import load_agent

    try:
        config = load_agent(arguments.config)
        return {"run": _run, "check": _check, "status": _status}[arguments.agent_command](config, arguments)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("apscheduler", "apprise"):
            raise
        raise InputError(f"the package {error.name} is missing", hint="install chengjian[agent]") from error


def _run(config: "AgentConfig", arguments: argparse.Namespace) -> int:
    from scanner.agent.watch import keep_watch

    del arguments
    keep_watch(config)
    return 0


def _check(config: "AgentConfig", arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from scanner.agent.watch import channels_of
    from scanner.terminal import say, say_json, table

    now = datetime.now(UTC)
    found = []
    for job in config.jobs:
        times = job.times(config.name)
        due = times.first(now)
        following = times.after(due)
        problem = _problem(config, job, now)
        moments = [f"{times.put_off(moment).astimezone(times.zone):%Y-%m-%d %H:%M %Z}" for moment in (due, following)]
        found.append({"name": job.name, "next": moments[0], "then": moments[1], "problem": problem})
    told = [channel.name for channel in channels_of(config)]
    if arguments.json:
        say_json({"jobs": found, "told": told})
    else:
        rows = [[job["name"], job["next"], job["then"], job["problem"] or "usable"] for job in found]
        say(table(["job", "next", "then", "permit"], rows))
        say(f"told: {', '.join(told) or 'nobody'}")
    return 1 if any(job["problem"] for job in found) else 0


def _problem(config: "AgentConfig", job: "Job", now: "datetime") -> str:
    """Why a job's permit cannot be used now, or ""."""
    from inventory.errors import InputError, RefusedByPermit
    from scanner.permit_file import load_permit
    from scanner.permit_signature import authority

    path = config.at(job.permit)
    keys, revocations = (None if file is None else config.at(file) for file in (job.operator_keys, job.revocations))
    try:
        permit = load_permit(path)
        authority(keys, revocations).check(path, permit.id, path.read_bytes())
    except (InputError, RefusedByPermit) as error:
        return str(error)
    return "" if now <= permit.ends else "the permit has ended"


def _status(config: "AgentConfig", arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime, timedelta

    from scanner.agent.state import heard_of, read_status
    from scanner.terminal import safe, say, say_json, table

    status = read_status(config.at(config.status))
    last = heard_of(status)
    silent = last is None or datetime.now(UTC) - last > timedelta(minutes=arguments.silent_after)
    if arguments.json:
        say_json({**status, "silent": silent})
        return 1 if silent else 0
    word = "not heard of since" if silent else "on duty, last heard of" if status.get("on_duty") else "off duty since"
    say(f"{safe(str(status.get('agent')))}: {word} {safe(str(status.get('heartbeat')))}")
    rows: list[list[Any]] = [
        [
            job.get("name"),
            job.get("state"),
            job.get("scheduled"),
            job.get("next"),
            (job.get("last") or {}).get("result"),
        ]
        for job in status.get("jobs", [])
        if isinstance(job, dict)
    ]
    say(table(["job", "state", "since occurrence", "next", "last result"], rows))
    return 1 if silent else 0
