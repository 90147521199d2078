"""The privileged helper: a process of its own, the only one that opens raw sockets or imports scapy.

It reads one JSON object a line on stdin and answers with one a line on stdout. The first line says where it may send:
`{"allow": [networks], "deny": [networks], "deny_ports": [ports], "rate": packets a second, "host_rate": the same to one host}`; every
later one is a request, known by its first field: `neighbours`, `echo` or `syn` (see `scanner/privileged`). What it may not or
cannot do it says in `{"error": "…"}`. It ends with its stdin. It holds no state and parses nothing but the few answers that
it asked for; whoever asks has passed the permit already, and it checks the networks once more.
"""

import json
import sys
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from scanner.privileged.bounds import Bounds, NotAllowed, bounds_of

LONGEST_LINE = 4 * 1024 * 1024
Work = Callable[[Mapping[str, Any], Bounds], dict[str, Any]]


def work_for(request: Mapping[str, Any]) -> Work:
    """Who does this; each is imported when it is first asked for. Raises NotAllowed."""
    if "neighbours" in request:
        from scanner.privileged.neighbours import neighbours

        return neighbours
    if "echo" in request:
        from scanner.privileged.echo import echo

        return echo
    if "syn" in request:
        from scanner.privileged.syn import syn

        return syn
    raise NotAllowed("not a request")


def make_ready() -> None:
    """Load what takes its time, so that no request waits for it."""
    from scanner.privileged.neighbours import way_to

    for address in ("127.0.0.1", "::1"):
        way_to(ip_address(address))


def answer(line: str, bounds: Bounds | None) -> tuple[dict[str, Any], Bounds | None]:
    """The answer to one line, and the bounds that hold from now on; they are set once."""
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise NotAllowed("not a JSON object")
        if bounds is None:
            bounds = bounds_of(request)
            make_ready()
            return {"ready": True}, bounds
        return work_for(request)(request, bounds), bounds
    except (NotAllowed, ValueError, TypeError) as error:
        return {"error": str(error)}, bounds
    except PermissionError:
        return {"error": "no permission for raw sockets"}, bounds
    except OSError as error:
        return {"error": f"raw socket: {error.strerror or error}"}, bounds


def main() -> int:
    """Serve stdin until it ends."""
    bounds: Bounds | None = None
    while line := sys.stdin.readline(LONGEST_LINE):
        said, bounds = answer(line, bounds)
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
