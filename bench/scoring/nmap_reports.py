"""nmap reports: hosts, ports and services equal to the truth; cut-off files keep every complete host; hostile ones refused."""

import time
from pathlib import Path
from typing import Any

from bench.scoring.figure import Figure, read_lines
from inventory.errors import ImportFormatError
from inventory.imports.nmap_xml import Host, Service, read_report

# Their names for our fields of a port.
PORT = {"name": "name", "product": "product", "version": "version", "extrainfo": "extra", "ostype": "os_type"}
PORT |= {"devicetype": "device_type", "tunnel": "tunnel", "method": "method", "conf": "conf"}


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    hosts = hosts_right = ports = ports_right = cut = cut_right = hostile = hostile_right = 0
    for record in read_lines(folder / "nmap_xml" / "truth.jsonl"):
        truth, file = record["truth"], folder / "nmap_xml" / record["file"]
        started = time.perf_counter()
        try:
            report = read_report(file)
        except ImportFormatError:
            report = None
        seconds = time.perf_counter() - started
        if truth.get("hostile"):
            hostile, hostile_right = hostile + 1, hostile_right + (report is None and seconds < 1)
        elif not truth["wellformed"]:
            kept = (
                report is not None and not report.complete and len(report.hosts) == truth["complete_hosts_before_error"]
            )
            cut, cut_right = cut + 1, cut_right + kept
        else:
            found = report.hosts if report else ()
            for index, wanted in enumerate(truth["hosts"]):
                host = found[index] if index < len(found) else None
                right, right_ports = (_host(host, wanted)) if host else (False, 0)
                hosts, hosts_right = hosts + 1, hosts_right + (right and len(found) == len(truth["hosts"]))
                ports, ports_right = ports + len(wanted["ports"]), ports_right + right_ports
                if not right and misses > 0:
                    misses -= 1
                    print(f"  {record['id']} {str(wanted)[:200]} for {str(host)[:300]}")
    return [
        Figure("nmap_xml", "hosts", hosts_right, hosts, 1.0),
        Figure("nmap_xml", "ports and services", ports_right, ports, 1.0),
        Figure("nmap_xml", "cut-off files keep complete hosts", cut_right, cut, 1.0),
        Figure("nmap_xml", "hostile files refused within 1 s", hostile_right, hostile, 1.0),
    ]


def _host(host: Host, truth: dict[str, Any]) -> tuple[bool, int]:
    matches = [(match["name"], str(match["accuracy"])) for match in truth.get("osmatch", [])]
    right = (
        host.status == truth["status"]
        and [list(address) for address in host.addresses] == [[row["addr"], row["type"]] for row in truth["addresses"]]
        and list(host.hostnames) == truth["hostnames"]
        and [(match.name, str(match.accuracy)) for match in host.os_matches[:3]] == matches[:3]
        and len(host.services) == len(truth["ports"])
    )
    pairs = zip(host.services, truth["ports"], strict=False)
    return right, sum(_port(service, wanted) for service, wanted in pairs)


def _port(service: Service, truth: dict[str, Any]) -> bool:
    return (
        (service.transport, service.port, service.state) == (truth["proto"], truth["port"], truth["state"])
        and all(getattr(service, ours) == truth.get(theirs) for theirs, ours in PORT.items())
        and list(service.cpe) == truth.get("cpe", [])
        and list(service.scripts) == truth.get("scripts", [])
    )
