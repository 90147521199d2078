"""`chengjian inventory export`: what is known of assets, for spreadsheets and for other programs."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from inventory.endpoint import address_key
from inventory.fact import all_tables
from inventory.facts.service import ServiceFacts
from inventory.observation import Outcome
from inventory.store import Store
from reports.export import Export, Holding, Inventory, Listener, all_exports
from scanner.derive import permit_of, register_of
from scanner.logbook import write_down
from scanner.terminal import say


def export(arguments: argparse.Namespace) -> int:
    """Write the assets of a scan in one format, on stdout or into files."""
    chosen = all_exports()[arguments.format]
    target: Path | None = arguments.out or (Path("out") / chosen.default if chosen.files is not None else None)
    with Store.open(arguments.workspace) as store:
        known = holdings(store, str(store.scan(arguments.scan)["id"]))
        write_down(store, "export", scan=known.scan, format=chosen.name, to=str(target or "stdout"))
    for path in _written(chosen, known, target):
        say(str(path))
    return 0


def _written(chosen: Export, known: Inventory, target: Path | None) -> tuple[Path, ...]:
    if chosen.files is not None and target is not None:
        return chosen.files(known, target)
    if chosen.text is not None and target is None:
        chosen.text(known, sys.stdout)
        return ()
    if chosen.text is not None and target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        # a spreadsheet takes UTF-8 for what it is only behind a byte order mark; a JSON document must not have one
        encoding = "utf-8-sig" if chosen.name == "csv" else "utf-8"
        with target.open("w", encoding=encoding, newline="") as sink:
            chosen.text(known, sink)
    return ()


def holdings(store: Store, scan: str) -> Inventory:
    """All assets of a scan with components and listeners."""
    row = store.scan(scan)
    parts: dict[str, list[int]] = {}
    components = store.components(scan)
    for place, part in enumerate(components):
        parts.setdefault(part.asset, []).append(place)
    heard: dict[str, list[Listener]] = {}
    for one in listeners(store, scan):
        heard.setdefault(one.endpoint.address, []).append(one)
    codes = {entry.address: entry.credit_code for entry in register_of(store, scan)}
    assets = sorted(store.assets(scan), key=lambda asset: address_key(asset.addresses[0]))
    return Inventory(
        scan,
        str(row["ended"] or row["started"]),
        permit_of(store, scan).environment == "lab",
        [
            Holding(
                asset,
                tuple(components[place] for place in parts.get(asset.id, ())),
                tuple(sorted(one for address in asset.addresses for one in heard.get(address, ()))),
                next((codes[address] for address in asset.addresses if codes.get(address)), ""),
            )
            for asset in assets
        ],
    )


def listeners(store: Store, scan: str) -> Iterator[Listener]:
    """What was heard to answer on each endpoint: over TCP by its service, over UDP by the table that was answered."""
    observed = store.observations(scan)
    questions = {
        question.id: question
        for question in store.questions(scan)
        if question.id in observed and observed[question.id].outcome == Outcome.ANSWERED
    }
    asked_for_login = _asked_for_login(store, scan)
    for identifier, rows in store.facts(scan, "service").items():
        for row in rows:
            if identifier in questions and isinstance(row, ServiceFacts) and row.protocol:
                endpoint = questions[identifier].endpoint
                login = asked_for_login.get((endpoint.address, endpoint.port))
                yield Listener(endpoint, row.protocol, row.tls, login)
    for question in questions.values():
        if question.endpoint.transport == "udp":
            yield Listener(question.endpoint, question.table)


def _asked_for_login(store: Store, scan: str) -> dict[tuple[str, int], bool]:
    """(address, port) → whether data is refused without credentials, where a fact says so."""
    where = {question.id: question.endpoint for question in store.questions(scan)}
    found: dict[tuple[str, int], bool] = {}
    for name, table in all_tables().items():
        if "authentication_required" not in table.model.model_fields:
            continue
        for identifier, rows in store.facts(scan, name).items():
            for row in rows:
                said = getattr(row, "authentication_required", None)
                if said is not None and identifier in where:
                    found[where[identifier].address, where[identifier].port] = said
    return found
