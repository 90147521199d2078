"""`chengjian inventory import FILE…`: facts from configurations, bills of materials, images and answers join the newest scan.

The scan is judged again afterwards, once; where network and file disagree, both stand and the conflict is told. Of several
documents all are taken or none.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from inventory.configuration import detect
from inventory.contradictions import as_line, contradictions
from inventory.errors import ImportFormatError, InputError
from inventory.free_text import decode_bytes
from inventory.imports.cli_output import begins_as_output, is_cli_output
from inventory.imports.masscan import is_masscan
from inventory.store import Store
from scanner.answer_sheet import fill_answers, is_answer_sheet
from scanner.derive import permit_of
from scanner.documents import NAMED, READERS, Reading, named_address, reader_of
from scanner.permit import Permit, in_scope
from scanner.terminal import note, safe

ARCHIVES = (".tar", ".tar.gz", ".tgz")


def kind_of(path: Path) -> str:
    """`register`, `clauses` (answers to clauses), `image`, `nmap`, `masscan`, `answers`, `sbom`, `config` or `cli` (a version
    output), by what the file is and holds. Raises InputError or ImportFormatError with what to do."""
    if path.is_dir() or path.name.lower().endswith(ARCHIVES):
        return "image"
    if path.suffix.lower() == ".xlsx" and is_answer_sheet(path):
        return "clauses"
    if path.suffix.lower() in (".csv", ".xlsx"):
        return "register"
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    if b"<nmaprun" in head or path.suffix.lower() == ".xml":
        return "nmap"
    if is_masscan(head):
        return "masscan"
    if path.suffix.lower() == ".json" or head.lstrip()[:1] == b"{":
        return "answers" if _has_answers(path) else "sbom"
    text = decode_bytes(head)
    if begins_as_output(text):
        return "cli"
    if detect(head.decode("utf-8", "replace"), path.name) is not None:
        return "config"
    if is_cli_output(text):
        return "cli"
    raise ImportFormatError(
        "no importer for it",
        str(path),
        hint="registers (.csv, .xlsx), configurations, version outputs of devices, SBOMs, images, nmap reports (.xml), "
        "lists of masscan (.json), answers (.json)",
    )


def _has_answers(path: Path) -> bool:
    try:
        raw = json.loads(path.read_bytes())
    except ValueError:
        return False
    return isinstance(raw, dict) and "answers" in raw


def bring_in(store: Store, path: Path, kind: str, address: str, *, complete: bool = False) -> str:
    """Add the facts of a file to the newest scan and judge it again; says what was added. `address` is where the system
    stands that the file speaks of; without it, the name of the file may say so; `complete` says that a configuration is
    whole."""
    if kind in READERS:
        named = "" if address else named_address(path)
        if named:
            _check_scope(permit_of(store, str(store.scan()["id"])), named, path)
        reading = reader_of(kind, complete=complete)(path, address or named)
        return _judged_again(store, _stored(store, [reading]))
    return _judged_again(store, lambda scan, at: [FILLERS[kind](store, scan, path, address, at)])


def bring_in_all(store: Store, documents: Sequence[Path], address: str, *, complete: bool = False) -> str:
    """Add the facts of many documents to the newest scan and judge it once. Names every document that cannot be taken, and
    raises InputError where there is one: then none was."""
    permit = permit_of(store, str(store.scan()["id"]))
    readings = []
    for path in documents:
        try:
            readings.append(_document(path, address or named_address(path), permit, complete=complete))
        except InputError as error:
            note(safe(str(error)))
    if len(readings) < len(documents):
        refused = len(documents) - len(readings)
        raise InputError(f"nothing was imported: {refused} of {len(documents)} documents cannot be")
    return _judged_again(store, _stored(store, readings))


def _document(path: Path, address: str, permit: Permit, *, complete: bool) -> Reading:
    """A document of one system within the permit. Raises InputError."""
    kind = kind_of(path)
    if kind not in READERS:
        raise InputError(f"speaks of many systems ({kind})", str(path), hint="import it alone")
    if not address:
        raise InputError("does not say of which system it is", str(path), hint=NAMED)
    _check_scope(permit, address, path)
    return reader_of(kind, complete=complete)(path, address)


def _check_scope(permit: Permit, address: str, path: Path) -> None:
    if in_scope(permit, address) is None:
        raise InputError(f"{address} is outside the permit", str(path))


def _stored(store: Store, readings: Sequence[Reading]) -> Callable[[str, str], list[str]]:
    """Stores all that was read, or nothing."""

    def fill(scan: str, at: str) -> list[str]:
        with store.batch():
            return [reading(store, scan, at) for reading in readings]

    return fill


def _judged_again(store: Store, fill: Callable[[str, str], list[str]]) -> str:
    """Fill the newest scan and judge it again; tells what was added, and where file and network newly differ."""
    from scanner.judging import judged

    scan = str(store.scan()["id"])
    known = set(_differing(store, scan))
    told = fill(scan, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    judged(store, scan)
    newly = [f"told differently: {line}" for line in _differing(store, scan) if line not in known]
    return "\n".join([*told[:-1], f"{told[-1]}; scan {scan} was judged again", *newly])


def _differing(store: Store, scan: str) -> list[str]:
    """What two sources tell differently: a fact of one endpoint, or the maker of what a system has one of."""
    from scanner.selfcheck import conflicts

    lines = []
    for one in conflicts(store, scan):
        said = "; ".join(f"{vantage} = {value}" for vantage, value in one.said)
        lines.append(f"{one.address}:{one.port} {one.table}.{one.column}: {said}")
    addresses = {asset.id: asset.addresses[0] for asset in store.assets(scan)}
    lines += [as_line(addresses[group[0].asset], group) for group in contradictions(store.components(scan))]
    return lines


def _answers(store: Store, scan: str, path: Path, address: str, at: str) -> str:
    from scanner.selfcheck_answers import fill_answers, load_answers

    answers = load_answers(path, address=address)
    with store.batch():
        fill_answers(store, scan, answers, at)
    return f"{len(answers)} answers"


def _nmap(store: Store, scan: str, path: Path, _: str, at: str) -> str:
    from scanner.nmap_import import fill_nmap

    taken = fill_nmap(store, scan, path, at)
    cut = "" if taken.complete else "; the report is cut off, what is whole was read"
    return f"{taken.hosts} hosts, {taken.services} recognised services, {taken.outside} hosts outside the permit left out{cut}"


def _masscan(store: Store, scan: str, path: Path, _: str, at: str) -> str:
    from scanner.masscan_import import fill_masscan
    from scanner.scan import reducer

    if store.path is None:
        raise InputError("a workspace in memory takes no lists", str(path))
    taken = fill_masscan(store, scan, path, at, reducer(store.path))
    cut = "" if taken.complete else "; the list is cut off, what is whole was read"
    return f"{taken.hosts} hosts, {taken.services} recognised services, {taken.outside} hosts outside the permit left out{cut}"


def _clauses(store: Store, scan: str, path: Path, _: str, __: str) -> str:
    kept = fill_answers(store, scan, path)
    cases = (
        f"; {kept.cases} high-risk cases settled, {kept.cases_pending} pending"
        if kept.cases + kept.cases_pending
        else ""
    )
    return f"{kept.clauses} clauses answered, {kept.clauses_pending} pending{cases}"


FILLERS: dict[str, Callable[[Store, str, Path, str, str], str]] = {
    "nmap": _nmap,
    "masscan": _masscan,
    "answers": _answers,
    "clauses": _clauses,
}
