"""How fast a region is judged: all rules of both packs over assets and services, findings written, counts rolled up.

    python -m bench.judge [--assets 340000] [--processes 2] [--peers] [--json]

A made-up region is written and opened first (not timed, see `judged_region`). Timed is the whole judging, from the start of the processes:
evaluation, findings with their text into a table of their own, counts by organisation, grades of every organisation. It is what
`chengjian judge` does for its report, by the same functions.

An evaluation is one rule on one row of its subject: on a question with its facts (a service), on a component, on the
registration of an asset, on the shares of an organisation. Rules on subjects that nobody asked about count nothing.
"""

import argparse
import json
import multiprocessing
import platform
import resource
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.judge_peers import peers
from bench.judged_region import AS_OF, SCAN, SERVICES, write
from inventory.store import Store
from rules.counting import count_places
from rules.finding import Finding
from rules.grading import all_schemes
from rules.judge import Judgement, join, judge
from rules.load import load_packs
from rules.profile import Profile
from rules.rollup import roll_up

BATCH = 5000


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
        self.written = 0

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
        if len(self.waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self.written += len(self.waiting)
        self.connection.executemany("INSERT OR REPLACE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self.waiting)
        self.connection.commit()
        self.waiting.clear()


@dataclass(frozen=True, slots=True)
class Share:
    """What one process did: its judgement, the findings that it wrote, its processor time in seconds and its peak memory in MB."""

    judgement: Judgement
    findings: int
    cpu_seconds: float
    peak_mb: float


def judge_part(path: Path, part: int, parts: int) -> Share:
    """Judge one share of the tables and write its findings."""
    written = Written(path.with_name(f"findings-{part}.db"))
    with Store.reader(path) as store:
        found = judge(store.connection, SCAN, load_packs(), Profile(), AS_OF, emit=written, part=(part, parts))
    written.flush()
    return Share(found, written.written, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(assets: int, processes: int) -> dict[str, float]:
    """Write the region, judge it, return the figures."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="chengjian-bench-") as folder:
        path = Path(folder) / "region.db"
        writer = context.Process(target=write, args=(path, load_packs(), assets))
        writer.start()
        writer.join()
        with Store.open(path):
            pass  # the check that comes with opening belongs to whoever opens a workspace, once
        started, cpu = time.perf_counter(), time.process_time()
        with context.Pool(processes) as pool:
            shares = pool.starmap(judge_part, [(path, part, processes) for part in range(processes)])
        whole = join([share.judgement for share in shares])
        rollup = roll_up(count_places(whole, load_packs().rules), whole.roster.sizes())
        grades = {unit.path: all_schemes()["self-check"].grade(unit.counts) for unit in rollup.units}
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    items = rollup.whole.counts.items
    findings = sum(share.findings for share in shares)
    cpu += sum(share.cpu_seconds for share in shares)
    return {
        "assets": assets,
        "services": assets * SERVICES,
        "rules": len(items),
        "evaluations": whole.evaluations,
        "asset_verdicts": sum(item.decided + item.not_assessed + item.not_applicable for item in items),
        "findings": findings,
        "findings_percent_of_services": round(100 * findings / (assets * SERVICES), 2),
        "graded_units": len(grades),
        "score": float(grades[()].point or 0),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "evaluations_per_second": round(whole.evaluations / seconds),
        "evaluations_per_cpu_second": round(whole.evaluations / cpu),
        "peak_mb": round(sum(share.peak_mb for share in shares), 1),
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
