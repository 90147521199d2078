"""`chengjian workspace`: look after what is kept: check, backup, restore, keep, release, prune, audit."""

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line starts fast: nothing heavy is imported before it is needed
    from datetime import datetime

    from inventory.store import Store

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command and its own commands."""
    parser = subparsers.add_parser("workspace", help="check, back up, prune and audit a workspace", description=__doc__)
    inner = parser.add_subparsers(dest="workspace_command", metavar="COMMAND", required=True)
    check = _command(inner, "check", "integrity, evidence, audit chain and size; exit 1 where something is wrong")
    check.add_argument("--head", default="", metavar="DIGEST", help="a digest of the audit log that was noted earlier")
    check.add_argument(
        "--budget", type=size, metavar="SIZE", help="exit 1 if both files together are larger (500M, 2G)"
    )
    backup = _command(inner, "backup", "a consistent copy, evidence included, while a scan may run")
    backup.add_argument("target", type=Path, metavar="FILE", help="new file, such as backup/city.db")
    restore = _command(inner, "restore", "put a backup back; --workspace must not exist")
    restore.add_argument("source", type=Path, metavar="FILE", help="the file that `backup` wrote")
    keep = _command(inner, "keep", "keep the report of a scan, and all that it refers to, until released")
    keep.add_argument("scan", help="id of the scan")
    keep.add_argument("--reason", required=True, help="why, for the audit log")
    release = _command(inner, "release", "no longer keep the report of a scan")
    release.add_argument("scan", help="id of the scan")
    prune = _command(inner, "prune", "remove old scans and evidence that nothing refers to")
    prune.add_argument("--days", type=int, default=180, help="scans younger than this stay (default and lowest: 180)")
    prune.add_argument("--budget", type=size, metavar="SIZE", help="stop as soon as both files fit (500M, 2G)")
    prune.add_argument("--dry-run", action="store_true", help="say what would go, remove nothing")
    audit = _command(inner, "audit", "the audit log, or whether its chain holds")
    audit.add_argument("what", nargs="?", choices=("list", "verify"), default="list")
    audit.add_argument("--head", default="", metavar="DIGEST", help="a digest that was noted earlier, for verify")


def _command(inner: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str) -> Any:
    parser = inner.add_parser(name, help=text, description=text)
    parser.add_argument("--workspace", type=Path, default=Path("city.db"), metavar="FILE", help="default: city.db")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser


def size(text: str) -> int:
    """Bytes of `500M`, `2G` or a plain number. Raises argparse.ArgumentTypeError."""
    found = re.fullmatch(r"(\d{1,15})([KMGT]?)B?", text.strip().upper())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500M or 2G")
    return int(found[1]) * UNITS[found[2]]


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 where a check or verification failed."""
    from datetime import UTC, datetime

    from inventory.store import Store

    now = datetime.now(UTC)
    if arguments.workspace_command == "restore":
        return _restore(arguments, now)
    with Store.open(arguments.workspace) as store:
        return int(_COMMANDS[arguments.workspace_command](store, arguments, now))


def _check(store: "Store", arguments: argparse.Namespace, now: "datetime") -> int:
    from inventory.upkeep import check

    del now
    found = check(store, arguments.head)
    problems = list(found.problems)
    total = found.database_bytes + found.evidence_bytes
    if arguments.budget is not None and total > arguments.budget:
        problems.append(f"{total} bytes are above the budget of {arguments.budget}; see `workspace prune --budget`")
    document = {
        "problems": problems,
        "bytes": {"database": found.database_bytes, "evidence": found.evidence_bytes},
        "evidence": {"pieces": found.evidence, "unused": found.unused_evidence},
        "scans": [
            {
                "id": item.scan,
                "state": item.state,
                "ended": item.ended,
                "assets": item.assets,
                "evidence_bytes": item.evidence_bytes,
                "bytes_per_asset": item.bytes_per_asset,
                "kept": item.held,
            }
            for item in found.scans
        ],
        "audit": {"entries": found.audit.entries, "head": found.audit.head} if found.audit else None,
    }
    lines = [f"problem: {problem}" for problem in problems] or ["whole: every page, every piece of evidence, the audit"]
    lines.append(f"{found.database_bytes} bytes of data, {found.evidence_bytes} bytes of evidence")
    lines.append(f"{found.evidence} pieces of evidence, {found.unused_evidence} of them unused")
    lines += [
        f"scan {item.scan}  {item.state}  {item.assets} assets  {item.bytes_per_asset} bytes of evidence an asset"
        + ("  kept" if item.held else "")
        for item in found.scans
    ]
    if found.audit:
        lines.append(f"audit: {found.audit.entries} entries, newest {found.audit.head}")
    _say(arguments, document, lines)
    return 1 if problems else 0


