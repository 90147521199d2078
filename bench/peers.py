"""Peers to compare with, each in an environment of its own under out/bench, and our own probes on loopback."""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from inventory.endpoint import Endpoint
from inventory.errors import ProbeError
from inventory.exchange import Exchange
from scanner.door import Door, Guest
from scanner.net import SocketWire
from scanner.pace import Pace
from scanner.permit import PaceLimits, Permit
from scanner.probe import Asking, all_probes

ROOM = Path("out/bench")
UNPACED = PaceLimits.model_construct(  # a permit may not say so, and peers keep no pace either
    host_packets=10**9, host_connections=10**9, zone_packets=10**9, total_packets=10**9, fragile_connections=10**9
)
PEERS = Path("requirements-peers.lock")  # pinned, as tests compare with them too


def environment(name: str, *packages: str, lock: Path | None = None) -> Path | None:
    """The interpreter of an environment with these packages, or those that a lock file pins, made at the first call; None where
    they cannot be installed."""
    place = ROOM / name
    python = place / "bin" / "python"
    if not (place / "ready").is_file():
        place.mkdir(parents=True, exist_ok=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(place)], check=False, capture_output=True)
        if made.returncode:
            return None
        wanted = packages if lock is None else ("--require-hashes", "-r", str(lock))
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            return None
        (place / "ready").write_text("")
    return python.absolute()


def permit() -> Permit:
    """All of loopback, without a pace to speak of."""
    fast = {"host_packets": 10_000, "host_connections": 1_000, "zone_packets": 1_000_000, "total_packets": 1_000_000}
    return Permit.model_validate(
        {
            "format": "chengjian-permit/1",
            "id": "BENCH-1",
            "issuer": {"organisation": "bench", "authorised_by": "bench"},
            "contact": "bench@example.invalid",
            "environment": "lab",
            "valid_from": "2026-01-01T00:00",
            "valid_to": "2999-12-31",
            "networks": ["127.0.0.0/8"],
            "zones": [{"name": "bench", "networks": ["127.0.0.0/8"], "classes": {"server": 2}}],
            "vantage": "bench",
            "pace": fast,
        }
    )


def probe_all(name: str, targets: Sequence[tuple[str, int]]) -> tuple[list[Exchange], float]:
    """Run one probe on all targets at once; the evidence in their order, and the seconds it took."""
    probe = all_probes()[name]
    door = Door(permit(), SocketWire(), Pace(UNPACED, time.monotonic))

    async def one(address: str, port: int) -> Exchange:
        recorder = door.recorder(name, Endpoint(address, "tcp", port), Guest("server", 2))
        try:
            await probe.collect(recorder, Asking(contact="bench"))
        except ProbeError as error:
            recorder.note("ended", error.reason)
        return recorder.exchange()

    async def everything() -> list[Exchange]:
        found = await asyncio.gather(*(one(address, port) for address, port in targets))
        await asyncio.sleep(0)
        return found

    began = time.monotonic()
    exchanges = asyncio.run(everything())
    return exchanges, time.monotonic() - began


def command(description: str | None, run: Callable[[int], dict[str, object]], peer: str) -> None:
    """The command line of a benchmark over a number of endpoints: a table, or one JSON document."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--targets", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    show(run(chosen.targets), as_json=chosen.json, width=20, peer=peer)


def show(
    result: Mapping[str, object], *, as_json: bool, width: int, parts: Sequence[str] = ("figures",), peer: str = ""
) -> None:
    """Print a result: one JSON document, or a line for each value of these parts, names `width` wide. With `peer`, a last line on
    the peers, which says where that one could not be installed."""
    if as_json:
        print(json.dumps(result))
        return
    for part in parts:
        lines = result[part]
        assert isinstance(lines, dict)
        for name, value in lines.items():
            print(f"{name:<{width}} {value}")
    if peer:
        print(f"{'peers':<{width}} {result['peers'] or peer + ' could not be installed'}")
