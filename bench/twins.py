"""Twins in a process of their own, so that they and what is measured do not share an interpreter.

`python -m bench.twins NAME COUNT SETTINGS_JSON` prints the addresses as JSON and serves until its standard input ends.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lab.loopback import serve


@contextlib.contextmanager
def running(twin: str, count: int, settings: Sequence[Mapping[str, Any]]) -> Iterator[list[tuple[str, int]]]:
    """`count` twins with the settings in turn, on addresses of 127.0.9.0/24 and 127.0.10.0/24; their (address, port)."""
    command = [sys.executable, "-m", "bench.twins", twin, str(count), json.dumps(settings)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            yield [(address, port) for address, port in json.loads(child.stdout.readline())]
        finally:
            child.stdin.close()
            child.wait(timeout=10)


def main(twin: str, count: int, settings: list[dict[str, Any]]) -> None:
    """Serve until the standard input ends."""
    with contextlib.ExitStack() as stack:
        targets = [
            stack.enter_context(
                serve(twin, settings[number % len(settings)], address=f"127.0.{9 + number // 250}.{number % 250 + 1}")
            )
            for number in range(count)
        ]
        print(json.dumps(targets), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]))
