"""An agent in a process of its own whose clock is a file, so that a test can turn the clock and kill the process.

`agent_process.py AGENT_YAML CLOCK`: works off the duty at whatever time CLOCK says, and after each look writes `looked`
with that time beside it.
"""

import signal
import sys
import time
from datetime import datetime
from pathlib import Path

from scanner.agent.config import Job, load_agent
from scanner.agent.duty import Duty, Left

FAKE = Path(__file__).parent / "fake_scan.py"
LONGEST = 180.0  # seconds: a test that fails leaves nothing running


def command(job: Job, resume: bool) -> list[str]:
    ledger = job.workspace.name
    begun = ledger_lines(Path.cwd() / ledger)
    runs = sum(line.startswith("begin ") for line in begun)
    run = runs if resume else runs + 1
    return [sys.executable, "-S", str(FAKE), ledger, "4", f"{job.name}-{run}", *(["--resume"] if resume else [])]


def left(job: Job, since: datetime) -> Left:
    begun = [line for line in ledger_lines(Path.cwd() / job.workspace.name) if line.startswith(("begin", "end"))]
    if not begun:
        return "nothing"
    return "finished" if begun[-1].startswith("end") else "unfinished"


def ledger_lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def main() -> None:
    config, clock = load_agent(Path(sys.argv[1])), Path(sys.argv[2])
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    duty = Duty(config, command, left)
    give_up = time.monotonic() + LONGEST
    while not stopped and time.monotonic() < give_up:
        text = clock.read_text()
        duty.tick(datetime.fromisoformat(text))
        (clock.parent / "looked.part").write_text(text)
        (clock.parent / "looked.part").rename(clock.parent / "looked")
        time.sleep(0.004)
    duty.stop(datetime.fromisoformat(clock.read_text()))


if __name__ == "__main__":
    main()
