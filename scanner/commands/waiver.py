"""`chengjian waiver lint|list FILE`: accepted deviations are files under review, not clicks."""

import argparse
from pathlib import Path

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
    found = lint(waivers, [rule.id for rule in ruleset.rules], day.isoformat(), _used(arguments.workspace))
    if arguments.json:
        say_json({"problems": [{"kind": p.kind, "waiver": p.waiver, "message": p.message} for p in found]})
    else:
        for problem in found:
            say(safe(f"{problem.kind}: {problem.waiver}: {problem.message}"))
        say(f"{len(waivers)} waivers, {len(found)} problems")
    return EXIT_ERRORS if any(problem.kind == "error" for problem in found) else 0


def _used(workspace: Path | None) -> frozenset[str] | None:
    """The waivers that the findings of the newest scan carry."""
    if workspace is None:
        return None
    import json

    from inventory.store import Store

    with Store.open(workspace) as store:
        report = json.loads(store.report(str(store.scan()["id"])))
    return frozenset(str(finding["waiver"]) for finding in report["findings"] if finding.get("waiver"))
