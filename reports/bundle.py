"""证据包: one file with everything that a report rests on, so that anybody can check it offline and make the report again.

Members: the inputs themselves (`reports.inputs`), the derived facts, assets and components, the canonical report, the
manifest with SHA-256, SM3 and size of each of them, and signatures and time stamps over the manifest, which lie outside the
compared part.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.x509 import Certificate
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inventory.canonical import canonical, sha256, sm3
from inventory.errors import InputError, WorkspaceError
from inventory.fact import all_tables
from inventory.store import Store
from reports.canonical_form import canonical_report, read_report
from reports.container import Container, ContainerWriter
from reports.inputs import EVIDENCE, evidence_digest, input_manifest, inputs, manifest_digest
from reports.report import Report
from reports.signature import PrivateKey, Signature, sign, verify
from reports.timestamp import LARGEST_ANSWER, TIMESTAMPS, Timestamp, check_answer, member_name

FORMAT: Literal["chengjian-bundle/1"] = "chengjian-bundle/1"
MANIFEST = "manifest.json"
REPORT = "report.json"
SIGNATURES = "signatures/"
Hex64 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class MemberDigest(BaseModel):
    """What the manifest says of one member."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Hex64
    sm3: Hex64
    size: int


class Chain(BaseModel):
    """The SM3 chain over the reports of a workspace: link = SM3(previous link ‖ SM3 of the report), both as hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    previous: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
    link: Hex64


class Manifest(BaseModel):
    """The list of members, and the chain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["chengjian-bundle/1"] = FORMAT
    members: dict[str, MemberDigest]
    chain: Chain


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle whose every byte was checked: the report, the manifest's digest, the good signatures, and the time stamps."""

    report: Report
    manifest_sha256: str
    members: int
    signatures: tuple[Signature, ...]
    timestamps: tuple[Timestamp, ...] = ()


class _Digests:
    """SHA-256, SM3 and size of what passes through."""

    def __init__(self) -> None:
        self._sha256, self._sm3, self._size = hashlib.sha256(), hashlib.new("sm3"), 0

    def through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._sha256.update(chunk)
            self._sm3.update(chunk)
            self._size += len(chunk)
            yield chunk

    def result(self) -> MemberDigest:
        return MemberDigest(sha256=self._sha256.hexdigest(), sm3=self._sm3.hexdigest(), size=self._size)


def export(store: Store, scan: str, target: Path, keys: Sequence[PrivateKey] = ()) -> Manifest:
    """Write the bundle of a scan. The same workspace gives the same bytes up to the signatures. Raises WorkspaceError
    where the scan has no report, or where its inputs are not those of its report any more."""
    document = store.report(scan)
    report = read_report(document, f"report of scan {scan}")
    now = manifest_digest(input_manifest(store, scan))
    if now != report.generated_from.input_manifest:
        raise WorkspaceError(
            f"the inputs of scan {scan} changed since its report was made",
            str(store.path or "memory"),
            hint="judge the scan again, then export",
        )
    digests: dict[str, MemberDigest] = {}
    with ContainerWriter(target) as container:
        for name, chunks in _members(store, scan, document):
            passing = _Digests()
            container.add(name, passing.through(chunks))
            digests[name] = passing.result()
        manifest = Manifest(members=digests, chain=chain_of(store, scan))
        data = canonical(manifest.model_dump(mode="json"))
        container.add(MANIFEST, [data])
        for key in sorted(keys, key=lambda key: (key.algorithm, key.public_der())):
            made = sign(key, data)
            name = f"{SIGNATURES}{made.algorithm}-{made.key_id[:16]}.json"
            container.add(name, [canonical(made.model_dump(mode="json"))])
    return manifest


def _members(store: Store, scan: str, document: bytes) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "derived/assets.jsonl", _rows(store.assets(scan))
    yield "derived/components.jsonl", _rows(store.components(scan))
    for table in sorted(all_tables()):
        yield f"derived/facts/{table}.jsonl", _facts(store, scan, table)
    for part in inputs(store, scan):
        yield part.name, part.chunks
    yield REPORT, [document]


def _rows(values: Iterable[Any]) -> Iterator[bytes]:
    for value in values:
        yield canonical(asdict(value)) + b"\n"


def _facts(store: Store, scan: str, table: str) -> Iterator[bytes]:
    for question, rows in store.facts(scan, table).items():
        yield canonical([question, [row.model_dump(mode="json") for row in rows]]) + b"\n"


def chain_of(store: Store, scan: str) -> Chain:
    """The link of a scan's report, over the reports of all scans that began before it."""
    previous = link = ""
    for row in store.scans():
        try:
            document = store.report(row["id"])
        except WorkspaceError:
            continue
        previous, link = link, sm3((link + sm3(document)).encode())
        if row["id"] == scan:
            return Chain(previous=previous, link=link)
    raise WorkspaceError(f"scan {scan} has no report yet", str(store.path or "memory"))


