"""How fast a region is judged: all rules of both packs over assets and services, findings written, counts rolled up.

    python -m bench.judge [--assets 340000] [--processes 2] [--peers] [--json]

A synthetic region is written first (not timed): five services an asset, about 2 % of the rows with a fail. Timed is the
whole judging: evaluation, findings with their text into a table of their own, counts by organisation.
"""

import argparse
import json
import multiprocessing
import platform
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.judge_peers import peers
from inventory.asset import Asset
from inventory.fact import all_tables, column_types
from inventory.store import Store
from rules.finding import Finding
from rules.grading import Counts, add_items, all_schemes
from rules.load import load_packs
from rules.profile import Profile
from rules.tally import Tally, add_tallies, tally

AS_OF = "2026-06-01T00:00:00Z"
SERVICES = (("telnet", 23), ("ssh", 22), ("http", 443), ("tls", 443), ("snmp", 161))
BATCH = 20000
# One service in this many has a fail; about 2 % of all rows in the end.
EVERY = 50


def facts_of(table: str, bad: bool) -> dict[str, object]:
    """Column → value of a well-run service, with one thing wrong where `bad`."""
    good: dict[str, dict[str, object]] = {
        "ssh": {
            **dict.fromkeys(("protocol_1", "kex_weak", "kex_sha1", "cipher_none", "mac_weak", "terrapin_exposed", "host_key_dss"), False),
            **{"cipher_weak": bad, "cipher_aead": False, "host_key_type": "ssh-ed25519", "host_key_bits": 256},
            **{"cipher_sm4": True, "mac_sm3": True, "kex_sm": True, "host_key_sm2": True},
        },
        "http": {
            **{"tls": True, "status": 200, "login_form": True, "login_over_plain": False, "authentication": "digest"},
            **{"basic_over_plain": False, "hsts_seconds": 0 if bad else 31536000, "directory_listing": False},
            **{"trace_enabled": False, "cookies": 0, "cors_any_origin": False, "plain_resources": 0, "overseas_resources": 0},
        },
        "tls": {
            **{"oldest_version": 0x0301 if bad else 0x0303, "weak_suite_count": 0, "suite_null": False},
            **{"suite_anonymous": False, "forward_secrecy_any": True, "dh_bits": 0, "secure_renegotiation": True},
            **{"compression": False, "certificate_not_before": "2026-01-01T00:00:00Z"},
            **{"certificate_not_after": "2027-01-01T00:00:00Z", "certificate_name_matches": True},
            **{"certificate_key_strong": True, "certificate_signature_weak": False, "certificate_self_signed": False},
            **{"certificate_issuer_country": "CN"},
        },
        "snmp": {
            **{"plain_versions": bad, "default_community": False, "v3": True, "unauthenticated_level": False},
            **{"unencrypted_level": False, "system_name": "device"},
        },
    }  # fmt: skip
    return good[table]


def asset(number: int) -> Asset:
    """One of a region of 14 cities with 20 departments each."""
    city = f"45{1 + number % 14:02d}00"
    device = ("server", "network", "iot", "camera")[number % 4]
    address = f"10.{45 + number // 65025 % 200}.{number // 255 % 255}.{number % 255}"
    return Asset(
        f"a{number:07d}",
        (f"address:{address}",),
        (address,),
        zone="office",
        department=f"{city}-{number % 20}",
        city=city,
        system=f"s{number % 40}",
        importance=("general", "important", "critical")[number % 3],
        protection_level=2 + number % 2,
        device_class=device,
        registered=True,
        contact="x",
    )


