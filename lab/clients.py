"""Runs foreign clients: reads what to run, prints what each said. `python3 -m lab.clients FILE AT_ONCE` inside the clients' container.

FILE is JSON: a list of commands (lists of words). One JSON line a command goes to standard output, in the same order:
{"words", "said"}; what a client says is read up to 64 KiB, both streams together, and none runs longer than two minutes.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SECONDS = 120
MOST = 65_536


def run(words: list[str]) -> str:
    """What a client says, or why it could not be run."""
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"")[:MOST].decode("utf-8", "replace") + "\n(no end within two minutes)"
    except OSError as error:
        return f"(cannot be run: {error.strerror})"
    return done.stdout[:MOST].decode("utf-8", "replace")


def main(path: str, at_once: str) -> int:
    commands: list[list[str]] = json.loads(Path(path).read_text(encoding="utf-8"))
    with ThreadPoolExecutor(int(at_once)) as pool:
        for words, said in zip(commands, pool.map(run, commands), strict=True):
            print(json.dumps({"words": words, "said": said}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
