"""Software bills of materials: CycloneDX JSON 1.2 to 1.7 and SPDX JSON 2.2, 2.3 (3.0 by its graph), from bytes, pure.

`valid` is the verdict of the published schema (CycloneDX) or of the specification's own demands (SPDX 2.3 clauses 6 to
11); None where the version has no schema at hand. A broken document still gives the parts that can be read.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from inventory.errors import ImportFormatError

LARGEST_FILE = 64 * 1024 * 1024  # bytes
MOST_PARTS = 200_000
MOST_ERRORS = 5
DEEPEST = 64  # levels of components inside components
VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")


@dataclass(frozen=True, slots=True)
class Part:
    """A component or package. `ref` is its id in the document; `direct` None where the document does not say. `ends`: the day
    until which its supplier supports it, as the document states it (SPDX 2.3 7.27), YYYY-MM-DD."""

    name: str
    version: str = ""
    supplier: str = ""
    purl: str = ""
    cpe: str = ""
    licence: str = ""
    kind: str = ""
    ref: str = ""
    direct: bool | None = None
    integrity: bool | None = None
    ends: str = ""

    @property
    def copyleft(self) -> bool | None:
        """Whether every choice that the licence leaves asks for publication of the source; None without a licence."""
        return is_copyleft(self.licence)


@dataclass(frozen=True, slots=True)
class Bom:
    """A bill of materials. `counts` are those of the document itself, before anything is left out."""

    format: str
    spec: str
    valid: bool | None
    errors: tuple[str, ...]
    parts: tuple[Part, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    name: str = ""


COPYLEFT = re.compile(
    r"(?i)\b(?:A?GPL|SSPL|OSL|EUPL|CPAL|RPL|CECILL|QPL|Sleepycat|MS-RL|GNU (?:AFFERO )?GENERAL PUBLIC)(?:\b|-)"
)


def is_copyleft(licence: str) -> bool | None:
    """See `Part.copyleft`; SPDX licence expressions, where OR is a choice."""
    text = licence.strip().strip("()")
    if not text or text.upper() in ("NOASSERTION", "NONE", "UNKNOWN"):
        return None
    listed = {_asks_for_source(one) for one in text.split(";")}  # listed side by side: whether by choice is not said
    return listed.pop() if len(listed) == 1 else None


def _asks_for_source(expression: str) -> bool:
    choices = re.split(r"(?i)\s+OR\s+", expression)
    return all(COPYLEFT.search(one) is not None and "classpath" not in one.lower() for one in choices)


def read(data: bytes, file: str) -> Bom:
    """Read a bill of materials. Raises ImportFormatError for what is none, with the reason."""
    if len(data) > LARGEST_FILE:
        raise ImportFormatError(f"larger than {LARGEST_FILE} bytes", file)
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ImportFormatError("not UTF-8", file, hint="JSON is UTF-8") from error
    except RecursionError as error:
        raise ImportFormatError("nested too deeply", file) from error
    except ValueError as error:
        where = str(getattr(error, "lineno", ""))
        raise ImportFormatError(f"not JSON: {getattr(error, 'msg', error)}", file, where) from error
    if not isinstance(raw, dict):
        raise ImportFormatError("not a bill of materials", file, hint="CycloneDX or SPDX in JSON")
    if "spdxVersion" in raw:
        return _spdx(raw)
    if "@graph" in raw or "spdx" in str(raw.get("@context", "")).lower():
        return _spdx_graph(raw)
    if "bomFormat" in raw or "specVersion" in raw or "cyclonedx" in str(raw.get("$schema", "")).lower():
        return _cyclonedx(raw)
    raise ImportFormatError("neither CycloneDX nor SPDX", file, hint="bomFormat or spdxVersion is missing")


# CycloneDX


def _cyclonedx(raw: Mapping[str, Any]) -> Bom:
    spec = _text(raw.get("specVersion"))
    errors = schema_errors(raw, spec)
    components = list(_components(raw.get("components"), 0))
    direct = _direct(raw)
    parts = tuple(_part(item, direct) for item in components)
    listed = _list(raw.get("components"))
    counts = {
        "components": len(components),
        "top_components": len(listed),
        "with_purl": sum(bool(item.get("purl")) for item in components),
        "with_cpe": sum(bool(item.get("cpe")) for item in components),
        "with_licence": sum(bool(item.get("licenses")) for item in components),
        **{name: len(_list(raw.get(name))) for name in ("services", "dependencies", "vulnerabilities")},
    }
    metadata = _dict(raw.get("metadata"))
    return Bom(
        "CycloneDX",
        spec,
        None if errors is None else not errors,
        tuple(errors or ()),
        parts,
        counts,
        _text(_dict(metadata.get("component")).get("name")),
    )


def _components(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    for item in _list(value)[:MOST_PARTS]:
        if isinstance(item, dict):
            yield item
            if depth < DEEPEST:
                yield from _components(item.get("components"), depth + 1)


def _direct(raw: Mapping[str, Any]) -> frozenset[str] | None:
    """References that the described product uses directly; None where the document does not say."""
    root = _text(_dict(_dict(raw.get("metadata")).get("component")).get("bom-ref"))
    for item in _list(raw.get("dependencies")):
        if root and isinstance(item, dict) and item.get("ref") == root:
            return frozenset(_text(name) for name in _list(item.get("dependsOn")))
    return None


def _part(item: Mapping[str, Any], direct: frozenset[str] | None) -> Part:
    supplier = _dict(item.get("supplier")).get("name") or item.get("publisher") or item.get("group")
    ref = _text(item.get("bom-ref"))
    return Part(
        name=_text(item.get("name")),
        version=_text(item.get("version")),
        supplier=_text(supplier),
        purl=_text(item.get("purl")),
        cpe=_text(item.get("cpe")),
        licence="; ".join(filter(None, map(_licence, _list(item.get("licenses")))))[:200],
        kind=_text(item.get("type")),
        ref=ref,
        direct=None if direct is None or not ref else ref in direct,
        integrity=bool(_list(item.get("hashes"))),
    )


def _licence(entry: Any) -> str:
    entry = _dict(entry)
    named = _dict(entry.get("license"))
    return _text(entry.get("expression") or named.get("id") or named.get("name"))


def schema_errors(raw: Mapping[str, Any], spec: str) -> list[str] | None:
    """What the published schema says against it, at most five; None where no schema of that version is at hand."""
    if spec not in VERSIONS:
        return [f"specVersion: {spec[:40]!r} is not a version of CycloneDX"] if _is_odd(spec) else None
    from jsonschema.exceptions import best_match

    found = []
    for error in _validator(spec).iter_errors(_unsigned(raw)):
        deepest = best_match([error]) or error
        place = "/".join(str(step) for step in deepest.absolute_path)
        found.append(f"{place or 'document'}: {deepest.message[:160]}")
        if len(found) == MOST_ERRORS:
            break
    return found or _double_references(raw)


def _is_odd(spec: str) -> bool:
    return re.fullmatch(r"\d+\.\d+", spec) is None


def _unsigned(value: Any) -> Any:
    """Without JSF signatures: they are another standard's matter, whose schema does not stand a second reading."""
    if isinstance(value, dict):
        return {name: _unsigned(inner) for name, inner in value.items() if name != "signature"}
    return [_unsigned(inner) for inner in value] if isinstance(value, list) else value