def _backup(store: "Store", arguments: argparse.Namespace, now: "datetime") -> int:
    from inventory.audit import record
    from inventory.upkeep import backup

    record(store, "backup", {"to": arguments.target.name}, at=now)
    written = [str(path) for path in backup(store, arguments.target)]
    _say(arguments, {"files": written}, [f"written and checked: {', '.join(written)}"])
    return 0


def _restore(arguments: argparse.Namespace, now: "datetime") -> int:
    from inventory.audit import record
    from inventory.store import Store
    from inventory.upkeep import restore

    found = restore(arguments.source, arguments.workspace)
    with Store.open(arguments.workspace) as store:
        record(store, "import", {"restored": arguments.source.name}, at=now)
    document = {"workspace": str(arguments.workspace), "scans": len(found.scans), "evidence": found.evidence}
    _say(arguments, document, [f"{arguments.workspace}: {len(found.scans)} scans, {found.evidence} pieces of evidence"])
    return 0


def _keep(store: "Store", arguments: argparse.Namespace, now: "datetime") -> int:
    from inventory.audit import record
    from inventory.upkeep import hold

    with store.batch():
        hold(store, arguments.scan, arguments.reason, at=now)
        record(store, "keep", {"scan": arguments.scan, "reason": arguments.reason}, at=now)
    _say(arguments, {"kept": arguments.scan}, [f"kept: {arguments.scan}"])
    return 0


def _release(store: "Store", arguments: argparse.Namespace, now: "datetime") -> int:
    from inventory.audit import record
    from inventory.upkeep import release

    with store.batch():
        release(store, arguments.scan)
        record(store, "release", {"scan": arguments.scan}, at=now)
    _say(arguments, {"released": arguments.scan}, [f"released: {arguments.scan}"])
    return 0


def _prune(store: "Store", arguments: argparse.Namespace, now: "datetime") -> int:
    from inventory.upkeep import prune

    found = prune(store, now=now, days=arguments.days, budget=arguments.budget, dry_run=arguments.dry_run)
    word = "would be removed" if arguments.dry_run else "removed"
    lines = [f"{word}: {', '.join(found.scans) or 'nothing'}"]
    lines += [f"stays: {scan} ({why})" for scan, why in found.kept]
    if not arguments.dry_run:
        lines.append(f"{found.evidence} pieces of evidence, {found.evidence_bytes} bytes")
    document = {
        "dry_run": arguments.dry_run,
        "removed": list(found.scans),
        "stays": [{"scan": scan, "why": why} for scan, why in found.kept],
        "evidence": {"pieces": found.evidence, "bytes": found.evidence_bytes},
    }
    _say(arguments, document, lines)
    return 0


def _audit(store: "Store", arguments: argparse.Namespace, now: "datetime") -> int:
    from inventory.audit import entries, verify
    from inventory.errors import WorkspaceError

    del now
    if arguments.what == "verify":
        try:
            found = verify(store, arguments.head)
        except WorkspaceError as error:
            _say(arguments, {"holds": False, "problem": error.message}, [f"problem: {error.message}"])
            return 1
        document = {"holds": True, "entries": found.entries, "head": found.head}
        _say(arguments, document, [f"the chain holds: {found.entries} entries, newest {found.head}"])
        return 0
    listed = list(entries(store))
    document = {
        "entries": [
            {"number": item.number, "at": item.at, "who": item.who, "act": item.act, "what": dict(item.what)}
            for item in listed
        ]
    }
    lines = [
        f"{item.number}  {item.at}  {item.who}  {item.act}  "
        + " ".join(f"{name}={value}" for name, value in sorted(item.what.items()))
        for item in listed
    ]
    _say(arguments, document, lines)
    return 0


_COMMANDS = {
    "check": _check,
    "backup": _backup,
    "keep": _keep,
    "release": _release,
    "prune": _prune,
    "audit": _audit,
}


def _say(arguments: argparse.Namespace, document: Mapping[str, Any], lines: list[str]) -> None:
    """One JSON document, or the lines, escaped: names may come from a device."""
    from scanner.terminal import safe, say, say_json

    if arguments.json:
        say_json(document)
    else:
        say("\n".join(safe(line) for line in lines))