def write(path: Path, assets: int) -> None:
    """The synthetic region, in batches."""
    with Store.create(path) as store:
        store.begin_scan("s", started=AS_OF, permit={}, profile={}, versions={})
        store.connection.execute("PRAGMA synchronous = OFF")
        with store.batch():
            store.put_assets("s", (asset(number) for number in range(assets)))
        columns = {name: list(column_types(all_tables()[name])) for name, _ in SERVICES}
        for start in range(0, assets, BATCH):
            numbers = range(start, min(start + BATCH, assets))
            with store.batch():
                store.connection.executemany(
                    "INSERT INTO question VALUES ('s', ?, ?, ?, 'tcp', ?, 'office', ?)", _questions(numbers)
                )
                store.connection.executemany(
                    "INSERT INTO observation VALUES ('s', ?, ?, '', ?, 'handshake', '[]')",
                    (
                        (_id(n, t), "closed" if t == "telnet" else "answered", AS_OF)
                        for n in numbers
                        for t, _ in SERVICES
                    ),
                )
                for number, (table, _) in enumerate(SERVICES[1:], start=1):
                    names = columns[table]
                    marks = ", ".join("?" * (len(names) + 3))
                    good, bad = (tuple(facts_of(table, wrong).get(name) for name in names) for wrong in (False, True))
                    store.connection.executemany(
                        f'INSERT INTO "fact_{table}" VALUES ({marks})',
                        (("s", _id(n, table), 0, *(bad if (n + number) % EVERY == 0 else good)) for n in numbers),
                    )


def _id(number: int, table: str) -> str:
    return f"{table}-{number:07d}"


def _questions(numbers: range) -> Iterator[tuple[object, ...]]:
    for number in numbers:
        one = asset(number)
        for table, port in SERVICES:
            yield (_id(number, table), table, one.addresses[0], port, one.id)


class Written:
    """Findings into a table of their own, in batches: what a scan keeps of them."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA journal_mode = OFF")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute(
            "CREATE TABLE finding (id TEXT PRIMARY KEY, rule TEXT, asset TEXT, word TEXT, candidate INTEGER, zh TEXT, en TEXT, due TEXT) WITHOUT ROWID"
        )
        self.waiting: list[tuple[object, ...]] = []

    def __call__(self, finding: Finding) -> None:
        self.waiting.append(
            (
                finding.id,
                finding.rule,
                finding.asset,
                finding.word.value,
                finding.candidate,
                finding.reason.zh,
                finding.reason.en,
                finding.due,
            )
        )
        if len(self.waiting) >= BATCH // 4:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self.connection.executemany("INSERT OR REPLACE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self.waiting)
        self.connection.commit()
        self.waiting.clear()


def judge_part(work: tuple[str, int, int]) -> tuple[Tally, float]:
    """One process: its share of the tables; returns counts and its peak memory in MB."""
    path, part, parts = work
    written = Written(Path(path).with_name(f"findings-{part}.db"))
    with Store.open(Path(path)) as store:
        found = tally(store.connection, "s", load_packs(), Profile(), AS_OF, written, part=(part, parts))
    written.flush()
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(assets: int, processes: int) -> dict[str, float]:
    """Write the region, judge it, return the figures."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="chengjian-bench-") as folder:
        path = Path(folder) / "region.db"
        writer = context.Process(target=write, args=(path, assets))
        writer.start()
        writer.join()
        started = time.perf_counter()
        with context.Pool(processes) as pool:
            found = pool.map(judge_part, [(str(path), part, processes) for part in range(processes)])
        whole = add_tallies(one for one, _ in found)
        items = add_items(item for group in whole.items.values() for item in group)
        grade = all_schemes()["self-check"].grade(Counts(items))
        seconds = time.perf_counter() - started
    decided = sum(item.decided + item.not_assessed + item.not_applicable for item in items)
    return {
        "assets": assets,
        "services": assets * len(SERVICES),
        "evaluations": whole.evaluations,
        "asset_verdicts": decided,
        "findings": whole.findings,
        "findings_percent_of_services": round(100 * whole.findings / (assets * len(SERVICES)), 2),
        "score": float(grade.point or 0),
        "seconds": round(seconds, 2),
        "evaluations_per_second": round(whole.evaluations / seconds),
        "peak_mb": round(sum(peak for _, peak in found), 1),
        "processes": processes,
    }


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description="judge a synthetic region")
    parser.add_argument("--assets", type=int, default=340000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--peers", action="store_true", help="measure Rego and CEL too, on a small size")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.assets, arguments.processes)
    others = peers() if arguments.peers else {}
    if arguments.json:
        machine = f"{platform.machine()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        print(json.dumps({"name": "judge", "machine": machine, "figures": figures, "peers": others}, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:30} {value:>14,}")
    for name, told in others.items():
        times = figures["evaluations_per_second"] / told["evaluations_per_second"]
        print(f"{name:30} {told['evaluations_per_second']:>14,} evaluations a second; we do {times:.1f} times as many")


if __name__ == "__main__":
    main()
