"""SNMP: 50,678 agents on loopback, our sweep under permit and pace, against the machine's own limit and gufo-snmp, in one run.

`python -m bench.snmp_sweep [--agents 50678] [--peer-agents 10000] [--rounds 3] [--json]`. Agents and limit are `bench/c/snmp.c`,
compiled by this script; agents, sweep and kernel share the machine's cores. Every answer is decoded within the measured time. Besides:
a tenth of the agents silent (2 s, one retry), and how well the pace of a permit is kept. Under a minute; ends by itself.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

from bench.peers import ROOM, environment, permit, show
from scanner.door import Door, Guest
from scanner.gate import sealed
from scanner.net import SocketWire, SweepSocket
from scanner.pace import Pace
from scanner.sweep.snmp import ACT, Question, sweep

FIRST = "127.46.0.1"
COUNT = 50_678
SILENT_EVERY = 10
PACED = (2_000, 6_000)  # datagrams a second, agents
GUFO = """
import asyncio, json, sys, time
from ipaddress import IPv4Address
from gufo.snmp.aio import SnmpSession
port, first, count = int(sys.argv[1]), int(IPv4Address(sys.argv[2])), int(sys.argv[3])
names = ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0"]
waiting, answered = iter(range(count)), 0
async def work():
    global answered
    for place in waiting:
        async with SnmpSession(str(IPv4Address(first + place)), port=port, community="public", timeout=2.0) as session:
            whole = len(await session.get_many(names)) == 3
            answered += whole
async def everything():
    await asyncio.gather(*(work() for _ in range(500)))
began = time.monotonic()
asyncio.run(everything())
print(json.dumps({"answered": answered, "seconds": time.monotonic() - began}))
"""


def compiled() -> Path | None:
    """The program of `bench/c/snmp.c`; None without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    ROOM.mkdir(parents=True, exist_ok=True)
    program = (ROOM / "snmp").absolute()
    source = Path(__file__).parent / "c" / "snmp.c"
    subprocess.run([compiler, "-O2", "-pthread", "-o", str(program), str(source)], check=True)
    return program


@contextlib.contextmanager
def agents(program: Path, silent_every: int = 0) -> Iterator[int]:
    """Agents on all of loopback; their port. They end with us."""
    command = [str(program), "respond", "2", str(silent_every)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            yield int(child.stdout.readline())
        finally:
            child.stdin.close()
            child.wait(timeout=10)


class Watched:
    """A socket that remembers when datagrams left."""

    def __init__(self, plain: SweepSocket) -> None:
        self.plain = plain
        self.left: list[tuple[float, int]] = []

    def send(self, size: int, data: bytes, peers: bytes) -> None:
        """See SweepWire."""
        self.left.append((time.monotonic(), len(data) // size))
        self.plain.send(size, data, peers)

    def receive(self) -> Iterator[tuple[bytes, bytes]]:
        """See SweepWire."""
        return self.plain.receive()

    def pace(self) -> float:
        """Datagrams a second from the first burst to the last, which is not counted: it has its time after it."""
        return sum(count for _, count in self.left[:-1]) / (self.left[-1][0] - self.left[0][0])


def ours(port: int, count: int, packets: int = 1_000_000) -> tuple[int, float, float]:
    """Our sweep: how many answers could be decoded to three values, the seconds all of it took, and the pace of sending."""
    limits = permit().pace.model_copy(update={"zone_packets": packets, "total_packets": packets})
    allowed = permit().model_copy(update={"acts": (ACT,), "pace": limits})
    door = Door(allowed, SocketWire(), Pace(limits, time.monotonic))
    first = int(IPv4Address(FIRST))
    addresses = [str(IPv4Address(first + place)) for place in range(count)]
    began, question = time.monotonic(), Question(b"public")
    with contextlib.closing(SweepSocket()) as plain, sealed():
        wire = Watched(plain)
        swept = asyncio.run(sweep(door, wire, addresses, Guest("server", 2), question, port=port))
    decoded = sum(len(question.bindings(data)) == 3 for data in swept.answers.values())
    return decoded, time.monotonic() - began, wire.pace()


def limit(program: Path, port: int, count: int) -> dict[str, float]:
    """The same question by the C program, which looks at nothing but the sender's address."""
    request = Question(b"public").messages([0x01020304]).hex()
    told = subprocess.run(
        [str(program), "sweep", str(port), FIRST, str(count), request], check=True, capture_output=True, timeout=60
    )
    return dict(json.loads(told.stdout))


def gufo(port: int, count: int) -> dict[str, float] | None:
    """gufo-snmp, 500 tasks; None where it cannot be installed."""
    python = environment("gufo-snmp", "gufo-snmp")
    if python is None:
        return None
    command = [str(python), "-c", GUFO, str(port), FIRST, str(count)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout))


def ratio(rates: list[float], peers: list[float]) -> float:
    """The median over the rounds of how many times as fast we were, each round for itself: the machine's speed drifts."""
    return round(statistics.median(one / other for one, other in zip(rates, peers, strict=True)), 2)


def run(count: int, peer_count: int, rounds: int) -> dict[str, object]:
    """The figures."""
    program = compiled()
    if program is None:
        raise SystemExit("no C compiler: there are neither agents nor a limit to compare with")
    load = os.getloadavg()[0]
    rates, limits, peer_rates, lost, peer_lost = list[float](), list[float](), list[float](), 0, 0
    with agents(program) as port:
        for _ in range(rounds):
            decoded, seconds, _ = ours(port, count)
            rates.append(decoded / seconds)
            lost = max(lost, count - decoded)
            told = limit(program, port, count)
            limits.append(told["answered"] / told["seconds"])
            peer = gufo(port, peer_count)
            if peer is not None:
                peer_rates.append(peer["answered"] / peer["seconds"])
                peer_lost = max(peer_lost, peer_count - int(peer["answered"]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _, _, paced = ours(port, PACED[1], PACED[0])
    with agents(program, SILENT_EVERY) as port:
        decoded, silent_seconds, _ = ours(port, count)
    first = int(IPv4Address(FIRST))
    figures: dict[str, object] = {
        "agents": count,
        "agents_per_second": round(statistics.median(rates)),
        "lost": lost,
        "peak_mb": round(peak, 1),
        "limit_per_second": round(statistics.median(limits)),
        "ratio_to_limit": ratio(rates, limits),
        "tenth_silent_seconds": round(silent_seconds, 2),
        "tenth_silent_answered": decoded,
        "tenth_silent_expected": sum((first + place) % SILENT_EVERY != 0 for place in range(count)),
        "paced_asked_per_second": PACED[0],
        "paced_measured_per_second": round(paced, 1),
        "paced_off_percent": round(100 * abs(paced / PACED[0] - 1), 2),
        "load_before": round(load, 2),
    }
    peers: dict[str, object] = {}
    if peer_rates:
        speed = round(statistics.median(peer_rates))
        peers["gufo-snmp"] = {"agents": peer_count, "lost": peer_lost, "agents_per_second": speed}
        figures["ratio_to_gufo"] = ratio(rates, peer_rates)
    return {"name": "snmp_sweep", "machine": platform.platform(), "figures": figures, "peers": peers}


def main() -> None:
    """Print a table, or one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=COUNT)
    parser.add_argument("--peer-agents", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    result = run(chosen.agents, chosen.peer_agents, chosen.rounds)
    show(result, as_json=chosen.json, width=28, peer="gufo-snmp")


if __name__ == "__main__":
    main()
