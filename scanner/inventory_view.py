"""What `chengjian inventory` says: assets, one asset with its reasons, one piece of evidence, drift."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inventory.asset import Asset
from inventory.drift import drift
from inventory.endpoint import address_key
from inventory.errors import InputError
from inventory.exchange import Exchange
from inventory.fact import all_tables
from inventory.merge_reasons import reasons
from inventory.register import load_register, to_bytes
from inventory.store import Store
from scanner import import_files, passport
from scanner.capture.files import ENDINGS as CAPTURE_ENDINGS
from scanner.derive import WORKSPACE_REGISTER, register_of, sightings
from scanner.documents import documents_in, is_system
from scanner.logbook import write_down
from scanner.terminal import safe, say, say_json, table

SHOWN_BYTES = 2048  # of one turn, on a terminal
SHOWN = (
    *("id", "name", "addresses", "zone", "department", "city", "district", "system", "importance"),
    *("protection_level", "device_class", "registered", "contact"),
)


def listing(arguments: argparse.Namespace) -> int:
    """All assets of a scan, in the order of their addresses."""
    with Store.open(arguments.workspace) as store:
        scan = str(store.scan(arguments.scan)["id"])
        assets = sorted(store.assets(scan), key=lambda asset: address_key(asset.addresses[0]))
        if arguments.json:
            say_json({"scan": scan, "assets": [asdict(asset) for asset in assets]})
            return 0
        rows = [
            [
                asset.id,
                ", ".join(asset.addresses),
                asset.name,
                asset.device_class,
                asset.zone,
                asset.department,
                asset.importance or "",
                asset.protection_level or "",
                {True: "yes", False: "no", None: ""}[asset.registered],
            ]
            for asset in assets
        ]
        head = ["asset", "addresses", "name", "class", "zone", "department", "importance", "level", "registered"]
        say(table(head, rows))
        return 0


def show(arguments: argparse.Namespace) -> int:
    """One asset by id, alias or address; or one piece of evidence."""
    with Store.open(arguments.workspace) as store:
        if arguments.evidence:
            write_down(store, "read", evidence=arguments.evidence)
            return show_evidence(store, arguments.evidence, json=arguments.json)
        if not arguments.asset:
            raise InputError("name an asset or --evidence DIGEST", "inventory show")
        scan = str(store.scan(arguments.scan)["id"])
        asset = find(store, scan, arguments.asset)
        document = described(store, scan, asset)
        if arguments.json:
            say_json(document)
            return 0
        for name in ("id", *SHOWN[1:]):
            value = getattr(asset, name)
            say(f"{name:18} {safe(', '.join(value) if isinstance(value, tuple) else str(value))}")
        if arguments.why:
            say(f"{'keys':18} {safe(', '.join(asset.keys))}")
            say(f"{'aliases':18} {', '.join(asset.aliases)}")
            for line in document["merge"]:
                say(f"{'merge':18} {safe(line)}")
        if document["components"]:
            rows = [
                [part["layer"], part["vendor"], part["product"], part["version"], part["origin"], part["strength"]]
                + (["; ".join(part["why"])] if arguments.why else [])
                for part in document["components"]
            ]
            say("")
            say(
                table(
                    [
                        "layer",
                        "vendor",
                        "product",
                        "version",
                        "origin",
                        "strength",
                        *(["why"] if arguments.why else []),
                    ],
                    rows,
                )
            )
        say("")
        rows = []
        for item in document["questions"]:
            facts = "; ".join(f"{key}={value}" for row in item["facts"] for key, value in row.items())
            rows.append([item["endpoint"], item["table"], item["outcome"], item["reason"], facts[:160]])
            if arguments.why:
                rows += [["", "", "", "evidence", digest] for digest in item["evidence"]]
        say(table(["endpoint", "table", "outcome", "reason", "facts"], rows))
        return 0


def find(store: Store, scan: str, wanted: str) -> Asset:
    """An asset by id, alias or address. Raises InputError."""
    assets = store.assets(scan)
    for asset in assets:
        if wanted == asset.id or wanted in asset.addresses:
            return asset
    for asset in assets:
        if wanted in asset.aliases or wanted == asset.name:
            return asset
    raise InputError(f"no asset {wanted} in scan {scan}", str(store.path), hint="chengjian inventory list shows all")


def described(store: Store, scan: str, asset: Asset) -> dict[str, Any]:
    """Everything known of an asset, as JSON values."""
    observed = store.observations(scan)
    questions = [question for question in store.questions(scan) if question.endpoint.address in asset.addresses]
    facts = {
        name: store.facts(scan, name) for name in sorted({question.table for question in questions} & set(all_tables()))
    }
    told = []
    for question in sorted(questions, key=lambda one: (address_key(one.endpoint.address), one.endpoint, one.table)):
        seen = observed.get(question.id)
        rows = facts.get(question.table, {}).get(question.id, ())
        told.append(
            {
                "id": question.id,
                "endpoint": str(question.endpoint),
                "table": question.table,
                "vantage": question.vantage,
                "outcome": seen.outcome.value if seen is not None else "never_asked",
                "reason": seen.reason if seen is not None else "",
                "at": seen.at if seen is not None else "",
                "evidence": list(seen.evidence) if seen is not None else [],
                "facts": [row.model_dump(mode="json", exclude_none=True) for row in rows],
            }
        )
    parts = [asdict(part) for part in store.components(scan) if part.asset == asset.id]
    merged = list(reasons(asset, store.assets(scan), sightings(store, scan), register_of(store, scan)))
    return {"scan": scan, "asset": asdict(asset), "components": parts, "merge": merged, "questions": told}


def show_evidence(store: Store, digest: str, *, json: bool) -> int:
    """One exchange, turn by turn, escaped."""
    exchange = store.evidence(digest)
    if json:
        import json as plain

        say_json(plain.loads(exchange.to_bytes()))
        return 0
    say(f"{exchange.kind} {exchange.endpoint}  SHA-256 {digest}")
    for line in evidence_lines(exchange):
        say(line)
    return 0


def evidence_lines(exchange: Exchange) -> list[str]:
    """The conversation in readable lines: what was sent (>), what came (<), how it ended."""
    lines = [f"  {safe(name)}: {safe(value)}" for name, value in sorted(exchange.notes.items())]
    for turn in exchange.turns:
        lines.append(f"[{turn.connection}] {safe(turn.label)}{' (' + safe(turn.end) + ')' if turn.end else ''}")
        for mark, data in ((">", turn.sent), ("<", turn.received)):
            if data:
                more = f" … {len(data)} bytes in all" if len(data) > SHOWN_BYTES else ""
                lines.append(f"  {mark} {safe(data[:SHOWN_BYTES].decode('utf-8', 'backslashreplace'))}{more}")
    return lines


def bring_in(arguments: argparse.Namespace) -> int:
    """Import a register for the scans of this workspace, or facts from files into its newest scan."""
    if len(arguments.file) > 1 or (arguments.file[0].is_dir() and not is_system(arguments.file[0])):
        return bring_in_all(arguments)
    path: Path = arguments.file[0]
    if path.suffix.lower() in CAPTURE_ENDINGS:
        return hear(path, arguments.workspace)
    kind = import_files.kind_of(path)
    if kind != "register":
        with Store.open(arguments.workspace) as store:
            told = import_files.bring_in(store, path, kind, arguments.address, complete=arguments.complete)
            with store.batch():
                write_down(store, "import", file=path.name, kind=kind)
        say(safe(told, lines=True))
        return 0
    entries = load_register(path)
    with Store.create(arguments.workspace) as store, store.batch():
        store.keep(WORKSPACE_REGISTER, WORKSPACE_REGISTER, to_bytes(entries))
        write_down(store, "import", register=path.name, addresses=str(len(entries)))
    say(f"{len(entries)} registered addresses; the next scan of this workspace uses them")
    return 0


def bring_in_all(arguments: argparse.Namespace) -> int:
    """Import documents of many systems, all or none, into the newest scan of the workspace."""
    documents = list(documents_in(arguments.file))
    if not documents:
        raise InputError("no documents in it", str(arguments.file[0]))
    with Store.open(arguments.workspace) as store:
        told = import_files.bring_in_all(store, documents, arguments.address, complete=arguments.complete)
        with store.batch():
            for path in documents:
                write_down(store, "import", file=path.name)
    say(safe(told, lines=True))
    return 0


def hear(path: Path, workspace: Path) -> int:
    """Import a capture; exit code 0 even where the file is cut off, which is said."""
    from datetime import UTC, datetime

    from scanner.capture.intake import bring_in as hear_capture
    from scanner.scan import reducer

    with Store.open(workspace) as store:
        scan, counts = hear_capture(path, store, reducer(workspace), datetime.now(UTC))
        write_down(store, "import", capture=path.name, scan=scan, frames=str(counts["frames"]))
    say(
        f"scan {scan}: {counts['frames']} frames, {counts['hosts']} hosts and {counts['endpoints']} services of the permit's "
        f"networks heard{'' if counts['complete'] else '; the file is damaged or cut off, what is whole was read'}"
    )
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Assets for other programs, or the clauses that wait for a person."""
    if arguments.answers is not None:
        return export_answers(arguments)
    from scanner.inventory_export import export as export_assets

    return export_assets(arguments)


