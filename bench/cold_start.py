"""Cold start: CPU time of whole processes, as a ratio to an interpreter that does nothing.

`python -m bench.cold_start [--rounds 9] [--config FILE] [--json]`. Each figure is the least of all rounds, taken in turns:
what a machine does besides can only add. Seconds are shown for those who wait; the ratio travels between machines.
"""

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "tests" / "data" / "config" / "vrp-good.cfg"


def cpu_seconds(words: list[str]) -> float:
    """User and system time of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(config: Path, rounds: int) -> dict[str, float]:
    """Command → least CPU seconds. The first round, which may write byte code, does not count."""
    ours = [sys.executable, "-m", "scanner.cli"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "chengjian --version": [*ours, "--version"],
        "chengjian selfcheck": [*ours, "selfcheck", "--config", str(config)],
    }
    taken = [{name: cpu_seconds(words) for name, words in commands.items()} for _ in range(rounds + 1)][1:]
    return {name: min(one[name] for one in taken) for name in commands}


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measured(arguments.config.resolve(), max(arguments.rounds, 1))
    least = found["python -c pass"]
    if arguments.json:
        print(
            json.dumps(
                {name: {"seconds": round(value, 3), "ratio": round(value / least, 1)} for name, value in found.items()}
            )
        )
        return
    for name, value in found.items():
        print(f"{name:22} {value:7.3f} s CPU   {value / least:6.1f} times python -c pass")


if __name__ == "__main__":
    main()
