"""Publishing: the canonical report of a scan becomes a folder of immutable files that the portal opens.

`<scan>/snapshot.db` is the report laid out for reading, `<scan>/report.json` the canonical document, and beside them the
formats that were asked for. The folder gets its name last, so that it is there whole or not at all.
"""

import hashlib
import json
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import InputError
from inventory.sharing import make_shared_folder, readable_to_group
from inventory.text import Language
from reports.canonical_form import canonical_report, to_json
from reports.format import Format, Options, Source, format_named, write
from reports.portal.database import Connection, new_snapshot
from reports.portal.snapshot_schema import (
    ASSET_COUNTS,
    DIGESTS,
    INDEXES,
    ORDERED,
    PLACE_OF_ORGANISATION,
    SCHEMA,
    UNITS,
    VERSION,
)
from reports.report import AssetEntry, ComponentEntry, FindingEntry, Gap, Report
from reports.stored_report import StoredReport, open_report

SEVERITY = {"high": 0, "medium": 1, "low": 2}
PARTS = (
    "scan",
    "title",
    "generated_from",
    "permit",
    "scope",
    "summary",
    "accuracy",
    "freshness",
    "do_no_harm",
    "sign_off",
)


@dataclass(frozen=True, slots=True)
class Published:
    """Where it stands, and what is in it."""

    folder: Path
    files: tuple[str, ...]
    assets: int
    findings: int
    evidence: int


Evidence = Callable[[str], bytes | None]


def publish(
    report: Report,
    target: Path,
    *,
    formats: Sequence[str] = (),
    languages: Sequence[Language] = ("zh", "en"),
    evidence: Evidence = lambda _: None,
) -> Published:
    """`publish_document` for a report that is in memory."""
    document = canonical_report(report)
    return publish_document(report.scan.id, [document], target, formats=formats, languages=languages, evidence=evidence)


