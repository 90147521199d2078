"""Bills of materials as files: CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/) and SPDX 2.3, in JSON. 模拟数据.

A part has `name`, `version`, `supplier`, and where it applies `licence` (SPDX), `type` (`application` unless told otherwise: what
the system uses directly), `digest` (stated unless false) and `ends`, the day until which its supplier supports it, which SPDX
alone has a field for.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

SIMULATED = "模拟数据 simulated data"
Parts = Mapping[str, Mapping[str, Any]]
APPLICATION = "application"


def cyclonedx(system: str, parts: Parts) -> str:
    """A bill of a system as CycloneDX 1.5."""
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "device", "bom-ref": "system", "name": system, "description": SIMULATED}},
        "components": [_component(name, part) for name, part in parts.items()],
        "dependencies": [{"ref": "system", "dependsOn": _direct(parts)}],
    }
    return _json(document)


def spdx(system: str, parts: Parts) -> str:
    """A bill of a system as SPDX 2.3."""
    product = {"SPDXID": "SPDXRef-system", "name": system, "downloadLocation": "NOASSERTION", "comment": SIMULATED}
    related = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-system")]
    related += [("SPDXRef-system", "DEPENDS_ON", f"SPDXRef-{name}") for name in _direct(parts)]
    names = ("spdxElementId", "relationshipType", "relatedSpdxElement")
    document = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "dataLicense": "CC0-1.0",
        "name": system,
        "documentNamespace": "https://lab.example/spdx/system",
        "creationInfo": {"created": "2026-09-01T00:00:00Z", "creators": ["Organization: lab.example"]},
        "packages": [product, *(_package(name, part) for name, part in parts.items())],
        "relationships": [dict(zip(names, each, strict=True)) for each in related],
    }
    return _json(document)


FORMS: Mapping[str, Callable[[str, Parts], str]] = {"cyclonedx": cyclonedx, "spdx": spdx}


def _component(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": part.get("type", APPLICATION),
        "bom-ref": name,
        "name": part["name"],
        "version": part["version"],
        "supplier": {"name": part["supplier"]},
    }
    if "licence" in part:
        described["licenses"] = [{"license": {"id": part["licence"]}}]
    if part.get("digest", True):
        described["hashes"] = [{"alg": "SHA-256", "content": _digest(part)}]
    return described


def _package(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "SPDXID": f"SPDXRef-{name}",
        "name": part["name"],
        "versionInfo": part["version"],
        "supplier": f"Organization: {part['supplier']}",
        "downloadLocation": "NOASSERTION",
        "primaryPackagePurpose": part.get("type", APPLICATION).upper(),
        "licenseConcluded": part.get("licence", "NOASSERTION"),
    }
    if "ends" in part:
        described["validUntilDate"] = f"{part['ends']}T00:00:00Z"
    if part.get("digest", True):
        described["checksums"] = [{"algorithm": "SHA256", "checksumValue": _digest(part)}]
    return described


def _direct(parts: Parts) -> list[str]:
    return [name for name, part in parts.items() if part.get("type", APPLICATION) == APPLICATION]


def _digest(part: Mapping[str, Any]) -> str:
    """Nobody's file: a digest of the part's own name."""
    return hashlib.sha256(f"{SIMULATED} {part['name']} {part['version']}".encode()).hexdigest()


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
