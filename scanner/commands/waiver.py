"""`chengjian waiver lint|list FILE`: accepted deviations are files under review, not clicks."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.waiver import Waiver

EXIT_ERRORS = 1


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    from scanner.pack_options import add_pack_options

    parser = subparsers.add_parser("waiver", help="check and list waivers 豁免")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("lint", "unknown rules, expired, unused, overlapping"),
        ("list", "waivers with their selector and expiry"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("file", type=Path)
        action.add_argument("--at", help="date, such as 2026-12-31; default today")
        add_pack_options(action)
        action.add_argument("--workspace", type=Path, help="workspace whose newest scan says which waivers are used")
        action.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    from datetime import UTC, date, datetime

    from inventory.errors import InputError
    from rules.kept_packs import with_builtin
    from rules.waiver import lint, load_waivers
    from scanner.pack_signature import accepted
    from scanner.terminal import safe, say, say_json, table

    try:
        day = date.fromisoformat(arguments.at) if arguments.at else datetime.now(UTC).date()
    except ValueError:
        raise InputError(f"{arguments.at!r} is not a date", "--at", hint="such as 2026-12-31") from None
    waivers = load_waivers(arguments.file)
    ruleset = with_builtin(accepted(arguments))
    if arguments.action == "list":
        rows = [
            [
                w.id,
                w.rule,
                str(w.where),
                w.expires,
                "holds" if w.active(day.isoformat()) else "ended",
                w.approver,
                w.reason,
            ]
            for w in waivers
        ]
        if arguments.json:
            say_json({"waivers": [{**w.model_dump(mode="json"), "holds": w.active(day.isoformat())} for w in waivers]})
        else:
            say(table(["waiver", "rule", "where", "expires", "", "approver", "reason"], rows))
        return 0
    used = _used(arguments.workspace, waivers, day.isoformat())
    found = lint(waivers, [rule.id for rule in ruleset.rules], day.isoformat(), used)
    if arguments.json:
        say_json({"problems": [{"kind": p.kind, "waiver": p.waiver, "message": p.message} for p in found]})
    else:
        for problem in found:
            say(safe(f"{problem.kind}: {problem.waiver}: {problem.message}"))
        say(f"{len(waivers)} waivers, {len(found)} problems")
    return EXIT_ERRORS if any(problem.kind == "error" for problem in found) else 0


def _used(workspace: Path | None, waivers: "Sequence[Waiver]", day: str) -> list[list[str]] | None:
    """For each finding of the newest scan the waivers of the file that cover it on that day."""
    if workspace is None:
        return None
    import json

    from inventory.store import Store
    from rules.waiver import covering

    with Store.open(workspace) as store:
        scan = str(store.scan()["id"])
        found = {(each["rule"], each["asset"]) for each in json.loads(store.report(scan))["findings"]}
        return [ids for pair, ids in covering(store.connection, scan, waivers, day).items() if pair in found]
