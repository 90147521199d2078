"""The standard audit of the lab city against nmap with its scripts, on the same hosts and TCP ports: time, services found
against the city's own description, and the facts that each of the two delivered.

`python -m bench.audit [--up] [--limit 1800] [--json]`, as root; `--up` starts the city and takes it down again. Ours runs from the
office at the permit's pace, over every host of the permit. nmap runs unpaced, from the same place, one process for each list
of ports, all at once, and neither on fragile classes, which it would break, nor on hosts that answer nonsense on purpose: what
it is spared counts for it. Where nmap is not done after the limit, its time is at least that.
"""

import argparse
import json
import platform
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import iterparse

from bench.peers import ROOM
from inventory.asset import FRAGILE_CLASSES
from inventory.fact import all_tables
from inventory.store import Store
from lab.city import City, Host, load_city
from scanner.nmap_program import WORDS

SCRIPTS = "ssl-enum-ciphers,ssh2-enum-algos,snmp-info"
LAB = (sys.executable, "-m", "lab")
CHENGJIAN = (sys.executable, "-m", "scanner.cli")
POLL = 0.2  # seconds

# What speaks on a port, in one word: the city's words and the two tools' mean the same where they stand for the same protocol.
SAME = {
    "https": "http",
    "mqtts": "mqtt",
    "kingbase": "postgresql",
    "https-alt": "http",
    "http-alt": "http",
    "mosquitto": "mqtt",
    **dict.fromkeys(("portmapper", "rpcbind", "mountd"), "nfs"),  # on its port the city names what it leads to
}
OVER_HTTP = frozenset(
    {
        "consul",
        "docker",
        "elasticsearch",
        "etcd",
        "influxdb",
        "kubernetes",
        "kubelet",
        "nacos",
        "prometheus",
        "redfish",
        "hadoop",
    }
)
Endpoint = tuple[str, int]
Services = dict[Endpoint, str]


@dataclass
class Told:
    """What one tool said: protocols by endpoint, and how many endpoints (or hosts) each kind of fact was delivered for."""

    seconds: float
    finished: bool = True
    services: Services = field(default_factory=dict)
    facts: Counter[str] = field(default_factory=Counter)


def one_word(name: str | None) -> str:
    """The protocol of a name, HTTP for everything that speaks HTTP."""
    first = (name or "").partition(" ")[0]  # nmap's scripts may add a version to the name
    word = WORDS.get(first, first)
    word = SAME.get(word, word)
    return "http" if word in OVER_HTTP else word


def compared(city: City) -> list[Host]:
    """Hosts that both look at: not excluded, not fragile, and none that answers nonsense on purpose, at which nmap does not end."""
    return [
        host
        for host in city.hosts
        if not host.excluded
        and not host.behaviour
        and host.device_class not in FRAGILE_CLASSES
        and all(service.protocol != "unknown" for service in host.services)
    ]


def described(hosts: Iterable[Host]) -> Services:
    """The services that the city says run over TCP, but those behind a blocked port."""
    return {
        (address, service.port): one_word(service.protocol)
        for host in hosts
        for service in host.services
        if service.transport == "tcp" and service.port not in host.blocked
        for address in host.addresses()
    }


def ours(folder: Path) -> tuple[Told, dict[str, set[int]]]:
    """Scan the whole city; also the TCP ports asked of each address."""
    permit, workspace = folder / "permit.yaml", folder / "city.db"
    subprocess.run([*LAB, "permit", "-o", str(permit)], check=True, capture_output=True)
    words = [*LAB, "run", "--", *CHENGJIAN, "scan", str(permit), "--workspace", str(workspace)]
    began = time.monotonic()
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    told = Told(time.monotonic() - began)
    if done.returncode not in (0, 1):
        raise SystemExit(f"the scan failed:\n{done.stderr[-2000:]}")
    ports: dict[str, set[int]] = defaultdict(set)
    with Store.open(workspace) as store:
        scan = store.scan()["id"]
        where = {question.id: question.endpoint for question in store.questions(scan)}
        for endpoint in where.values():
            if endpoint.transport == "tcp" and endpoint.port:
                ports[endpoint.address].add(endpoint.port)
        for table in all_tables():
            rows = store.facts(scan, table)
            told.facts[table] = sum(1 for facts in rows.values() if facts)
            if table == "service":
                for question, facts in rows.items():
                    spoken = [getattr(fact, "protocol", None) for fact in facts]
                    endpoint = where[question]
                    if endpoint.transport == "tcp" and spoken and spoken[0]:
                        told.services[endpoint.address, endpoint.port] = one_word(spoken[0])
    return told, ports


def read_nmap(path: Path, told: Told) -> None:
    """Add what one nmap said, up to where it was cut off."""
    try:
        for _, element in iterparse(path, events=("end",)):
            if element.tag == "host":
                _read_host(element, told)
    except (ParseError, OSError):
        return


