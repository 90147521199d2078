"""TCP: 250 hosts × 1,000 ports, our sweeps by SYN (through the privileged helper) and by connects against nmap, in one run.

`python -m bench.tcp_sweep [--rounds 3] [--json]`, as root. It runs itself in network namespaces that end with its processes, so
that nothing leaves the machine and nothing remains. Besides: a silent /24 (nmap is stopped after 40 seconds, with as many passes as
we make), and the sweep by connects, which needs no raw sockets. Ends by itself.
"""

import argparse
import asyncio
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.peers import permit, show
from bench.tcp_targets import truth
from scanner.door import Door, Guest
from scanner.helper_client import Helper
from scanner.net import SocketWire
from scanner.pace import Pace
from scanner.permit import Permit
from scanner.sweep.connects import by_connects
from scanner.sweep.ports import sweep

INSIDE = "CHENGJIAN_BENCH_NAMESPACE"
NMAP_PATIENCE = 40  # seconds for the silent hosts
SILENT = [f"10.99.2.{host}" for host in range(1, 255)]
MOST_SOCKETS = 8_000
Found = dict[str, dict[int, bool]]


def fast_permit() -> Permit:
    """The targets and the silent network, without a pace to speak of; printer ports are allowed, so that all 1,000 are asked."""
    networks = ["10.99.1.0/24", "10.99.2.0/24"]
    document = permit().document() | {
        "networks": networks,
        "zones": [{"name": "bench", "networks": networks, "classes": {"server": 2, "ot": 2}}],
        "allowed_ports": [515, 631, *range(9100, 9108)],
    }
    return Permit.model_validate(document)


def thousand_ports() -> list[int]:
    """nmap's 1,000 most frequent ports, as it says itself."""
    command = ["nmap", "-n", "-Pn", "-sS", "--top-ports", "1000", "-oX", "-", "10.99.1.1"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    services = told.split(' services="')[1].split('"')[0]
    ports: list[int] = []
    for part in services.split(","):
        first, _, last = part.partition("-")
        ports += range(int(first), int(last or first) + 1)
    return ports


def ours(addresses: list[str], ports: list[int], *, raw: bool = True) -> tuple[Found, float, int]:
    """What the sweep finds, by SYN or by connects, the seconds it takes (without the helper's start) and the packets sent."""
    allowed = fast_permit()

    async def everything() -> tuple[Found, float, int]:
        door = Door(allowed, SocketWire(), Pace(allowed.pace, time.monotonic))
        helper = await Helper.start(allowed)
        if not await helper.ready:
            raise SystemExit("the privileged helper does not start")
        ask = helper.syn if raw else by_connects(allowed.pace, MOST_SOCKETS)
        began = time.monotonic()
        found = await sweep(door, dict.fromkeys(addresses, Guest("server", 2)), ports, ask)
        took = time.monotonic() - began
        await helper.stop()
        return found, took, door.counters.packets

    return asyncio.run(everything())


def nmap(
    words: list[str], addresses: str, ports: list[int], patience: float
) -> tuple[dict[str, list[int]], float, bool]:
    """Open ports that nmap finds, its seconds, and whether it came to an end."""
    command = ["nmap", "-n", "-Pn", *words, "-p", ",".join(map(str, ports)), "-oG", "-", addresses]
    began = time.monotonic()
    try:
        told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=patience).stdout
    except subprocess.TimeoutExpired:
        return {}, time.monotonic() - began, False
    found: dict[str, list[int]] = {}
    for line in told.splitlines():
        if "Ports: " in line:
            listed = line.split("Ports: ")[1].split("\t")[0].split(", ")
            found[line.split()[1]] = [int(each.split("/")[0]) for each in listed if "/open/" in each]
    return found, time.monotonic() - began, True


def hits(found: dict[str, list[int]]) -> tuple[int, int]:
    """How many services are found, and how many that are none."""
    real = {(address, port) for address, ports in truth().items() for port in ports}
    said = {(address, port) for address, ports in found.items() for port in ports}
    return len(real & said), len(said - real)


def opened(found: Found) -> dict[str, list[int]]:
    """The open ports of what we found."""
    return {address: [port for port, is_open in ports.items() if is_open] for address, ports in found.items()}


@dataclass(frozen=True, slots=True)
class Run:
    """One way, once: seconds, services found, and those said that are none."""

    seconds: float
    services: int
    false: int


def median(runs: list[Run]) -> float:
    """Seconds."""
    return statistics.median(run.seconds for run in runs)


