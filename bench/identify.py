"""How many lines a second identification takes, on mixed lines that are all different.

usage: python bench/identify.py [--lines N] [--json]
"""

import argparse
import json
import platform
import resource
import time

from inventory.identify import identify_lines

TEMPLATES = (
    {"kind": "banner", "protocol": "ssh", "banner": "SSH-2.0-OpenSSH_8.{n}p1 Debian-{n}"},
    {"kind": "banner", "protocol": "http.server", "banner": "nginx/1.{n}.0 (Ubuntu)"},
    {"kind": "banner", "protocol": "http.title", "banner": "Welcome to the portal number {n}"},
    {"kind": "banner", "protocol": "ftp", "banner": "ProFTPD 1.3.{n} Server (Debian) [192.0.2.1]"},
    {"kind": "banner", "protocol": "mysql", "banner": "5.7.{n}-TiDB-v6.5.{n}"},
    {"kind": "banner", "protocol": "x509.subject", "banner": "CN=host{n},OU=FortiGate,O=Fortinet,L=Sunnyvale,C=US"},
    {
        "kind": "snmp",
        "sysDescr": "Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170 (S57{n} V200R019C10)",
        "sysObjectID": "1.3.6.1.4.1.2011.2.23.{n}",
        "sysName": "switch-{n}",
    },
    {
        "kind": "snmp",
        "sysDescr": "Linux host{n} 5.10.0-{n}-amd64 #1 SMP Debian x86_64",
        "sysObjectID": "1.3.6.1.4.1.8072.3.2.10",
        "oids": {"1.3.6.1.4.1.6574.1.5.3.0": "DSM 7.1-{n}"},
    },
    {"kind": "mac", "mac": "00:e0:fc:{n:02x}:00:01"},
    {"kind": "enterprise", "number": 35047},
)


def lines(count: int) -> list[str]:
    """Mixed lines: as many templates in turn, each filled with its own number."""
    made = []
    for index in range(count):
        template = TEMPLATES[index % len(TEMPLATES)]
        text = json.dumps({"id": str(index), **template})
        made.append(text.replace("{n:02x}", f"{index % 256:02x}").replace("{n}", str(index)))
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    work = lines(min(arguments.lines, 1_000_000))
    started = time.perf_counter()
    list(identify_lines(work[: len(TEMPLATES)]))
    ready = time.perf_counter() - started
    started, cpu_started = time.perf_counter(), time.process_time()
    count = sum(1 for _ in identify_lines(work))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    figures = {
        "lines_per_second": round(count / seconds),
        "lines_per_cpu_second": round(count / cpu_seconds),
        "seconds_to_first_line": round(ready, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    if arguments.json:
        print(json.dumps({"name": "identify", "machine": platform.platform(), "figures": figures, "peers": {}}))
    else:
        for name, value in figures.items():
            print(f"{name:24} {value}")


if __name__ == "__main__":
    main()
