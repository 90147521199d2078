"""What a report is made from, as named parts: the things themselves, not only their versions.

The same list serves three purposes: the digest of the input manifest in the report, the members of a bundle, and the
workspace in memory that a replay works on. Facts and assets are derived, and therefore not among them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import quote, unquote

from inventory.canonical import canonical, sha256
from inventory.endpoint import Endpoint
from inventory.errors import WorkspaceError
from inventory.exchange import from_bytes
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from reports.container import Container

EVIDENCE = "inputs/evidence.jsonl"
INSTALLED = (
    ("rules", "packs"),
    ("rules", "clauses"),
    ("rules", "schemes"),
    ("inventory", "catalogue"),
    ("inventory", "fingerprints"),
    ("inventory", "registry"),
    ("reports", "known_answers"),
)
DATA_SUFFIXES = (".yaml", ".yml", ".json", ".csv", ".txt", ".tsv")
KEPT_OF_SCAN = "scan/"  # kinds of kept documents that belong to one scan end in the scan's id


@dataclass(frozen=True, slots=True)
class Input:
    """A named part; `chunks` are walked once. `digest` is known beforehand where reading again would be dear."""

    name: str
    chunks: Iterator[bytes]
    digest: str = ""


def input_manifest(store: Store, scan: str) -> dict[str, str]:
    """Name → SHA-256 of every input of a scan. For the evidence it is the digest of the sorted list of digests."""
    return {part.name: part.digest or _digest(part.chunks) for part in inputs(store, scan)}


def manifest_digest(manifest: dict[str, str]) -> str:
    """SHA-256 of the canonical manifest: what `generated_from.input_manifest` of a report says."""
    return sha256(canonical(manifest))


def evidence_digest(digests: list[str]) -> str:
    """The digest that stands for a set of evidence."""
    return sha256("\n".join(sorted(digests)).encode())


def _digest(chunks: Iterator[bytes]) -> str:
    return sha256(b"".join(chunks))


def inputs(store: Store, scan: str) -> Iterator[Input]:
    """Every input of a scan, sorted by name."""
    gathered = [*_of_scan(store, scan), *_kept(store, scan), *installed_inputs()]
    yield from sorted(gathered, key=lambda part: part.name)


def _of_scan(store: Store, scan: str) -> Iterator[Input]:
    row = store.scan(scan)
    permit = row.pop("permit")
    digests = store.evidence_digests(scan)
    yield Input("inputs/scan.json", iter([canonical(row)]))
    yield Input("inputs/permit.json", iter([canonical(permit)]))
    yield Input("inputs/organisations.json", iter([canonical(_organisations(store, scan))]))
    yield Input("inputs/questions.jsonl", _lines(_questions(store, scan)))
    yield Input("inputs/observations.jsonl", _lines(_observations(store, scan)))
    yield Input(EVIDENCE, (store.evidence_bytes(digest) + b"\n" for digest in digests), evidence_digest(digests))


def _lines(values: Iterator[Any]) -> Iterator[bytes]:
    for value in values:
        yield canonical(value) + b"\n"


_ORGANISATION = ("id", "kind", "code", "zh", "en", "parent")


def _organisations(store: Store, scan: str) -> list[dict[str, Any]]:
    rows = store.connection.execute(
        "SELECT id, kind, code, zh, en, parent FROM organisation WHERE scan = ? ORDER BY id", (scan,)
    )
    return [dict(zip(_ORGANISATION, row, strict=True)) for row in rows]


def _questions(store: Store, scan: str) -> Iterator[Any]:
    for item in store.questions(scan):
        yield [item.table, item.endpoint.address, item.endpoint.transport, item.endpoint.port, item.vantage]


def _observations(store: Store, scan: str) -> Iterator[Any]:
    for seen in store.observations(scan).values():
        yield [seen.question, seen.outcome, seen.reason, seen.at, seen.evidence_class, list(seen.evidence)]


def _kept(store: Store, scan: str) -> Iterator[Input]:
    """Kept documents: those of every scan, and those of this scan. Documents of other scans are none of its inputs."""
    for kind, name, content in store.connection.execute("SELECT kind, name, content FROM kept ORDER BY kind, name"):
        if not kind.startswith(KEPT_OF_SCAN) or name.startswith(f"{scan}/"):
            yield Input(f"inputs/kept/{quote(kind, safe='')}/{quote(name, safe='')}", iter([bytes(content)]))


@cache
def _installed() -> tuple[tuple[str, bytes], ...]:
    found = []
    for package, folder in INSTALLED:
        root = files(package) / folder
        if root.is_dir():
            found += [(f"inputs/{package}/{folder}/{name}", content) for name, content in _data_files(root, "")]
    return tuple(sorted(found))


def _data_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        name = quote(item.name, safe="")
        if item.is_dir():
            yield from _data_files(item, f"{prefix}{name}/")
        elif item.name.endswith(DATA_SUFFIXES):
            yield f"{prefix}{name}", item.read_bytes()


def installed_inputs() -> Iterator[Input]:
    """Packs, clauses, schemes, catalogue and fingerprints as installed with this program."""
    for name, content in _installed():
        yield Input(name, iter([content]), sha256(content))


# the way back: from parts to a workspace in memory


def restore(parts: Container) -> tuple[Store, str]:
    """A workspace in memory that holds the inputs of a bundle, and the scan's id. Facts, assets and verdicts are not in it:
    a replay derives them again. Raises WorkspaceError for parts that do not fit together."""
    store = Store.memory()
    row = json.loads(parts.read("inputs/scan.json"))
    scan = str(row["id"])
    try:
        store.begin_scan(
            scan,
            started=row["started"],
            permit=json.loads(parts.read("inputs/permit.json")),
            profile=row["profile"],
            versions=row["versions"],
        )
        with store.batch():
            for line in parts.lines(EVIDENCE):
                store.put_evidence(from_bytes(line))
            store.add_questions(scan, (_question(json.loads(line)) for line in parts.lines("inputs/questions.jsonl")))
            for line in parts.lines("inputs/observations.jsonl"):
                store.add_observation(scan, _observation(json.loads(line)))
            _restore_rest(store, scan, parts)
        store.end_scan(scan, state=row["state"], ended=row["ended"], counters=row["counters"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        store.close()
        raise WorkspaceError(f"a part is not what it should be: {error}", str(parts.path)) from error
    return store, scan


def _restore_rest(store: Store, scan: str, parts: Container) -> None:
    store.connection.executemany(
        "INSERT INTO organisation VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (scan, *(item[name] for name in _ORGANISATION))
            for item in json.loads(parts.read("inputs/organisations.json"))
        ),
    )
    for name in parts.members:
        if name.startswith("inputs/kept/"):
            _, _, kind, key = name.split("/")
            store.keep(unquote(key), unquote(kind), parts.read(name))


def _question(row: list[Any]) -> Question:
    table, address, transport, port, vantage = row
    return Question(Endpoint(address, transport, port), table, vantage)


def _observation(row: list[Any]) -> Observation:
    question, outcome, reason, at, evidence_class, evidence = row
    return Observation(question, Outcome(outcome), reason, at, EvidenceClass(evidence_class), tuple(evidence))
