"""How fast a region is judged: all rules of both packs over assets and services, findings written, counts rolled up.

    python -m bench.judge [--assets 340000] [--peers] [--json]

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
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from bench.judge_peers import peers
from bench.judged_region import AS_OF, SCAN, SERVICES, write
from inventory.store import Store
from rules.counting import count_places
from rules.finding import Finding
from rules.grading import all_schemes
from rules.load import load_packs
from rules.profile import Profile
from rules.rollup import roll_up
from rules.side_by_side import judge_side_by_side

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


def judge_region(path: Path) -> dict[str, float]:
    """From the packs to the grades, in this process and the one that it starts."""
    began = time.perf_counter()
    ruleset = load_packs()
    written = Written(path.with_name("findings.db"))
    with Store.reader(path) as store:
        judgement = judge_side_by_side(store, SCAN, ruleset, Profile(), AS_OF, emit=written)
    written.flush()
    rollup = roll_up(count_places(judgement, ruleset.rules), judgement.roster.sizes())
    scheme = all_schemes()["self-check"]
    grades = {unit.path: scheme.grade(unit.counts) for unit in rollup.units}
    seconds = time.perf_counter() - began
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    items = rollup.whole.counts.items
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    return {
        "rules": len(items),
        "evaluations": judgement.evaluations,
        "asset_verdicts": sum(item.decided + item.not_assessed + item.not_applicable for item in items),
        "not_assessed": sum(item.not_assessed for item in items),
        "findings": written.written,
        "graded_units": len(grades),
        "score": float(grades[()].point or 0),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "evaluations_per_second": round(judgement.evaluations / seconds),
        "evaluations_per_cpu_second": round(judgement.evaluations / cpu),
        "peak_mb": round(sum(one.ru_maxrss for one in used) / 1024, 1),
        "processes": sum(one.ru_maxrss > 0 for one in used),
    }


def _apart(pipe: Pipe, path: Path) -> None:
    pipe.send(judge_region(path))


def measure(assets: int) -> dict[str, float]:
    """Write the region, judge it in a process of its own, return the figures."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="chengjian-bench-") as folder:
        path = Path(folder) / "region.db"
        writer = context.Process(target=write, args=(path, load_packs(), assets))
        writer.start()
        writer.join()
        with Store.open(path):
            pass  # the check that comes with opening belongs to whoever opens a workspace, once
        ours, theirs = context.Pipe(duplex=False)
        judging = context.Process(target=_apart, args=(theirs, path))
        judging.start()
        figures: dict[str, float] = ours.recv()
        judging.join()
    services = assets * SERVICES
    failing = round(100 * figures["findings"] / services, 2)
    return {"assets": assets, "services": services, "findings_percent_of_services": failing, **figures}


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description="judge a synthetic region")
    parser.add_argument("--assets", type=int, default=340000)
    parser.add_argument("--peers", action="store_true", help="measure Rego and CEL too, on a small size")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.assets)
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
