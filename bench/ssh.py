"""SSH: 20 endpoints on loopback, our probe against ssh-audit: time, and the lists of algorithms, which must be equal.

`python -m bench.ssh [--targets 20] [--json]`.
"""

import json
import platform
import subprocess
import time

from bench.peers import command, environment, probe_all
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


def ssh_audit_all(targets: list[tuple[str, int]]) -> tuple[list[Lists], float] | None:
    """Algorithms from ssh-audit, one process a target as its users run it; None where it cannot be installed."""
    python = environment("ssh-audit", "ssh-audit")
    if python is None:
        return None
    began, found = time.monotonic(), []
    for address, port in targets:
        words = [str(python.parent / "ssh-audit"), "--json", "--skip-rate-test", "-p", str(port), address]
        told = json.loads(subprocess.run(words, check=False, capture_output=True, timeout=120).stdout)
        found.append(
            {
                "kex": {entry["algorithm"] for entry in told["kex"]},
                "host_keys": {entry["algorithm"] for entry in told["key"]},
                "ciphers_out": {entry["algorithm"] for entry in told["enc"]},
                "macs_out": {entry["algorithm"] for entry in told["mac"]},
            }
        )
    return found, time.monotonic() - began


def run(count: int) -> dict[str, object]:
    """The figures."""
    with running("ssh", count, SETTINGS) as targets:
        exchanges, ours_took = probe_all("ssh", targets)
        peer = ssh_audit_all(targets)
    figures: dict[str, object] = {"targets": count, "seconds": round(ours_took, 3)}
    peers: dict[str, object] = {}
    if peer is not None:
        theirs, took = peer
        differing = []
        for number, exchange in enumerate(exchanges):
            turn = exchange.turn("first:greeting")
            lists = read_greeting(turn.received).lists if turn is not None else None
            ours = {name: set(lists[name]) for name in theirs[number]} if lists is not None else {}
            if ours != theirs[number]:
                differing.append(targets[number][0])
        peers["ssh-audit"] = {"seconds": round(took, 3)}
        figures |= {"ratio_to_ssh_audit": round(took / ours_took, 1), "differing": differing}
    return {"name": "ssh", "machine": platform.platform(), "figures": figures, "peers": peers}


if __name__ == "__main__":
    command(__doc__, run, "ssh-audit")