def _read_host(host: Element, told: Told) -> None:
    where = next(each.get("addr", "") for each in host.iter("address") if each.get("addrtype") != "mac")
    told.facts["operating system guessed (-O)"] += host.find("os/osmatch") is not None
    for port in host.iter("port"):
        state, service = port.find("state"), port.find("service")
        if state is None or state.get("state") != "open" or service is None:
            continue
        if service.get("method") == "probed":
            told.services[where, int(port.get("portid", "0"))] = one_word(service.get("name"))
            told.facts["service named (-sV)"] += 1
            told.facts["product named (-sV)"] += service.get("product") is not None
        for script in port.iter("script"):
            told.facts[script.get("id", "")] += 1


def nmap(ports: Mapping[str, set[int]], hosts: Iterable[Host], folder: Path, limit: float) -> Told:
    """nmap over the same hosts and ports, one process for each list of ports, all of them at once."""
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for host in hosts:
        for address in host.addresses():
            groups[tuple(sorted(ports.get(address, ())))].append(address)
    began, running = time.monotonic(), {}
    for number, (listed, addresses) in enumerate(sorted(groups.items())):
        if listed:
            out = folder / f"nmap-{number}.xml"
            words = ["nmap", "-n", "-sS", "-sV", "-O", "--script", SCRIPTS, "-p", ",".join(map(str, listed))]
            running[out] = subprocess.Popen(
                [*LAB, "run", "--", *words, "-oX", str(out), *addresses],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    while any(each.poll() is None for each in running.values()) and time.monotonic() - began < limit:
        time.sleep(POLL)
    told = Told(time.monotonic() - began, all(each.poll() is not None for each in running.values()))
    for out, process in running.items():
        if process.poll() is None:
            process.terminate()
        process.wait()
        read_nmap(out, told)
    return told


def score(said: Services, right: Services) -> dict[str, float | int | list[str]]:
    """Recall and precision of named services . A port that the city does not describe counts neither way
    (servers bring some of their own); another name than the described one is wrong."""
    within = {endpoint: name for endpoint, name in said.items() if endpoint in right}
    correct = [endpoint for endpoint, name in within.items() if right[endpoint] == name]
    wrong = [f"{a}:{p} {name}, is {right[a, p]}" for (a, p), name in sorted(within.items()) if right[a, p] != name]
    return {
        "described": len(right),
        "named": len(within),
        "recall": round(len(correct) / len(right), 3),
        "precision": round(len(correct) / max(1, len(within)), 3),
        "wrong": wrong,
    }


def run(limit: float) -> dict[str, Any]:
    """The figures, with the city up."""
    folder = (ROOM / "audit" / str(time.time_ns())).absolute()
    folder.mkdir(parents=True)
    hosts = compared(load_city())
    right = described(hosts)
    we, ports = ours(folder)
    they = nmap(ports, hosts, folder, limit)
    figures = {
        "hosts_ours": len(ports),
        "hosts_nmap": sum(len(host.addresses()) for host in hosts),
        "seconds": round(we.seconds, 1),
        "ratio_to_nmap": round(they.seconds / we.seconds, 2),
        "services": score(we.services, right),
        "facts": {name: count for name, count in sorted(we.facts.items()) if count},
    }
    peer = {
        "seconds": round(they.seconds, 1),
        "finished": they.finished,
        "services": score(they.services, right),
        "facts": dict(sorted(they.facts.items())),
    }
    return {"name": "audit", "machine": platform.platform(), "figures": figures, "peers": {"nmap": peer}}


def table(result: Mapping[str, Any]) -> str:
    """The result for people."""
    lines = []
    for name, told in (("chengjian", result["figures"]), ("nmap", result["peers"]["nmap"])):
        plain = {key: value for key, value in told.items() if key not in ("services", "facts")}
        lines.append(f"{name}: " + ", ".join(f"{key} {value}" for key, value in plain.items()))
        lines.append(
            "  services: " + ", ".join(f"{key} {value}" for key, value in told["services"].items() if key != "wrong")
        )
        lines += [f"    wrong: {each}" for each in told["services"]["wrong"]]
        lines.append(
            "  endpoints or hosts with facts: " + ", ".join(f"{key} {value}" for key, value in told["facts"].items())
        )
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--up", action="store_true", help="start the city first, and take it down at the end")
    parser.add_argument("--limit", type=float, default=1800, help="seconds for nmap (default: %(default)s)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.up:
        subprocess.run([*LAB, "up"], check=True)
    try:
        result = run(chosen.limit)
    finally:
        if chosen.up:
            subprocess.run([*LAB, "down"], check=True)
    print(json.dumps(result, ensure_ascii=False) if chosen.json else table(result))


if __name__ == "__main__":
    main()
