"""`chengjian inventory import FILE`: facts from configurations, bills of materials, images and answers join the newest scan.

The scan is judged again afterwards; where network and file disagree, both stand and the conflict is told.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from inventory.configuration import detect
from inventory.errors import ImportFormatError, InputError
from inventory.free_text import decode_bytes
from inventory.imports import cli_output
from inventory.imports.cli_output import is_cli_output
from inventory.imports.masscan import is_masscan
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from scanner.answer_sheet import fill_answers, is_answer_sheet

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
    if detect(head.decode("utf-8", "replace"), path.name) is not None:
        return "config"
    if is_cli_output(decode_bytes(head)):
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
    stands that the file speaks of; `complete` says that a configuration is whole."""
    from scanner.judging import judged
    from scanner.selfcheck import conflicts

    scan = str(store.scan()["id"])
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    before = set(conflicts(store, scan))
    filler = _whole_config if complete and kind == "config" else FILLERS[kind]
    told = filler(store, scan, path, address, at)
    judged(store, scan)
    differing = [one for one in conflicts(store, scan) if one not in before]
    lines = [f"{told}; scan {scan} was judged again"]
    for one in differing:
        said = "; ".join(f"{vantage} = {value}" for vantage, value in one.said)
        lines.append(f"told differently: {one.address}:{one.port} {one.table}.{one.column}: {said}")
    return "\n".join(lines)


def _whole_config(store: Store, scan: str, path: Path, address: str, at: str) -> str:
    return _config(store, scan, path, address, at, complete=True)


def _config(store: Store, scan: str, path: Path, address: str, at: str, *, complete: bool = False) -> str:
    from scanner.selfcheck import fill
    from scanner.selfcheck_source import load_source

    source = load_source(path, address=address, complete=complete)
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


def _masscan(store: Store, scan: str, path: Path, _: str, at: str) -> str:
    from scanner.masscan_import import fill_masscan
    from scanner.scan import reducer

    if store.path is None:
        raise InputError("a workspace in memory takes no lists", str(path))
    taken = fill_masscan(store, scan, path, at, reducer(store.path))
    cut = "" if taken.complete else "; the list is cut off, what is whole was read"
    return f"{taken.hosts} hosts, {taken.services} recognised services, {taken.outside} hosts outside the permit left out{cut}"


def _cli(store: Store, scan: str, path: Path, address: str, at: str) -> str:
    if not address:
        raise InputError("does not say which device printed it", str(path), "--address", "--address ADDRESS")
    evidence = cli_output.exchange(decode_bytes(path.read_bytes()), address, path.name)
    facts = cli_output.interpret(evidence)
    question = Question(evidence.endpoint, "device_version", f"cli:{path.name}")
    with store.batch():
        seen = Observation(question.id, Outcome.ANSWERED, "", at, EvidenceClass.READ, (store.put_evidence(evidence),))
        store.add_questions(scan, [question])
        store.add_observation(scan, seen, facts)
    [row] = facts["device_version"]
    told = row.model_dump(exclude_none=True)
    return f"{address}: " + ", ".join(f"{name} {value}" for name, value in told.items())


def _clauses(store: Store, scan: str, path: Path, _: str, __: str) -> str:
    kept = fill_answers(store, scan, path)
    cases = (
        f"; {kept.cases} high-risk cases settled, {kept.cases_pending} pending"
        if kept.cases + kept.cases_pending
        else ""
    )
    return f"{kept.clauses} clauses answered, {kept.clauses_pending} pending{cases}"


FILLERS: dict[str, Callable[[Store, str, Path, str, str], str]] = {
    "config": _config,
    "sbom": _sbom,
    "image": _image,
    "nmap": _nmap,
    "masscan": _masscan,
    "cli": _cli,
    "answers": _answers,
    "clauses": _clauses,
}
