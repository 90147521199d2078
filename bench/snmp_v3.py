"""SNMPv3 authPriv (SHA-256, AES): reading agents that were never asked before, ours through the network door against pysnmp as
its examples use it, in one run.

`python -m bench.snmp_v3 [--agents 40] [--rounds 3] [--json]`. The agents are pysnmp's own, in a process of theirs on loopback, each with an
engine of its own; both sides read the same four values. Ends by itself.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address

from pysnmp.hlapi.v3arch import asyncio as pysnmp

from bench.peers import permit, show
from inventory.endpoint import Endpoint
from scanner.door import Door, Guest
from scanner.net import SocketWire
from scanner.pace import Pace
from scanner.probes.snmp import AUTHORISED
from scanner.wire.usm import read_as_user

FIRST = "127.48.0.1"
USER = {
    "user": "reader",
    "authentication": "sha256",
    "authentication_password": "bench-authentication",
    "privacy": "aes",
    "privacy_password": "bench-privacy",
}
AGENTS = """
import asyncio, json, sys
from ipaddress import IPv4Address
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context
first, count, user = int(IPv4Address(sys.argv[1])), int(sys.argv[2]), json.loads(sys.argv[3])
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
where, kept = [], []
for place in range(count):
    served = engine.SnmpEngine()
    transport = udp.UdpTransport().open_server_mode((str(IPv4Address(first + place)), 0))
    config.add_transport(served, udp.DOMAIN_NAME, transport)
    config.add_v3_user(served, user["user"], config.USM_AUTH_HMAC192_SHA256, user["authentication_password"],
                       config.USM_PRIV_CFB128_AES, user["privacy_password"])
    config.add_vacm_user(served, 3, user["user"], "authPriv", (1, 3, 6, 1, 2, 1))
    kept.append((served, cmdrsp.GetCommandResponder(served, context.SnmpContext(served))))
    loop.run_until_complete(transport._lport)
    where.append(transport.transport.get_extra_info("sockname"))
print(json.dumps(where), flush=True)
loop.add_reader(sys.stdin, loop.stop)
loop.run_forever()
"""
Where = Sequence[tuple[str, int]]


async def ours(where: Where) -> int:
    """How many agents gave all values, through the door."""
    allowed = permit()
    door = Door(allowed, SocketWire(), Pace(allowed.pace, time.monotonic))
    whole = 0
    for address, port in where:
        recorder = door.recorder("snmp", Endpoint(address, "udp", port), Guest("server", 2))
        whole += len(await read_as_user(recorder, USER, AUTHORISED)) == len(AUTHORISED)
    return whole


async def read_with(engine: pysnmp.SnmpEngine, address: str, port: int) -> bool:
    """One agent, as pysnmp's examples do it."""
    user = pysnmp.UsmUserData(
        USER["user"],
        USER["authentication_password"],
        USER["privacy_password"],
        authProtocol=pysnmp.USM_AUTH_HMAC192_SHA256,
        privProtocol=pysnmp.USM_PRIV_CFB128_AES,
    )
    target = await pysnmp.UdpTransportTarget.create((address, port), timeout=2, retries=1)
    asked = [pysnmp.ObjectType(pysnmp.ObjectIdentity(name)) for name in AUTHORISED.values()]
    trouble, status, _, values = await pysnmp.get_cmd(
        engine, user, target, pysnmp.ContextData(), *asked, lookupMib=False
    )
    return not trouble and not status and len(values) == len(AUTHORISED)


async def one_engine_each(where: Where) -> int:
    """pysnmp with a new engine for each agent."""
    whole = 0
    for address, port in where:
        engine = pysnmp.SnmpEngine()
        whole += await read_with(engine, address, port)
        engine.close_dispatcher()
    return whole


async def one_engine(where: Where) -> int:
    """pysnmp with one engine for all agents."""
    engine = pysnmp.SnmpEngine()
    whole = sum([await read_with(engine, address, port) for address, port in where])
    engine.close_dispatcher()
    return whole


def rate(read: Callable[[Where], Awaitable[int]], where: Where) -> tuple[float, int]:
    """Agents a second, and how many did not give everything."""

    async def everything() -> int:
        return await read(where)

    began = time.monotonic()
    whole = asyncio.run(everything())
    return whole / (time.monotonic() - began), len(where) - whole


def measure(where: Where, rounds: int) -> dict[str, object]:
    """The figures."""
    ways = {"ours": ours, "pysnmp, an engine each": one_engine_each, "pysnmp, one engine": one_engine}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    lost = dict.fromkeys(ways, 0)
    load = os.getloadavg()[0]
    for _ in range(rounds):
        for name, read in ways.items():
            speed, missing = rate(read, where)
            rates[name].append(speed)
            lost[name] = max(lost[name], missing)

    def ratio(peer: str) -> float:
        return round(statistics.median(o / p for o, p in zip(rates["ours"], rates[peer], strict=True)), 2)

    figures: dict[str, object] = {
        "agents": len(where),
        "rounds": rounds,
        "agents_per_second": round(statistics.median(rates["ours"]), 1),
        "lost": lost["ours"],
        "ratio_to_an_engine_each": ratio("pysnmp, an engine each"),
        "ratio_to_one_engine": ratio("pysnmp, one engine"),
        "load_before": round(load, 2),
    }
    peers = {
        name: {"agents_per_second": round(statistics.median(rates[name]), 1), "lost": lost[name]}
        for name in ways
        if name != "ours"
    }
    return {"name": "snmp_v3", "machine": platform.platform(), "figures": figures, "peers": peers}


def main() -> None:
    """Print a table, or one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    command = [sys.executable, "-c", AGENTS, str(IPv4Address(FIRST)), str(chosen.agents), json.dumps(USER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            where = [(str(address), int(port)) for address, port in json.loads(child.stdout.readline())]
            result = measure(where, chosen.rounds)
        finally:
            child.stdin.close()
            child.wait(timeout=10)
    show(result, as_json=chosen.json, width=28, parts=("figures", "peers"))


if __name__ == "__main__":
    main()