def ratio(peers: list[Run], runs: list[Run]) -> float:
    """The median over the rounds of how many times as fast as the peer we were, each round for itself: the machine's speed drifts."""
    return round(statistics.median(peer.seconds / run.seconds for peer, run in zip(peers, runs, strict=True)), 2)


def measure(rounds: int) -> dict[str, object]:
    """The figures; in the namespaces."""
    ports, addresses = thousand_ports(), list(truth())
    load = os.getloadavg()[0]
    ways: dict[str, list[Run]] = {"syn": [], "connects": [], "nmap": [], "nmap connects": []}
    packets = 0
    for _ in range(rounds):
        found, took, packets = ours(addresses, ports)
        ways["syn"].append(Run(took, *hits(opened(found))))
        for name, words in (("nmap", "-sS"), ("nmap connects", "-sT")):
            told, took, _ = nmap([words], "10.99.1.1-250", ports, 120)
            ways[name].append(Run(took, *hits(told)))
            if name == "nmap":
                found, took, _ = ours(addresses, ports, raw=False)
                ways["connects"].append(Run(took, *hits(opened(found))))
    silent, silent_took, silent_packets = ours(SILENT, ports)
    _, nmap_silent, ended = nmap(["-sS", "--max-retries", "1"], "10.99.2.1-254", ports, NMAP_PATIENCE)
    best = median(ways["syn"])
    figures: dict[str, object] = {
        "hosts": len(addresses),
        "ports": len(ports),
        "rounds": rounds,
        "seconds": round(best, 2),
        "probes_per_second": round(len(addresses) * len(ports) / best),
        "packets": packets,
        "services": sum(map(len, truth().values())),
        "services_found": min(run.services for run in ways["syn"]),
        "false_services": max(run.false for run in ways["syn"]),
        "ratio_to_nmap": ratio(ways["nmap"], ways["syn"]),
        "connects_seconds": round(median(ways["connects"]), 2),
        "connects_services_found": min(run.services for run in ways["connects"]),
        "connects_ratio_to_nmap": ratio(ways["nmap"], ways["connects"]),
        "silent_hosts": len(SILENT),
        "silent_seconds": round(silent_took, 2),
        "silent_packets": silent_packets,
        "silent_answers": len(opened(silent)) - sum(not ports for ports in opened(silent).values()),
        "silent_ratio_to_nmap": round(nmap_silent / silent_took, 1),
        "silent_nmap_ended": ended,
        "load_before": round(load, 2),
    }
    peers = {
        words: {"seconds": round(median(ways[name]), 2), "services_found": min(run.services for run in ways[name])}
        for name, words in (("nmap", "nmap -sS"), ("nmap connects", "nmap -sT"))
    } | {
        "nmap -sS, silent hosts, two passes": {"seconds": round(nmap_silent, 2), "ended": ended},
    }
    return {"name": "tcp_sweep", "machine": platform.platform(), "figures": figures, "peers": peers}


def with_targets(rounds: int) -> dict[str, object]:
    """Make the link to a second namespace and measure; everything ends with the processes."""

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True)

    command = ["unshare", "--net", sys.executable, "-m", "bench.tcp_targets"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            process = child.stdout.readline().strip()
            ip("link", "set", "lo", "up")
            ip("link", "add", "agent", "type", "veth", "peer", "name", "target")
            ip("link", "set", "target", "netns", process)
            ip("addr", "add", "10.98.0.1/24", "dev", "agent")
            ip("link", "set", "agent", "up", "txqueuelen", "10000")
            child.stdin.write("\n")
            child.stdin.flush()
            if json.loads(child.stdout.readline()) != truth():
                raise SystemExit("the targets are not what they should be")
            ip("route", "add", "10.99.0.0/16", "via", "10.98.0.2")
            return measure(rounds)
        finally:
            child.stdin.close()
            child.wait(timeout=10)


def main() -> None:
    """Print a table, or one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if INSIDE not in os.environ:
        missing = [program for program in ("nmap", "unshare", "ip") if shutil.which(program) is None]
        if missing or os.geteuid() != 0:
            raise SystemExit(f"needs root and {', '.join(missing) or 'nothing else'}")
        command = ["unshare", "--net", sys.executable, "-m", "bench.tcp_sweep", *sys.argv[1:]]
        raise SystemExit(subprocess.run(command, check=False, env={**os.environ, INSIDE: "1"}).returncode)
    show(with_targets(chosen.rounds), as_json=chosen.json, width=36, parts=("figures", "peers"))


if __name__ == "__main__":
    main()