def check(path: Path, trusted: Sequence[str] = (), roots: Sequence[Certificate] = ()) -> Verified:
    """Check every byte of a bundle, offline. With `trusted` key ids, one of them must have signed; with `roots`, there must
    be a time stamp, and each must lead to one of them. Raises WorkspaceError that names the part which is not as it should
    be."""
    with Container(path) as container:
        return check_open(container, trusted, roots)


def attach(path: Path, answer: bytes) -> Timestamp:
    """Put a time stamp beside the signatures of a good bundle; every other part keeps its bytes. Raises InputError where
    the answer is not about this manifest, WorkspaceError where the bundle is not good or has the answer already."""
    with Container(path) as container:
        check_open(container)
        stamped = check_answer(answer, container.read(MANIFEST), "the answer")
        if stamped.part in container.members:
            raise WorkspaceError("this time stamp is already there", str(path), stamped.part)
        later = [name for name in container.members if name.startswith(TIMESTAMPS) and name > stamped.part]
        with ContainerWriter(path) as writer:
            for name in [name for name in container.members if name not in later]:
                writer.add(name, container.chunks(name))
            writer.add(stamped.part, [answer])
            for name in later:
                writer.add(name, container.chunks(name))
    return stamped


def check_open(container: Container, trusted: Sequence[str] = (), roots: Sequence[Certificate] = ()) -> Verified:
    """As `check`, of a container that stays open."""
    source = str(container.path)
    data = container.read(MANIFEST)
    manifest = _read_manifest(data, source)
    outside = (SIGNATURES, TIMESTAMPS)
    present = {name for name in container.members if name != MANIFEST and not name.startswith(outside)}
    for name in sorted(present - manifest.members.keys()):
        raise WorkspaceError("this part is not in the manifest: it was added", source, name)
    for name in sorted(manifest.members.keys() - present):
        raise WorkspaceError("this part is missing", source, name)
    for name, wanted in sorted(manifest.members.items()):
        passing = _Digests()
        for _ in passing.through(container.chunks(name)):
            pass
        if passing.result() != wanted:
            raise WorkspaceError("its content is not what the manifest says", source, name)
    report = _check_report(container, manifest, source)
    signatures = _check_signatures(container, data, trusted, source)
    return Verified(report, sha256(data), len(present), signatures, _check_timestamps(container, data, roots, source))


def _read_manifest(data: bytes, source: str) -> Manifest:
    try:
        value = json.loads(data)
        manifest = Manifest.model_validate(value)
    except (ValidationError, ValueError, RecursionError) as error:
        raise WorkspaceError("not a manifest that we know", source, MANIFEST) from error
    if canonical(manifest.model_dump(mode="json")) != data:
        raise WorkspaceError("not in its canonical form", source, MANIFEST)
    return manifest


def _check_report(container: Container, manifest: Manifest, source: str) -> Report:
    document = container.read(REPORT)
    report = read_report(document, f"{source}:{REPORT}")
    if canonical_report(report) != document:
        raise WorkspaceError("not in its canonical form", source, REPORT)
    if manifest.chain.link != sm3((manifest.chain.previous + sm3(document)).encode()):
        raise WorkspaceError("the chain does not end in this report", source, MANIFEST)
    digests = [sha256(line) for line in container.lines(EVIDENCE)]
    if digests != sorted(set(digests)):
        raise WorkspaceError("the evidence is not in its order", source, EVIDENCE)
    listed = {
        name: evidence_digest(digests) if name == EVIDENCE else member.sha256
        for name, member in manifest.members.items()
        if name.startswith("inputs/")
    }
    if manifest_digest(listed) != report.generated_from.input_manifest:
        raise WorkspaceError("the report was not made from these inputs", source, REPORT)
    return report


def _check_signatures(container: Container, data: bytes, trusted: Sequence[str], source: str) -> tuple[Signature, ...]:
    good = []
    for name in sorted(container.members):
        if not name.startswith(SIGNATURES):
            continue
        written = container.read(name, limit=1 << 16)
        try:
            signature = Signature.model_validate_json(written)
        except ValidationError as error:
            raise WorkspaceError("not a signature that we know", source, name) from error
        if canonical(signature.model_dump(mode="json")) != written or not verify(signature, data):
            raise WorkspaceError("this signature does not fit the manifest", source, name)
        if name != f"{SIGNATURES}{signature.algorithm}-{signature.key_id[:16]}.json":
            raise WorkspaceError("this signature is filed under another name", source, name)
        good.append(signature)
    if trusted and not {signature.key_id for signature in good} & set(trusted):
        raise WorkspaceError("none of the keys that you trust has signed it", source)
    return tuple(good)


def _check_timestamps(
    container: Container, data: bytes, roots: Sequence[Certificate], source: str
) -> tuple[Timestamp, ...]:
    good = []
    for name in (name for name in container.members if name.startswith(TIMESTAMPS)):
        answer = container.read(name, limit=LARGEST_ANSWER)
        if name != member_name(answer):
            raise WorkspaceError("this time stamp is filed under another digest than its own", source, name)
        try:
            good.append(check_answer(answer, data, name, roots))
        except InputError as error:
            raise WorkspaceError(error.message, source, name) from error
    if roots and not good:
        raise WorkspaceError("there is no time stamp", source)
    return tuple(good)
