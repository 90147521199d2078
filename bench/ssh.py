"""SSH: 20 endpoints on loopback, our probe against ssh-audit: time, and the lists of algorithms, which must be equal.

`python -m bench.ssh [--targets 20] [--json]`.
"""

import json
import platform
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.peers import PEERS, command, environment, probe_all
from bench.twins import running
from scanner.wire.ssh import read_greeting

SETTINGS: tuple[dict[str, object], ...] = (
    {},
    {
        "kex": ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"],
        "ciphers": ["3des-cbc", "aes128-cbc", "arcfour"],
        "macs": ["hmac-md5", "hmac-sha1"],
        "host_keys": ["ssh-dss", "ssh-rsa"],
    },
)
Lists = dict[str, set[str]]


def ssh_audit(
    targets: Iterable[tuple[str, int]], before: Sequence[str] = ()
) -> dict[tuple[str, int], dict[str, Any]] | None:
    """What ssh-audit says of each target, one process a target as its users run it, from where the command `before` puts it;
    None where it cannot be installed."""
    python = environment("peers", lock=PEERS)
    if python is None:
        return None
    found = {}
    for address, port in targets:
        words = [*before, str(python.parent / "ssh-audit"), "--json", "--skip-rate-test", "-p", str(port), address]
        told = subprocess.run(words, check=False, capture_output=True, timeout=120).stdout
        found[address, port] = json.loads(told)
    return found


def algorithms(told: Mapping[str, Any]) -> Lists:
    """The lists of one of ssh-audit's results, by our names."""
    parts = {"kex": "kex", "host_keys": "key", "ciphers_out": "enc", "macs_out": "mac"}
    return {name: {entry["algorithm"] for entry in told[part]} for name, part in parts.items()}


def run(count: int) -> dict[str, object]:
    """The figures."""
    with running("ssh", count, SETTINGS) as targets:
        exchanges, ours_took = probe_all("ssh", targets)
        began = time.monotonic()
        peer = ssh_audit(targets)
        took = time.monotonic() - began
    figures: dict[str, object] = {"targets": count, "seconds": round(ours_took, 3)}
    peers: dict[str, object] = {}
    if peer is not None:
        differing = []
        for target, exchange in zip(targets, exchanges, strict=True):
            theirs = algorithms(peer[target])
            turn = exchange.turn("first:greeting")
            lists = read_greeting(turn.received).lists if turn is not None else None
            ours = {name: set(lists[name]) for name in theirs} if lists is not None else {}
            if ours != theirs:
                differing.append(target[0])
        peers["ssh-audit"] = {"seconds": round(took, 3)}
        figures |= {"ratio_to_ssh_audit": round(took / ours_took, 1), "differing": differing}
    return {"name": "ssh", "machine": platform.platform(), "figures": figures, "peers": peers}


if __name__ == "__main__":
    command(__doc__, run, "ssh-audit")
