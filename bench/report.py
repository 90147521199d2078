"""Reports of many findings: seconds, rows a second, size and peak memory per format, each in a process of its own.

`python -m bench.report [--counts 10000,100000,1000000] [--formats html,csv,json,xlsx,pdf] [--json]`. The findings stream; what
is written is counted again by the format; the time that making the findings takes is left out, and that of loading the
format. PDF and DOCX cap their tables and say so. Peer: jinja2's plain `render` of a table of the same rows, which holds the
whole page in memory.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from inventory.text import Text
from reports.format import Options, Source, format_named, write
from reports.report import FindingEntry
from tests.reports.city import RULES, asset_id
from tests.reports.documents import finding, small

OUT = Path("out/bench/report")
AT_ONCE = 50  # findings made and timed together: a clock asked for each would be measured too
PEER = "jinja2-render"


class Stream(Collection[FindingEntry]):
    """That many findings in document order, made while they are walked: next to nothing is kept. `seconds` is what the making took:
    a format walks them more than once, and is not to blame for it."""

    def __init__(self, count: int) -> None:
        self.count, self.seconds, self.cpu_seconds = count, 0.0, 0.0

    def __len__(self) -> int:
        return self.count

    def __contains__(self, _: object) -> bool:
        return False

    def __iter__(self) -> Iterator[FindingEntry]:
        for first in range(0, self.count, AT_ONCE):
            began, cpu = time.perf_counter(), time.process_time()
            made = [self._made(number) for number in range(first, min(first + AT_ONCE, self.count))]
            self.cpu_seconds += time.process_time() - cpu
            self.seconds += time.perf_counter() - began
            yield from made

    def _made(self, number: int) -> FindingEntry:
        rule = RULES[number // -(-self.count // len(RULES))]
        address = f"10.{45 + number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
        said = Text(zh=f"{address} 不符合要求，发现未经认证的访问", en=f"{address} answers without authentication")
        return finding(rule, asset_id(number % 6), address, 443, said)


def one(name: str, count: int) -> dict[str, float]:
    """Render once in this process."""
    report = small().model_copy(update={"findings": ()})
    stream = Stream(count)
    source = Source(report, stream)
    OUT.mkdir(parents=True, exist_ok=True)
    form = None if name == PEER else format_named(name)
    began, cpu = time.monotonic(), time.process_time()
    if form is None:
        size, rows = _peer(source), count
    else:
        written = write(source, form, Options(), OUT / f"report-{count}{form.suffix}")
        size, rows = sum(path.stat().st_size for path in written.files), written.findings
        for path in written.files:
            path.unlink()
    took = time.monotonic() - began - stream.seconds
    cpu = time.process_time() - cpu - stream.cpu_seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": round(took, 2),
        "cpu_seconds": round(cpu, 2),
        "rows": rows,
        "megabytes": round(size / 1e6, 1),
        "peak_mb": round(peak, 1),
    }


def _peer(source: Source) -> int:
    import jinja2

    template = jinja2.Environment(autoescape=True).from_string(
        "<table>{% for f in rows %}<tr><td>{{ f.severity }}</td><td>{{ f.rule }}</td><td>{{ f.address }}</td><td>{{ f.port }}</td>"
        "<td>{{ f.reason.zh }}</td><td>{{ f.owner }}</td><td>{{ f.due }}</td></tr>{% endfor %}</table>"
    )
    path = OUT / "peer.html"
    path.write_text(template.render(rows=source.findings), "utf-8")
    size = path.stat().st_size
    path.unlink()
    return size


def main() -> None:
    """Run all, print a table or one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="10000,100000,1000000")
    parser.add_argument("--formats", default="html,csv,json,xlsx,pdf,docx")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("FORMAT", "COUNT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.one[0], int(arguments.one[1]))))
        return
    figures: dict[str, dict[str, float]] = {}
    peers: dict[str, dict[str, float]] = {}
    for count in (int(text) for text in arguments.counts.split(",")):
        for name in [*arguments.formats.split(","), PEER]:
            command = [sys.executable, "-m", "bench.report", "--one", name, str(count)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            (peers if name == PEER else figures)[f"{name}_{count}"] = json.loads(done.stdout)
    if arguments.json:
        print(
            json.dumps({"name": "report", "machine": platform.platform(), "figures": figures, "peers": peers}, indent=1)
        )
        return
    print(f"{'format':<24}{'seconds':>9}{'cpu s':>9}{'rows':>10}{'rows/s':>10}{'MB':>8}{'peak MB':>9}")
    for name, seen in {**figures, **peers}.items():
        rate = int(seen["rows"] / max(seen["seconds"], 0.01))
        print(
            f"{name:<24}{seen['seconds']:>9}{seen['cpu_seconds']:>9}{seen['rows']:>10}{rate:>10}{seen['megabytes']:>8}{seen['peak_mb']:>9}"
        )


if __name__ == "__main__":
    main()
