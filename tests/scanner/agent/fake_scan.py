"""A scan as the agent sees it: a program that works off units, keeps each at once, and pauses when told.

`fake_scan.py LEDGER UNITS RUN [--resume]`: appends `begin RUN`, `unit RUN N`, `stop RUN`, `end RUN` to the ledger; before
each unit it waits until the file `LEDGER.allow` holds a number above N. SIGTERM: keeps everything, exit code 130.
"""

import os
import signal
import sys
import time
from pathlib import Path

LONGEST = 120.0  # seconds: a test that fails leaves nothing running


def main() -> int:
    ledger, units, run = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    give_up = time.monotonic() + LONGEST

    def write(line: str) -> None:
        with ledger.open("a") as opened:
            opened.write(line + "\n")
            opened.flush()
            os.fsync(opened.fileno())

    lines = ledger.read_text().splitlines() if ledger.exists() else []
    done = [line for line in lines if line.startswith(f"unit {run} ")] if "--resume" in sys.argv else []
    write(f"{'resume' if done or '--resume' in sys.argv else 'begin'} {run}")
    for number in range(len(done), units):
        while number >= int(Path(f"{ledger}.allow").read_text() or 0):
            if stopped or time.monotonic() > give_up:
                write(f"stop {run}")
                return 130
            time.sleep(0.003)
        write(f"unit {run} {number}")
    write(f"end {run}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
