"""What the owners of the city hand in beside the register: bills of materials of servers and devices, version outputs of network
devices. 模拟数据.

`documents` in city.yaml is written by hand. `parts` names what bills list (see lab/bills.py), `bills` says whose bill lists
which parts, in which `form` (`cyclonedx` unless told otherwise), `outputs` what a device prints (`of` is the name that the
truth knows it by). A file's name begins with the address of its system.
"""

from dataclasses import dataclass
from pathlib import Path

from lab.bills import FORMS, SIMULATED
from lab.city import City


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
                bill = bills[host.name]
                parts = {part: city.documents["parts"][part] for part in bill["parts"]}
                text = FORMS[bill.get("form", "cyclonedx")](host.system, parts)
                found.append(Document(name, address, "bill", tuple(parts), text))
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
