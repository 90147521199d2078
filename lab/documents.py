"""What the owners of the city hand in beside the register: bills of materials of servers and devices, version outputs of network
devices. 模拟数据.

`documents` in city.yaml is written by hand. `parts` names what bills list (type `application` unless told otherwise; with a
`digest` unless it is false), `bills` says whose bill lists which parts, `outputs` what a device prints (`of` is the name
that the truth knows it by). A file's name begins with the address of its system.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.city import City, Host

SIMULATED = "模拟数据 simulated data"


@dataclass(frozen=True)
class Document:
    """One file of one address, `bill` or `output` by its kind; `parts` are the names of what it tells, for the truth."""

    host: str
    address: str
    kind: str
    parts: tuple[str, ...]
    text: str

    @property
    def file(self) -> str:
        """Its name."""
        return f"{self.address}{'_sbom.json' if self.kind == 'bill' else '.version.txt'}"


def documents(city: City) -> list[Document]:
    """Every document of the city, in the order of its hosts."""
    bills = {name: entry for entry in city.documents["bills"] for name in entry["hosts"]}
    outputs = {name: entry for entry in city.documents["outputs"] for name in entry["hosts"]}
    found = []
    for host in city.hosts:
        for number, (name, address) in enumerate(zip(host.names(), host.addresses(), strict=True), 1):
            if host.name in bills:
                parts = tuple(bills[host.name]["parts"])
                found.append(Document(name, address, "bill", parts, _bill(city, host, parts)))
            if host.name in outputs:
                output = outputs[host.name]
                text = f"{output['text'].format(name=name, number=number)}\n{SIMULATED}\n"
                found.append(Document(name, address, "output", (output["of"],), text))
    return found


def write(city: City, folder: Path) -> int:
    """Write all documents into a folder; says how many."""
    folder.mkdir(parents=True, exist_ok=True)
    found = documents(city)
    for each in found:
        (folder / each.file).write_text(each.text, encoding="utf-8")
    return len(found)


def _bill(city: City, host: Host, names: Sequence[str]) -> str:
    """A bill of materials as CycloneDX 1.5: https://cyclonedx.org/docs/1.5/json/."""
    parts = {name: city.documents["parts"][name] for name in names}
    direct = [name for name, part in parts.items() if part.get("type", "application") == "application"]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "device", "bom-ref": "system", "name": host.system, "description": SIMULATED},
        },
        "components": [_component(name, part) for name, part in parts.items()],
        "dependencies": [{"ref": "system", "dependsOn": direct}],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _component(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": part.get("type", "application"),
        "bom-ref": name,
        "name": part["name"],
        "version": part["version"],
        "supplier": {"name": part["supplier"]},
    }
    if "licence" in part:
        described["licenses"] = [{"license": {"id": part["licence"]}}]
    if part.get("digest", True):
        digest = hashlib.sha256(f"{SIMULATED} {part['name']} {part['version']}".encode()).hexdigest()
        described["hashes"] = [{"alg": "SHA-256", "content": digest}]
    return described