def export_answers(arguments: argparse.Namespace) -> int:
    """The spreadsheet that an auditor fills in."""
    from scanner.answer_sheet import answered, waiting, write_sheet

    if arguments.answers.suffix.lower() != ".xlsx":
        raise InputError("is no .xlsx file", str(arguments.answers), "--answers")
    with Store.open(arguments.workspace) as store:
        scan = str(store.scan(arguments.scan)["id"])
        asked = waiting(store, scan)
        write_sheet(arguments.answers, asked)
        write_down(store, "export", scan=scan, format="answers", to=str(arguments.answers))
    clauses, cases = [one for one in asked if not one.finding], [one for one in asked if one.finding]
    told = f"{len(clauses)} clauses, {answered(clauses)} of them answered"
    if cases:
        told += f"; {len(cases)} high-risk candidates, {answered(cases)} of them settled"
    say(f"{arguments.answers}: {told}")
    return 0


def _live(store: Store, scan: str | None) -> str | None:
    """`live` is the newest scan, unless a scan has that id."""
    return None if scan == "live" and all(one["id"] != scan for one in store.scans()) else scan


def difference(arguments: argparse.Namespace) -> int:
    """What changed between two scans; exit code 1 where something did."""
    if arguments.silences < 1:
        raise InputError("must be 1 or more", "inventory diff", "--silences")
    with Store.open(arguments.workspace) as store:
        after = str(store.scan(_live(store, arguments.after))["id"])
        if passport.is_passport(arguments.before):
            before = arguments.before
            changes = passport.compare(Path(before), store, after, arguments.address)
        else:
            before = str(store.scan(arguments.before)["id"])
            changes = drift(store, before, after, arguments.silences)
    if arguments.json:
        say_json({"before": before, "after": after, "changes": [asdict(change) for change in changes]})
    else:
        head = ["what", "where", "of", "before", "after"]
        say(table(head, [[one.kind, one.where, one.what, one.before, one.after] for one in changes]))
    return 1 if changes else 0