def _double_references(raw: Mapping[str, Any]) -> list[str]:
    """`bom-ref` must be unique in the document."""
    seen: set[str] = set()
    for item in _components(raw.get("components"), 0):
        ref = _text(item.get("bom-ref"))
        if ref and ref in seen:
            return [f"components: bom-ref {ref[:80]!r} is used twice"]
        seen.add(ref)
    return []


@cache
def _validator(spec: str) -> Any:
    """A validator of one version, with the schemas that it refers to, from the packaged files alone."""
    from jsonschema import Draft7Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    folder = resources.files("cyclonedx") / "schema" / "_res"

    def load(name: str) -> Any:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    strict = "-strict" if spec in ("1.2", "1.3") else ""
    schema = load(f"bom-{spec}{strict}.SNAPSHOT.schema.json")
    pairs = []
    for name in ("spdx", "jsf-0.82", "cryptography-defs"):
        resource = Resource.from_contents(load(f"{name}.SNAPSHOT.schema.json"), default_specification=DRAFT7)
        for alias in (f"{name}.SNAPSHOT.schema.json", f"{name}.schema.json"):
            pairs.append((f"http://cyclonedx.org/schema/{alias}", resource))
    return Draft7Validator(schema, registry=Registry().with_resources(pairs))


# SPDX

SPDX_ID = re.compile(r"(DocumentRef-[A-Za-z0-9.+-]+:)?(SPDXRef-[A-Za-z0-9.-]+|NONE|NOASSERTION)")
CREATOR = re.compile(r"(Person|Organization|Tool): ?\S.*", re.DOTALL)


def _spdx(raw: Mapping[str, Any]) -> Bom:
    packages = [item for item in _list(raw.get("packages")) if isinstance(item, dict)]
    spec = _text(raw.get("spdxVersion"))
    errors = list(_spdx_errors(raw, packages))[:MOST_ERRORS]
    related = _list(raw.get("relationships"))
    described = _described(raw)
    used = {
        _text(item.get("relatedSpdxElement"))
        for item in related
        if isinstance(item, dict)
        and item.get("relationshipType") in ("DEPENDS_ON", "CONTAINS", "DYNAMIC_LINK", "STATIC_LINK")
        and _text(item.get("spdxElementId")) in described
    }
    parts = tuple(
        _package(item, used)
        for item in packages[:MOST_PARTS]
        if _text(item.get("SPDXID")) not in described or len(packages) == 1
    )
    counts = {"packages": len(packages), "files": len(_list(raw.get("files"))), "relationships": len(related)}
    return Bom("SPDX", spec, not errors, tuple(errors), parts, counts, _text(raw.get("name")))


