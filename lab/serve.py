"""Run twins until told to stop: `python -m lab.serve FILE`, where FILE is JSON, one entry a twin.

An entry is {twin, settings, port, addresses}; without addresses a twin listens on all of the host's.
"""

import json
import signal
import sys
import threading
from pathlib import Path

from lab.twin import Twin
from lab.twins import make


def main(path: str) -> int:
    """Start every twin of the file, then wait for SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running: list[Twin] = []
    for entry in json.loads(Path(path).read_text(encoding="utf-8")):
        for address in entry.get("addresses") or ["0.0.0.0"]:
            twin = make(entry["twin"], entry["settings"])
            twin.start(address, entry["port"])
            running.append(twin)
    stop.wait()
    for twin in running:
        twin.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
