"""Bills of materials and images in a self-check: parts, systems, and the configurations inside images."""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inventory.asset import Component
from inventory.endpoint import Endpoint
from inventory.errors import ImportFormatError, InputError
from inventory.imports import parts_evidence, sbom
from inventory.imports.sbom import Part
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from inventory.supply_chain import Sourced, layer_of, share, sourced
from inventory.text import Text
from rules.rule import Rule
from scanner.selfcheck_source import HOST, Source, source_of


@dataclass(frozen=True, slots=True)
class Parts:
    """One bill of materials or image. `about` is what the report says of the document itself."""

    kind: str
    file: str
    address: str
    parts: tuple[Part, ...]
    release: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    def guilty(self, rule: Rule, at: str) -> tuple[tuple[int, ...], str]:
        """The lines of the document that name the parts which a rule of the table `software` fails at that time, or, for a
        rule about components, the parts of its layer; and their names."""
        fails = FAILS.get(rule.id)
        named = [one.part for one in sourced(self.parts) if fails is not None and fails(one, at)]
        layer = re.search(r"\blayer = '(\w+)'", rule.applies or "")
        if rule.subject == "component" and layer is not None and self.kind == "sbom":
            named = [part for part in self.parts if layer_of(part) == layer[1]]
        lines = [line for part in named if (line := line_of(self.text, part))]
        return tuple(dict.fromkeys(lines)), ", ".join(f"{part.name} {part.version}".strip() for part in named[:5])

    @property
    def vantage(self) -> str:
        """`sbom:FILE` or `image:FILE`."""
        return f"{self.kind}:{self.file}"


FAILS: Mapping[str, Callable[[Sourced, str], bool]] = {
    "da-software-support": lambda one, at: bool(one.end_of_support) and str(one.end_of_support) < at,
    "da-software-licence": lambda one, _: bool(one.part.direct and one.part.copyleft),
    "da-software-origin": lambda one, _: bool(one.part.direct) and one.origin == "foreign",
    "da-software-integrity": lambda one, _: one.part.integrity is False,
}


def line_of(text: str, part: Part) -> int:
    """The line where the document names a part: by its package URL, else by its name; 0 where it is not found."""
    for value in (part.purl, part.name):
        if value and (at := text.find(json.dumps(value, ensure_ascii=False))) >= 0:
            return text.count("\n", 0, at) + 1
    return 0


def load_sbom(path: Path, *, address: str = "", name: str = "") -> Parts:
    """Read a bill of materials. Raises InputError or ImportFormatError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    bom = sbom.read(data, str(path))
    about = {
        "format": bom.format,
        "spec": bom.spec,
        "valid": bom.valid,
        "errors": list(bom.errors),
        "counts": dict(bom.counts),
    }
    text = data.decode("utf-8", "replace")
    return Parts("sbom", str(path), address or name or bom.name[:120] or HOST, bom.parts, about=about, text=text)


def load_image(path: Path, *, address: str = "", name: str = "") -> tuple[Parts, list[Source]]:
    """Read an image and the configurations in it. Raises InputError or ImportFormatError."""
    if not path.exists():
        raise InputError("no such file or directory", str(path))
    from inventory.imports import image as images  # readers of archives and packages: an image alone needs them

    found = images.read(path)
    where = address or name or HOST
    sources, notes = [], list(found.notes)
    for inner, data in found.configurations.items():
        try:
            sources.append(source_of(data, posixpath.join(f"{path}!", inner), address=where))
        except ImportFormatError as error:
            notes.append(str(error))
    about = {"system": dict(found.release), "packages": len(found.packages), "notes": notes, "refused": found.refused}
    return Parts("image", str(path), where, found.packages, found.release, about), sources


def fill_parts(store: Store, scan: str, documents: Iterable[Parts], at: str) -> None:
    """Questions, evidence and facts of bills of materials and images."""
    for one in documents:
        evidence = parts_evidence.exchange(one.address, one.parts, one.release, {"file": one.file, "kind": one.kind})
        digest = store.put_evidence(evidence)
        for table, rows in parts_evidence.interpret(evidence).items():
            question = Question(Endpoint(one.address), table, one.vantage)
            store.add_questions(scan, [question])
            seen = Observation(question.id, Outcome.ANSWERED, "", at, EvidenceClass.READ, (digest,))
            store.add_observation(scan, seen, {table: rows})


def supply_chain(documents: Sequence[Parts], components_found: Iterable[Component], at: str) -> dict[str, Any]:
    """What the report says of parts and their origin at that time. Shares are intervals: unknown is neither."""
    every = [one for document in documents for one in sourced(document.parts)]
    counted = share(every)
    return {
        "documents": {document.file: {"kind": document.kind, **document.about} for document in documents},
        "components": [_component(one) for one in components_found],
        "supply_chain": {
            "parts": counted.parts,
            "by_origin": dict(counted.by_origin),
            "domestic_share": {"lowest": counted.lowest, "highest": counted.highest},
            "with_end_of_support": [
                _named(one) | {"end_of_support": one.end_of_support} for one in every if one.end_of_support
            ],
            "unmaintained": [
                _named(one) | {"since": one.end_of_support}
                for one in every
                if one.end_of_support and one.end_of_support < at
            ],
            "unsure_end_of_support": [
                _named(one) | {"end_of_support": one.unsure_end.ends.isoformat(), "why": _both(one.unsure_end.note)}
                for one in every
                if one.unsure_end is not None
            ],
            "copyleft": [_named(one) | {"licence": one.part.licence} for one in every if one.part.copyleft],
            "without_licence": sum(not one.part.licence for one in every),
            "without_purl": sum(not one.part.purl for one in every),
        },
    }


def _both(text: Text | None) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en} if text else {}


def _named(one: Sourced) -> dict[str, Any]:
    return {"name": one.part.name, "version": one.part.version}


def _component(one: Component) -> dict[str, Any]:
    return {
        "asset": one.asset,
        "layer": one.layer,
        "vendor": one.vendor,
        "product": one.product,
        "version": one.version,
        "origin": one.origin,
        "strength": one.strength,
        "end_of_support": one.end_of_support,
        "why": list(one.why),
    }