def _described(raw: Mapping[str, Any]) -> frozenset[str]:
    names = {_text(name) for name in _list(raw.get("documentDescribes"))}
    for item in _list(raw.get("relationships")):
        if isinstance(item, dict) and item.get("relationshipType") == "DESCRIBES":
            names.add(_text(item.get("relatedSpdxElement")))
    return frozenset(names)


def _package(item: Mapping[str, Any], used: set[str]) -> Part:
    outside = [one for one in _list(item.get("externalRefs")) if isinstance(one, dict)]
    licence = next(
        (
            text
            for key in ("licenseConcluded", "licenseDeclared")
            if (text := _text(item.get(key))) not in ("", "NOASSERTION", "NONE")
        ),
        "",
    )
    supplier = re.sub(r"^(Organization|Person): ?", "", _text(item.get("supplier") or item.get("originator")))
    ref = _text(item.get("SPDXID"))
    return Part(
        name=_text(item.get("name")),
        version=_text(item.get("versionInfo")),
        supplier="" if supplier == "NOASSERTION" else supplier,
        purl=next((_text(one.get("referenceLocator")) for one in outside if one.get("referenceType") == "purl"), ""),
        cpe=next(
            (
                _text(one.get("referenceLocator"))
                for one in outside
                if str(one.get("referenceType", "")).startswith("cpe")
            ),
            "",
        ),
        licence=licence[:200],
        kind=_text(item.get("primaryPackagePurpose")).lower(),
        ref=ref,
        direct=(ref in used) if used else None,
        integrity=bool(_list(item.get("checksums"))),
        ends=found[0] if (found := re.match(r"\d{4}-\d{2}-\d{2}", _text(item.get("validUntilDate")))) else "",
    )


def _spdx_errors(raw: Mapping[str, Any], packages: list[Any]) -> Iterator[str]:
    """What SPDX 2.3 demands of the document (clause 6), its packages (7), files (8) and relationships (11)."""
    if not re.fullmatch(r"SPDX-2\.\d", _text(raw.get("spdxVersion"))):
        yield f"spdxVersion: {_text(raw.get('spdxVersion'))[:40]!r} is not SPDX-2.x"
    for name in ("SPDXID", "name", "dataLicense"):
        if not isinstance(raw.get(name), str):
            yield f"{name}: is missing or no text"
    made = _dict(raw.get("creationInfo"))
    if not isinstance(made.get("created"), str):
        yield "creationInfo/created: is missing"
    creators = made.get("creators")
    if not isinstance(creators, list) or not creators:
        yield "creationInfo/creators: is missing"
    for number, creator in enumerate(_list(creators)):
        if not isinstance(creator, str) or CREATOR.fullmatch(creator) is None:
            yield f"creationInfo/creators/{number}: not of the form Person, Organization or Tool with a name"
    for place, items, needed in (
        ("packages", packages, ("SPDXID", "name", "downloadLocation")),
        ("files", _list(raw.get("files")), ("SPDXID", "fileName")),
        ("relationships", _list(raw.get("relationships")), ("spdxElementId", "relatedSpdxElement", "relationshipType")),
    ):
        for number, item in enumerate(items):
            yield from _spdx_item(f"{place}/{number}", item, needed)


def _spdx_item(place: str, item: Any, needed: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"{place}: not an object"
        return
    for name in needed:
        if not isinstance(item.get(name), str):
            yield f"{place}/{name}: is missing or no text"
    for name in ("SPDXID", "spdxElementId", "relatedSpdxElement"):
        if isinstance(item.get(name), str) and SPDX_ID.fullmatch(item[name]) is None:
            yield f"{place}/{name}: {item[name][:60]!r} is not an SPDX identifier"
    for name in ("checksums", "externalRefs", "licenseInfoInFiles", "fileTypes"):
        if name in item and not isinstance(item[name], list):
            yield f"{place}/{name}: not a list"


def _spdx_graph(raw: Mapping[str, Any]) -> Bom:
    """SPDX 3.0 in JSON-LD: packages of the graph, without a verdict."""
    graph = [item for item in _list(raw.get("@graph")) if isinstance(item, dict)]
    packages = [item for item in graph if _text(item.get("type")).endswith("Package")]
    parts = tuple(
        Part(
            name=_text(item.get("name")),
            version=_text(item.get("software_packageVersion") or item.get("packageVersion")),
            purl=_text(item.get("software_packageUrl") or item.get("packageUrl")),
            kind=_text(item.get("software_primaryPurpose")),
            ref=_text(item.get("spdxId")),
        )
        for item in packages[:MOST_PARTS]
    )
    return Bom("SPDX", "3.x (JSON-LD)", None, (), parts, {"graph_elements": len(graph), "packages": len(packages)})


def _text(value: Any) -> str:
    return value[:500] if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
