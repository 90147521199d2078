"""`chengjian inventory import FILE`: facts from configurations, bills of materials, images and answers join the newest scan.

The scan is judged again afterwards; where network and file disagree, both stand and the conflict is told.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from inventory.configuration import detect
from inventory.errors import ImportFormatError, InputError
from inventory.store import Store
from scanner.answer_sheet import fill_clause_answers, is_answer_sheet

ARCHIVES = (".tar", ".tar.gz", ".tgz")


def kind_of(path: Path) -> str:
    """`register`, `clauses` (answers to clauses), `image`, `nmap`, `answers`, `sbom` or `config`, by what the file is and holds. Raises InputError or
    ImportFormatError with what to do."""
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
    if path.suffix.lower() == ".json" or head.lstrip()[:1] == b"{":
        return "answers" if _has_answers(path) else "sbom"
    if detect(head.decode("utf-8", "replace"), path.name) is None:
        raise ImportFormatError(
            "no importer for it",
            str(path),
            hint="registers (.csv, .xlsx), configurations, SBOMs, images, nmap reports (.xml), answers (.json)",
        )
    return "config"


def _has_answers(path: Path) -> bool:
    try:
        raw = json.loads(path.read_bytes())
    except ValueError:
        return False
    return isinstance(raw, dict) and "answers" in raw


def bring_in(store: Store, path: Path, kind: str, address: str) -> str:
    """Add the facts of a file to the newest scan and judge it again; says what was added. `address` is where the system
    stands that the file speaks of."""
    from scanner.judging import judged
    from scanner.selfcheck import conflicts

    scan = str(store.scan()["id"])
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    before = set(conflicts(store, scan))
    told = FILLERS[kind](store, scan, path, address, at)
    judged(store, scan)
    differing = [one for one in conflicts(store, scan) if one not in before]
    lines = [f"{told}; scan {scan} was judged again"]
    for one in differing:
        said = "; ".join(f"{vantage} = {value}" for vantage, value in one.said)
        lines.append(f"told differently: {one.address}:{one.port} {one.table}.{one.column}: {said}")
    return "\n".join(lines)


def _config(store: Store, scan: str, path: Path, address: str, at: str) -> str:
    from scanner.selfcheck import fill
    from scanner.selfcheck_source import load_source

    source = load_source(path, address=address)
    with store.batch():
        fill(store, scan, [source], at)
    reading = source.reading
    return f"{source.address}: {reading.family}, parsed {reading.lines_understood} of {reading.lines_total} lines"


def _sbom(store: Store, scan: str, path: Path, address: str, at: str) -> str:
    from scanner.selfcheck_parts import fill_parts, load_sbom

    one = load_sbom(path, address=address)
    with store.batch():
        fill_parts(store, scan, [one], at)
    return f"{one.address}: {len(one.parts)} parts"


def _image(store: Store, scan: str, path: Path, address: str, at: str) -> str:
    from scanner.selfcheck import fill
    from scanner.selfcheck_parts import fill_parts, load_image

    one, inside = load_image(path, address=address)
    with store.batch():
        fill_parts(store, scan, [one], at)
        fill(store, scan, inside, at)
    return f"{one.address}: {len(one.parts)} packages, {len(inside)} configurations"


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


def _clauses(store: Store, scan: str, path: Path, _: str, __: str) -> str:
    answered, pending = fill_clause_answers(store, scan, path)
    return f"{answered} clauses answered, {pending} pending"


FILLERS: dict[str, Callable[[Store, str, Path, str, str], str]] = {
    "config": _config,
    "sbom": _sbom,
    "image": _image,
    "nmap": _nmap,
    "answers": _answers,
    "clauses": _clauses,
}
