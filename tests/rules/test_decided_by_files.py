"""Rules that only files can decide: each file goes in as a user would hand it in, and the judge gives the verdict that the
index names. `lab rules` counts the same index."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from inventory.register import Entry, to_bytes
from inventory.store import Store
from scanner.cli import main
from scanner.derive import REGISTER, derive
from scanner.wire.suites import offered_order
from scanner.wire.tls import client_hello
from tests.scanner.capture.frames import pcap, tcp, udp
from tests.scanner.permits import permit_for

DATA = Path(__file__).parent.parent / "data" / "decided"
INDEX: dict[str, Any] = yaml.safe_load((DATA / "index.yaml").read_text(encoding="utf-8"))
CLASSES = {each["class"]: 1 for each in INDEX["assets"].values()}
AT = "2026-11-20T08:00:00Z"
SERVER, SENSOR, INSIDE, OUTSIDE = "10.45.1.3", "10.45.1.6", "10.45.2.8", "203.0.113.7"


def talk(client: str, server: str, port: int, up: bytes, down: bytes = b"\x16\x03\x03\0\x04\x02\0\0\0") -> list[bytes]:
    """One connection."""
    return [
        tcp(client, 40000, server, port, flags=2),
        tcp(server, port, client, 40000, flags=18),
        *(tcp(client, 40000, server, port, up[at : at + 60000]) for at in range(0, len(up), 60000)),
        tcp(server, port, client, 40000, down),
    ]


def hello(name: str) -> bytes:
    return client_hello(0x0303, offered_order(0x0303), name=name)


def question(name: str) -> bytes:
    """A DNS query."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return b"\0\x01\x01\0\0\x01" + bytes(6) + labels + b"\0\0\x01\0\x01"


def outwards() -> list[bytes]:
    """A server asks a resolver abroad for a remote control tool, and fills a network disk."""
    disk = talk(SERVER, OUTSIDE, 443, hello("pan.baidu.com") + bytes(11_000_000))
    return [udp(SERVER, 5000, "8.8.8.8", 53, question("router5.teamviewer.com")), *disk]


def inwards() -> list[bytes]:
    return talk(SERVER, INSIDE, 443, hello("portal.lab.example"))


def little() -> list[bytes]:
    return talk(SERVER, OUTSIDE, 443, hello("pan.baidu.com"))


def sensor_outwards() -> list[bytes]:
    return talk(SENSOR, OUTSIDE, 443, hello("cloud.lab.example"))


def sensor_inwards() -> list[bytes]:
    return talk(SENSOR, INSIDE, 443, hello("cloud.lab.example"))


def in_the_clear() -> list[bytes]:
    """A log-in by FTP, and a page with an identity number."""
    body = '{"身份证": "11010519491231002X", "手机": "13800000000"}'.encode()
    page = talk(INSIDE, SERVER, 80, b"GET /people HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + body)
    return [*talk(INSIDE, SERVER, 21, b"USER bob\r\nPASS canary-word\r\n", b"220 ready\r\n331 ok\r\n230 in\r\n"), *page]


def nothing_secret() -> list[bytes]:
    return talk(INSIDE, SERVER, 80, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nwelcome")


CAPTURES: dict[str, Callable[[], list[bytes]]] = {
    made.__name__: made
    for made in (outwards, inwards, little, sensor_outwards, sensor_inwards, in_the_clear, nothing_secret)
}


def spdx(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """A bill of materials whose product uses all parts directly."""
    packages = [
        {
            "SPDXID": f"SPDXRef-{number}",
            "name": part["name"],
            "versionInfo": part["version"],
            "downloadLocation": "NOASSERTION",
            "primaryPackagePurpose": part["purpose"],
            **({"supplier": f"Organization: {part['supplier']}"} if "supplier" in part else {}),
            **({"validUntilDate": f"{part['ends']}T00:00:00Z"} if "ends" in part else {}),
            **({"licenseConcluded": part["licence"]} if "licence" in part else {}),
            **({"checksums": [{"algorithm": "SHA256", "checksumValue": "45" * 32}]} if part.get("checksum") else {}),
        }
        for number, part in enumerate(parts)
    ]
    product = {"SPDXID": "SPDXRef-product", "name": "product", "downloadLocation": "NOASSERTION"}
    uses = [("SPDXRef-product", "DEPENDS_ON", package["SPDXID"]) for package in packages]
    related = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-product"), *uses]
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "dataLicense": "CC0-1.0",
        "name": "parts",
        "creationInfo": {"created": AT, "creators": ["Organization: lab"]},
        "packages": [product, *packages],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in related
        ],
    }


def register() -> list[Entry]:
    return [
        Entry(
            address,
            department="模拟部门",
            city="450100",
            importance=each["importance"],
            protection_level=each["level"],
            device_class=each["class"],
        )
        for address, each in INDEX["assets"].items()
    ]


def workspace(path: Path) -> Path:
    """A city in which nothing was scanned yet: its permit and its register."""
    permit = permit_for("10.45.0.0/16", classes=CLASSES).document()
    with Store.create(path) as store:
        store.begin_scan("before", started=AT, permit=permit, profile={}, versions={})
        store.keep("before/register.json", REGISTER, to_bytes(register()))
        store.end_scan("before", state="finished", ended=AT, counters={})
        derive(store, "before")
    return path


def file_of(entry: dict[str, Any], folder: Path) -> Path:
    if "file" in entry:
        return DATA / str(entry["file"])
    if "spdx" in entry:
        path = folder / "parts.spdx.json"
        path.write_text(json.dumps(spdx(entry["spdx"])), encoding="utf-8")
        return path
    path = folder / "capture.pcap"
    path.write_bytes(pcap(*CAPTURES[entry["capture"]]()))
    return path


def verdicts(path: Path, about: str) -> dict[str, str]:
    """Rule → verdict of an asset, or of an organisation, in the newest scan."""
    with Store.open(path) as store:
        report = json.loads(store.report(str(store.scan()["id"])))
    found = [asset for asset in report["assets"] if about in asset["addresses"]]
    found += [each for each in report["organisations"] if each["id"] == about]
    assert len(found) == 1
    return {rule: verdict for verdict, rules in found[0]["verdicts"].items() for rule in rules}


def named(entry: dict[str, Any]) -> str:
    what = entry.get("file") or entry.get("capture") or entry["spdx"][0]["name"]
    return f"{what}-{entry['asset'].rpartition('.')[2]}"


@pytest.mark.parametrize("entry", INDEX["shown"], ids=named)
def test_a_file_decides_what_the_index_says(entry: dict[str, Any], tmp_path: Path) -> None:
    path = workspace(tmp_path / "city.db")
    file = file_of(entry, tmp_path)
    addresses = [entry["asset"]] if entry["asset"] in INDEX["assets"] else list(INDEX["assets"])
    for address in [] if "capture" in entry else addresses:
        words = ["inventory", "import", str(file), "--workspace", str(path), "--address", address]
        words += ["--complete"] if entry.get("complete") else []
        assert main(words) == 0
    if "capture" in entry:
        assert main(["inventory", "import", str(file), "--workspace", str(path)]) == 0
        assert main(["judge", "--workspace", str(path), "--fail-on", "none"]) == 0
    got = verdicts(path, entry["asset"])
    wanted = {rule: verdict for verdict in ("fail", "partial", "pass") for rule in entry.get(verdict, ())}
    assert {rule: got.get(rule) for rule in wanted} == wanted
