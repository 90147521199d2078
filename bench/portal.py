"""The portal at the size of a region: how long pages take for twenty readers at once, and how much memory it needs.

    python bench/portal.py [--assets 340000] [--findings 1000000] [--readers 20] [--requests 40] [--json]

Publishes a made-up region's document (streamed, so this process stays small too), serves it on loopback in a process of
its own, and lets readers walk from the region to the evidence, filter, search and page. Goals: median below 200 ms, 99 %
below 1 s, memory below 500 MB.
"""

import argparse
import http.client
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from inventory.canonical import short_id
from inventory.text import Text
from reports.canonical_form import to_json
from reports.portal.accounts import Accounts
from reports.portal.publish import publish_document
from reports.portal.scope import Role
from reports.report import AssetEntry, ComponentEntry, EvidenceExcerpt, FindingEntry, Part, Report
from tests.reports.documents import small

ROOT = Path(__file__).resolve().parent.parent
CITIES, DEPARTMENTS, SYSTEMS = 14, 30, 12
PASSWORD = "bench-only-passphrase"
LAYERS = ("operating_system", "database", "middleware", "network")
ORIGINS = ("domestic", "community", "foreign", "unknown")


def asset(number: int) -> AssetEntry:
    """One made-up asset."""
    city = f"45{number % CITIES + 1:02}00"
    return AssetEntry(
        id=short_id("asset", number),
        name=f"主机{number:06}",
        addresses=(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",),
        zone="office",
        city=city,
        district="",
        department=f"部门{number // CITIES % DEPARTMENTS:02}",
        system=f"系统{number // CITIES // DEPARTMENTS % SYSTEMS:02}",
        importance="important",
        protection_level=3,
        device_class="server",
        registered=True,
        contact="",
        components=(
            ComponentEntry(
                layer=LAYERS[number % 4], vendor="v", product="p", version="1", origin=ORIGINS[number % 4], strength="inferred",
                confidence="handshake",
            ),
        ),
        verdicts={"fail": ("ds-redis-open",), "not_assessed": ("ds-tls-version",), "pass": ("ds-telnet-offered",)},
    )  # fmt: skip


def findings(count: int, assets: int) -> Iterator[FindingEntry]:
    """That many made-up findings, in no order."""
    rules = {rule.id: rule for rule in small().rules}
    names = sorted(rules)
    for number in range(count):
        rule = rules[names[number % len(names)]]
        where = number * 7919 % assets
        yield FindingEntry(
            id=short_id("finding", number),
            rule=rule.id,
            asset=short_id("asset", where),
            address=f"10.{where >> 16 & 255}.{where >> 8 & 255}.{where & 255}",
            transport="tcp",
            port=6379,
            vantage="office",
            verdict="fail",
            candidate=False,
            severity=rule.severity,
            reason=Text(
                zh=f"端口6379无需口令即可读取，第{number}条", en=f"port 6379 answers without a password, {number}"
            ),
            clauses=rule.clauses,
            evidence=(
                EvidenceExcerpt(digest=f"{number:064x}", sm3=f"{number:064x}", label="ping", offset=0, excerpt="+PONG"),
            ),
            confidence="handshake",
            first_seen="2026-03-01T00:00:00Z",
            last_seen="2026-03-02T00:00:00Z",
        )


def pieces(report: Report, assets: int, count: int) -> Iterator[bytes]:
    """The canonical document of that region, an entry at a time."""
    lists: dict[str, Iterator[Part]] = {
        "assets": (asset(number) for number in range(assets)),
        "findings": findings(count, assets),
    }
    for number, (name, value) in enumerate(sorted(to_json(report).items())):
        yield f"{',' if number else '{'}{json.dumps(name)}:".encode()
        if name in lists:
            for place, entry in enumerate(lists[name]):
                yield (b"," if place else b"[") + _text(to_json(entry))
            yield b"]"
        else:
            yield _text(value)
    yield b"}"


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


class Reader:
    """One person with a browser: a connection that is kept, a session, and the time that each answer took."""

    def __init__(self, port: int, name: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.name, self.cookie = name, ""
        self.times: list[tuple[float, str]] = []

    def get(self, path: str) -> str:
        """One page, whole."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"cookie": self.cookie})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.times.append((time.perf_counter() - began, path.split("?", maxsplit=1)[0]))
        assert answer.status == 200, (answer.status, path)
        return text

    def log_in(self) -> None:
        """Fill in the form."""
        self.connection.request("GET", "/login")
        answer = self.connection.getresponse()
        page, cookie = answer.read().decode(), str(answer.getheader("set-cookie")).split(";")[0]
        token = re.findall(r'name="token" value="([^"]+)"', page)[0]
        form = urlencode({"name": self.name, "password": PASSWORD, "token": token, "next": "/"})
        headers = {"content-type": "application/x-www-form-urlencoded", "cookie": cookie}
        self.connection.request("POST", "/login", form, headers)
        answer = self.connection.getresponse()
        answer.read()
        self.cookie = next(
            value.split(";")[0]
            for key, value in answer.getheaders()
            if key == "set-cookie" and "__Host-session=" in value
        )

    def read(self, scan: str, requests: int, seed: int) -> None:
        """Walk about."""
        chosen = random.Random(seed)
        while len(self.times) < requests:
            city, department = f"45{chosen.randrange(CITIES) + 1:02}00", f"部门{chosen.randrange(DEPARTMENTS):02}"
            system = f"系统{chosen.randrange(SYSTEMS):02}"
            root = f"/r/{scan}"
            self.get("/")
            self.get(f"{root}/unit?{urlencode({'city': city})}")
            self.get(f"{root}/unit?{urlencode({'city': city, 'department': department})}")
            page = self.get(f"{root}/unit?{urlencode({'city': city, 'department': department, 'system': system})}")
            found = re.findall(rf'href="({root}/asset/[0-9a-f]+)"', page)
            page = self.get(chosen.choice(found))
            self.get(chosen.choice(re.findall(rf'href="({root}/finding/[0-9a-f]+)"', page)))
            self.get(f"{root}/findings?{urlencode({'severity': 'high', 'page': chosen.randrange(1, 40)})}")
            self.get(f"{root}/findings?{urlencode({'city': city, 'department': department, 'severity': 'low'})}")
            self.get(f"/search?{urlencode({'q': f'10.3.{chosen.randrange(256)}.7'})}")


def serve(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """The portal in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner.cli", "serve", "run", "--port", "0", "--folder", "published"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = ""
    while "serving on" not in line:
        line = process.stderr.readline()
        assert line, "the portal ended"
    return process, int(line.rsplit(":", 1)[1])


def peak_mb(process: subprocess.Popen[str]) -> float:
    """The largest resident size so far."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


def measure(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Make, serve, read."""
    report = small()
    document = folder / "document.json"
    with document.open("wb") as opened:
        opened.writelines(pieces(report, arguments.assets, arguments.findings))
    document_mb = document.stat().st_size / 2**20
    began = time.perf_counter()
    with document.open("rb") as opened:
        done = publish_document(report.scan.id, iter(lambda: opened.read(2**20), b""), folder / "published")
    laid_out = time.perf_counter() - began
    document.unlink()
    accounts = Accounts(folder / "portal.db")
    accounts.add("reader", Role.AUDITOR, PASSWORD, datetime.now(UTC))
    accounts.close()
    process, port = serve(folder)
    try:
        readers = [Reader(port, "reader") for _ in range(arguments.readers)]
        readers[0].log_in()
        for reader in readers:
            reader.cookie = readers[0].cookie
        readers[0].read(report.scan.id, 9, 0)
        readers[0].times.clear()
        threads = [
            threading.Thread(target=reader.read, args=(report.scan.id, arguments.requests, seed))
            for seed, reader in enumerate(readers)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
        times = sorted(reader.times[number][0] for reader in readers for number in range(len(reader.times)))
        return {
            "assets": arguments.assets,
            "findings": arguments.findings,
            "readers": arguments.readers,
            "pages": len(times),
            "median_ms": round(1000 * statistics.median(times), 1),
            "p99_ms": round(1000 * times[int(len(times) * 0.99)], 1),
            "pages_per_second": round(len(times) / took, 1),
            "portal_peak_mb": round(peak_mb(process), 1),
            "snapshot_mb": round((done.folder / "snapshot.db").stat().st_size / 2**20, 1),
            "document_mb": round(document_mb, 1),
            "publish_seconds": round(laid_out, 1),
            "publish_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
    finally:
        process.terminate()
        process.communicate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=340_000)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--requests", type=int, default=40, help="pages a reader")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(arguments, Path(folder))
    machine = {"cores": os.cpu_count(), "python": sys.version.split()[0]}
    if arguments.json:
        print(json.dumps({"name": "portal", "machine": machine, "figures": figures, "peers": {}}, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:18} {value}")


if __name__ == "__main__":
    main()
