"""TLS: 20 endpoints on loopback, our probe against sslyze: time, and accepted suites by version, which must be equal.

`python -m bench.tls [--targets 20] [--json]`. Ours takes half a second, in which anything may happen: its time is the median of
runs before sslyze's and after it. sslyze's default run checks more vulnerabilities than ours does; the time is of
all it does by default, which is what a user waits for.
"""

import json
import platform
import statistics
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.peers import PEERS, ROOM, command, environment, probe_all
from bench.twins import running
from inventory.facts.tls import TlsFacts
from scanner.probes.tls import interpret
from scanner.wire.suites import TLS13, names

SETTINGS: tuple[dict[str, str], ...] = (
    {},
    {"minimum": "1.0", "maximum": "1.2", "ciphers": "ALL:@SECLEVEL=0"},
    {"minimum": "1.2", "maximum": "1.3", "ciphers": "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA:AES256-SHA256"},
    {"minimum": "1.3"},
)
VERSIONS = {"ssl_3_0": "0300", "tls_1_0": "0301", "tls_1_1": "0302", "tls_1_2": "0303", "tls_1_3": "0304"}
ROUNDS = 3
Accepted = dict[str, set[str]]


def ours_of(facts: TlsFacts) -> Accepted:
    """Suites by version from our facts."""
    found: Accepted = {version: set() for version in VERSIONS.values()}
    for part in (facts.suites or "").split():
        version, _, codes = part.partition(":")
        found[version] = {"TLS_" + (names().get(int(code, 16)) or TLS13[int(code, 16)]) for code in codes.split(",")}
    return found


def sslyze(
    targets: Iterable[tuple[str, int]], before: Sequence[str] = ()
) -> dict[tuple[str, int], dict[str, Any]] | None:
    """What sslyze's default run says of each target that it could connect to, from where the command `before` puts it; None
    where it cannot be installed."""
    python = environment("peers", lock=PEERS)
    if python is None:
        return None
    out = Path(ROOM / "sslyze.json").absolute()
    words = [
        *before,
        str(python),
        "-m",
        "sslyze",
        f"--json_out={out}",
        *(f"{address}:{port}" for address, port in targets),
    ]
    subprocess.run(words, check=False, capture_output=True, timeout=600)
    told = json.loads(out.read_text())["server_scan_results"]
    where = [(each["server_location"]["ip_address"], each["server_location"]["port"]) for each in told]
    return {place: each["scan_result"] for place, each in zip(where, told, strict=True) if each["scan_result"]}


def accepted(told: Mapping[str, Any]) -> Accepted:
    """Suites by version from one of sslyze's results."""
    return {
        version: {
            suite["cipher_suite"]["name"] for suite in told[f"{word}_cipher_suites"]["result"]["accepted_cipher_suites"]
        }
        for word, version in VERSIONS.items()
    }


def run(count: int) -> dict[str, object]:
    """The figures."""
    with running("tls", count, SETTINGS) as targets:
        exchanges, _ = probe_all("tls", targets)
        rows = [interpret(exchange)["tls"][0] for exchange in exchanges]
        ours = [ours_of(row) for row in rows if isinstance(row, TlsFacts)]
        times = [probe_all("tls", targets)[1] for _ in range(ROUNDS)]
        began = time.monotonic()
        peer = sslyze(targets)
        took = time.monotonic() - began
        ours_took = statistics.median([*times, *(probe_all("tls", targets)[1] for _ in range(ROUNDS))])
    connections = sum(len({turn.connection for turn in exchange.turns}) for exchange in exchanges)
    figures: dict[str, object] = {"targets": count, "seconds": round(ours_took, 3), "connections": connections}
    peers: dict[str, object] = {}
    if peer is not None:
        differing = [
            target[0] for target, suites in zip(targets, ours, strict=True) if suites != accepted(peer[target])
        ]
        peers["sslyze"] = {"seconds": round(took, 3)}
        figures |= {"ratio_to_sslyze": round(took / ours_took, 1), "differing": differing}
    return {"name": "tls", "machine": platform.platform(), "figures": figures, "peers": peers}


if __name__ == "__main__":
    command(__doc__, run, "sslyze")
