"""Drift between a vendor's passport and the installed system: what the bundle says, and what the workspace knows now.

Facts of the bundle are read again from its evidence. A fact that stood in a configuration is shown with its line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inventory.configuration import read, split_lines
from inventory.configuration_evidence import KIND
from inventory.drift import Change
from inventory.errors import InputError, WorkspaceError
from inventory.exchange import Exchange
from inventory.fact import all_tables
from inventory.question import Question
from inventory.store import Store

SELDOM_ALIKE = frozenset({"lines", "understood"})  # about the file, not about the system
Key = tuple[str, str, int, str]  # address, transport, port, table


@dataclass(frozen=True, slots=True)
class Saying:
    """One value that the passport states, and where it stands."""

    value: object
    place: str


def open_passport(path: Path) -> tuple[Store, str]:
    """The bundle as a workspace in memory with its facts. Raises WorkspaceError where a byte was changed."""
    from reports.bundle import check_open
    from reports.container import Container
    from reports.inputs import restore
    from scanner.replay import replay

    with Container(path) as container:
        check_open(container)
        store, scan = restore(container)
    return replay(store, scan), scan


def drift(passport: Store, passport_scan: str, live: Store, scan: str, address: str = "") -> tuple[Change, ...]:
    """What the live scan knows differently, sorted. Systems are matched by address, else by the name that the live asset
    carries; `address` says where the passport's only system stands now. Raises InputError where nothing matches."""
    where_now = _addresses(passport, passport_scan, live, scan, address)
    if not where_now:
        raise InputError("no system of the passport is in this scan", hint="say where it stands now: --address ADDRESS")
    now = _facts(live, scan)
    changes: list[Change] = []
    for key, columns in sorted(_sayings(passport, passport_scan).items()):
        known = now.get((where_now.get(key[0], ""), *key[1:]), {})
        for column, said in sorted(columns.items()):
            after = known.get(column)
            if after is not None and after != said.value and column not in SELDOM_ALIKE:
                where = f"{where_now[key[0]]}:{key[2]}" if key[2] else where_now[key[0]]
                before = f"{said.value} ({said.place})" if said.place else str(said.value)
                changes.append(Change("fact", where, f"{key[3]}.{column}", before, str(after)))
    return tuple(changes)


def _addresses(passport: Store, passport_scan: str, live: Store, scan: str, address: str) -> dict[str, str]:
    """Address of the passport → address in the live scan."""
    there = {question.endpoint.address for question in passport.questions(passport_scan)}
    if address:
        return dict.fromkeys(there, address) if len(there) == 1 else {one: address for one in there if one == address}
    standing = {one for asset in live.assets(scan) for one in asset.addresses}
    named = {asset.name: asset.addresses[0] for asset in live.assets(scan) if asset.name and asset.addresses}
    return {one: one if one in standing else named[one] for one in sorted(there) if one in standing or one in named}


def _facts(store: Store, scan: str) -> dict[Key, dict[str, object]]:
    """Values that a scan knows, by endpoint and table; tables with many rows are left out."""
    found: dict[Key, dict[str, object]] = {}
    for question, row in _rows(store, scan):
        values = {name: value for name, value in row.items() if value is not None}
        found.setdefault(_key(question), {}).update(values)
    return found


def _rows(store: Store, scan: str) -> Iterator[tuple[Question, dict[str, object]]]:
    asked = {question.id: question for question in store.questions(scan)}
    for name, table in all_tables().items():
        if not table.many:
            for question_id, rows in store.facts(scan, name).items():
                if question_id in asked and rows:
                    yield asked[question_id], rows[0].model_dump()


def _key(question: Question) -> Key:
    where = question.endpoint
    return (where.address, where.transport, where.port, question.table)


def _sayings(store: Store, scan: str) -> dict[Key, dict[str, Saying]]:
    observed = store.observations(scan)
    found: dict[Key, dict[str, Saying]] = {}
    for question, row in _rows(store, scan):
        seen = observed.get(question.id)
        places = _places(store, question, seen.evidence if seen else ())
        for name, value in row.items():
            if value is not None:
                found.setdefault(_key(question), {})[name] = Saying(value, places.get(name, ""))
    return found


def _places(store: Store, question: Question, digests: tuple[str, ...]) -> dict[str, str]:
    """Column → `FILE:LINE: text` where the evidence is a configuration."""
    found: dict[str, str] = {}
    for digest in digests:
        exchange: Exchange = store.evidence(digest)
        if exchange.kind != KIND or not exchange.turns:
            continue
        text = exchange.turns[0].received.decode("utf-8", "replace")
        lines = split_lines(text)
        file = exchange.notes.get("file", "")
        for row in read(text, file, exchange.notes.get("family")).rows:
            if (row.table, row.transport, row.port) == (
                question.table,
                question.endpoint.transport,
                question.endpoint.port,
            ):
                found |= {
                    name: f"{file}:{at[0]}: {lines[at[0] - 1].strip()[:120]}" for name, at in row.lines.items() if at
                }
    return found


def is_passport(text: str) -> bool:
    """Whether the argument of `inventory diff` names a file and not a scan."""
    return Path(text).is_file()


def compare(passport: Path, live: Store, scan: str, address: str = "") -> tuple[Change, ...]:
    """`drift` from the file. Raises WorkspaceError for a damaged bundle."""
    store, passport_scan = open_passport(passport)
    try:
        return drift(store, passport_scan, live, scan, address)
    except KeyError as error:
        raise WorkspaceError(f"a part is missing: {error}", str(passport)) from error
    finally:
        store.close()
