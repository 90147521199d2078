"""A capture becomes a scan of its own in the workspace: nothing was sent, everything was heard.

Zones come from the permit of the workspace's newest scan, whose register is used too. `chengjian judge` judges it as any scan.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from inventory.errors import InputError, WorkspaceError
from inventory.exchange import Exchange
from inventory.observation import EvidenceClass, Observation
from inventory.question import Question
from inventory.register import to_bytes
from inventory.store import Store
from scanner.asking import conclude, stamp
from scanner.capture.evidence import exchanges, interpret
from scanner.capture.files import Capture
from scanner.capture.talk import Heard
from scanner.derive import REGISTER, derive, permit_of, register_of
from scanner.permit import Permit, in_scope
from scanner.scan import scan_name
from scanner.writer import Answer, Writer

AT_ONCE = 500  # answers in one batch


def bring_in(
    path: Path, store: Store, reduce: Callable[[Exchange], Exchange], now: datetime
) -> tuple[str, dict[str, int]]:
    """(scan, counts of frames, hosts, endpoints, conversations left out; `complete` 0 where the file is damaged). Raises
    InputError where the workspace has no scan yet, ImportFormatError where the file is no capture."""
    try:
        before = store.scan()
    except WorkspaceError as error:
        raise InputError(
            "no scan yet", str(store.path), hint="its permit says which zones there are: scan first"
        ) from error
    permit = permit_of(store, str(before["id"]))

    capture = Capture(path)
    heard = Heard().take(capture)
    name, at = scan_name(now), stamp(now)
    with store.batch():
        store.begin_scan(
            name, started=at, permit=before["permit"], profile=before["profile"], versions=before["versions"]
        )
        store.keep(f"{name}/register.json", REGISTER, to_bytes(register_of(store, str(before["id"]))))
    counts = {"frames": capture.frames, "left_out": heard.left_out, "complete": int(capture.complete)}
    counts |= keep(store, name, heard, permit, reduce, f"capture:{path.name}", at)
    with store.batch():
        store.end_scan(name, state="finished", ended=stamp(datetime.now(UTC)), counters=counts)
    derive(store, name)
    return name, counts


def keep(
    store: Store,
    scan: str,
    heard: Heard,
    permit: Permit,
    reduce: Callable[[Exchange], Exchange],
    vantage: str,
    at: str,
) -> dict[str, int]:
    """Keep what was heard of the permit's networks as answers of a scan; counts of hosts and endpoints."""

    def zone_of(address: str) -> str | None:
        zone = in_scope(permit, address)
        return zone.name if zone is not None else None

    writer, endpoints = Writer(store, scan), 0
    for exchange in exchanges(heard, zone_of):
        endpoints += exchange.endpoint.transport != "none"
        for answer in answers(reduce(exchange), vantage, at):
            writer.answer(answer)
        if len(writer.answers) >= AT_ONCE:
            writer.flush()
    writer.flush()
    return {"hosts": sum(zone_of(address) is not None for address in heard.hosts), "endpoints": endpoints}


def answers(exchange: Exchange, vantage: str, at: str) -> list[Answer]:
    """One answer for each table that the exchange tells about."""
    ending = conclude(interpret, exchange)
    found = []
    for table in ending.facts:
        question = Question(exchange.endpoint, table, vantage)
        seen = Observation(question.id, ending.outcome, ending.reason, at, EvidenceClass.PASSIVE, (exchange.digest,))
        found.append(Answer(question, seen, {table: ending.facts[table]}, (exchange,)))
    return found