def publish_document(
    scan: str,
    document: Iterable[bytes],
    target: Path,
    *,
    formats: Sequence[str] = (),
    languages: Sequence[Language] = ("zh", "en"),
    evidence: Evidence = lambda _: None,
) -> Published:
    """Write `target/<scan>/` from the canonical report, which comes in pieces. Findings are never in memory together;
    assets and what was not assessed are while formats other than JSON are written. `evidence` gives the canonical bytes of
    an exchange by its digest. Raises InputError if the scan is published already, or the document is not its report; then,
    and on any other error, nothing is left behind."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}", scan):
        raise InputError(f"{scan!r} is not a scan id that can name a folder")
    final = target / scan
    if final.exists():
        raise InputError("is published already", str(final), hint="remove the folder to publish it again")
    wanted = [form for form in map(format_named, formats) if form.name != "json"]
    part = target / f".{scan}.part"
    shutil.rmtree(part, ignore_errors=True)
    make_shared_folder(target)
    part.mkdir()
    try:
        with (part / "report.json").open("wb") as opened:
            opened.writelines(document)
        stored = open_report(part / "report.json")
        if stored.report.scan.id != scan:
            raise InputError(f"the report is of scan {stored.report.scan.id!r}, not of {scan}")
        made = [("report.json", "json", ""), *_formats(stored, wanted, languages, part)]
        kept = write_snapshot(
            stored.report,
            part / "snapshot.db",
            [_File.of(part, *item) for item in made],
            evidence,
            assets=stored.assets,
            findings=stored.findings,
            gaps=stored.gaps,
        )
        for path in (*part.iterdir(), part):
            readable_to_group(path)
        part.rename(final)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return Published(final, tuple(name for name, _, _ in made), len(stored.assets), len(stored.findings), kept)


def _formats(
    stored: StoredReport, wanted: Sequence[Format], languages: Sequence[Language], part: Path
) -> list[tuple[str, str, str]]:
    """Render what was asked for; (file, format, language) of each."""
    if not wanted:
        return []
    source = Source(stored.without_findings(), stored.findings)
    made: list[tuple[str, str, str]] = []
    for form in wanted:
        for language in languages[:1] if form.bilingual else languages:
            name = f"report{form.suffix}" if form.bilingual else f"report.{language}{form.suffix}"
            written = write(source, form, Options(language), part / name)
            made += [(file.name, form.name, "" if form.bilingual else language) for file in written.files]
    return made


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    format: str
    language: str
    size: int
    sha256: str

    @classmethod
    def of(cls, folder: Path, name: str, form: str, language: str) -> "_File":
        path = folder / name
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return cls(name, form, language, path.stat().st_size, digest)


def write_snapshot(
    report: Report,
    path: Path,
    files: Sequence[_File] = (),
    evidence: Evidence = lambda _: None,
    *,
    assets: Iterable[AssetEntry],
    findings: Iterable[FindingEntry],
    gaps: Iterable[Gap],
) -> int:
    """Lay a report out for reading; returns how many pieces of evidence went with it. `assets`, `findings` and `gaps` (what
    was not assessed) stream past in place of those of the document: a whole region never has to be in memory."""
    connection = new_snapshot(path, SCHEMA)
    layers: Counter[tuple[str, ...]] = Counter()
    try:
        connection.execute("BEGIN")
        _many(connection, "asset", _assets(assets, layers))
        _many(connection, "incoming", _findings(findings))
        connection.execute("CREATE UNIQUE INDEX asset_id ON asset (id)")
        connection.execute(ORDERED)
        connection.execute("DROP TABLE incoming")
        _write_parts(connection, report, files)
        _many(
            connection,
            "gap",
            ((g.asset, g.rule, g.address, g.transport, g.port, g.vantage, g.why, g.reason) for g in gaps),
        )
        _many(connection, "layer", ((*key, count) for key, count in sorted(layers.items()) if key[3]))
        digests = connection.execute(DIGESTS)
        found = ((digest, evidence(digest)) for (digest,) in digests)
        _many(connection, "evidence", ((digest, zlib.compress(data, 6)) for digest, data in found if data is not None))
        connection.execute("COMMIT")
        connection.executescript(INDEXES)
        about = connection.execute(
            "SELECT DISTINCT asset FROM finding WHERE instr(asset, ':') ORDER BY asset"
        ).fetchall()
        connection.executemany(PLACE_OF_ORGANISATION, _places_of_organisations(subject for (subject,) in about))
        connection.executescript(f"{ASSET_COUNTS} {UNITS}")
        return int(connection.execute("SELECT count(*) FROM evidence").fetchone()[0])
    finally:
        connection.close()


def _many(connection: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"
    connection.execute(statement, first)
    connection.executemany(statement, iterator)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write_parts(connection: Connection, report: Report, files: Sequence[_File]) -> None:
    by_severity = dict(connection.execute("SELECT severity, count(*) FROM finding GROUP BY severity").fetchall())
    starts = [sum(by_severity.get(rank, 0) for rank in range(end)) for end in range(4)]
    meta = {
        "version": VERSION,
        "scan": report.scan.id,
        "ended": report.scan.ended,
        "started": report.scan.started,
        "permit": report.permit.id,
        "simulated": "1" if report.simulated else "",
        "starts": _text(starts),
        "timezone": report.permit.timezone,
    }
    _many(connection, "meta", sorted(meta.items()))
    parts = {name: to_json(value) if (value := getattr(report, name)) is not None else None for name in PARTS}
    parts["coverage"] = {key: value for key, value in to_json(report.coverage).items() if key != "clauses"}
    parts["shares"] = [to_json(share) for share in report.shares]
    parts["manual"] = [to_json(item) for item in report.manual]
    _many(connection, "part", ((name, _text(value)) for name, value in sorted(parts.items())))
    _many(connection, "file", ((f.name, f.format, f.language, f.size, f.sha256) for f in files))
    names = {(item.kind, key): item.name for item in report.organisations for key in (item.code, item.id)}
    _many(connection, "name", ((kind, key, name.zh, name.en) for (kind, key), name in sorted(names.items())))
    _many(connection, "rule", ((r.id, _text(to_json(r)), r.title.zh, r.title.en) for r in report.rules))
    grades = {(g.kind, g.subject, g.scheme): g.json for g in _grades(report)}
    _many(
        connection, "grade", ((scheme, kind, subject, text) for (kind, subject, scheme), text in sorted(grades.items()))
    )
    _many(connection, "clause", ((n, c.id, _text(to_json(c))) for n, c in enumerate(report.coverage.clauses)))
    _many(connection, "waiver", ((n, w.id, _text(to_json(w))) for n, w in enumerate(report.waivers)))


@dataclass(frozen=True, slots=True)
class _Grade:
    scheme: str
    kind: str
    subject: str
    json: str


def _grades(report: Report) -> Iterator[_Grade]:
    for grade in report.grades:
        yield _Grade(grade.scheme, grade.subject_kind, grade.subject, _text(to_json(grade)))


def _assets(assets: Iterable[AssetEntry], layers: "Counter[tuple[str, ...]]") -> Iterator[tuple[object, ...]]:
    """Rows of the assets; counts their components by place, layer and origin on the way (and, without a layer, themselves)."""
    for number, asset in enumerate(assets, 1):
        place = (asset.city, asset.department, asset.system)
        layers[(*place, "", "")] += 1
        layers.update((*place, component.layer, _counted_origin(component)) for component in asset.components)
        count = {word: len(rules) for word, rules in asset.verdicts.items()}
        yield (
            number,
            asset.id,
            asset.name,
            asset.addresses[0] if asset.addresses else "",
            _text(list(asset.addresses)),
            asset.zone,
            asset.city,
            asset.district,
            asset.department,
            asset.system,
            asset.importance,
            asset.protection_level,
            asset.device_class,
            None if asset.registered is None else int(asset.registered),
            asset.contact,
            *(0, 0, 0, 0, 0),
            *(count.get(word, 0) for word in ("pass", "partial", "fail", "not_assessed", "not_applicable")),
            _text({word: list(rules) for word, rules in asset.verdicts.items()}),
            _text([to_json(component) for component in asset.components]),
        )


def _counted_origin(component: ComponentEntry) -> str:
    """An inferred origin counts as unknown, as in the report's own shares."""
    return component.origin if component.strength == "proven" else "unknown"


def _findings(findings: Iterable[FindingEntry]) -> Iterator[tuple[object, ...]]:
    """Rows of the findings as they come."""
    for finding in findings:
        yield (
            finding.id,
            finding.rule,
            finding.asset,
            SEVERITY[finding.severity],
            int(finding.candidate),
            int(finding.verdict == "not_assessed"),
            finding.waiver,
            finding.address,
            _text(to_json(finding)),
        )


def _places_of_organisations(subjects: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """City, department, system and subject: where findings about `city:CODE` and `department:CITY/DISTRICT/NAME` stand."""
    for subject in subjects:
        kind, _, path = subject.partition(":")
        parts = path.split("/", 2)
        if kind == "city":
            yield path, "", "", subject
        elif kind == "department" and len(parts) == 3:
            yield parts[0], parts[2], "", subject
