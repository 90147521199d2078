"""What nmap tells of whole zones at once: which ports are shut, which products it knows there, and that a trouble host is mute
or answers everywhere. Read from its output in lines (`-oG`)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lab.city import City, Host, Zone
from lab.confirmation import Words
from lab.observed import CONFIRMED, CONTRADICTED, WITHOUT_SIGN, Observed
from lab.truth import Truth

NMAP = ("nmap", "-n", "-Pn")
PORTS_AT_ONCE = ("--max-retries", "3", "-oG", "-")
MUTE_AT_ONCE = ("-T4", "--max-retries", "1", "-oG", "-")
WHO_IS_THERE = ("-sV", "--version-light", "-oG", "-")
SHUT, OPEN = ("closed", "filtered"), "open"
# What nmap would call a product of a layer that the truth says shows nothing; by subject, else by rule.
PRODUCTS = {
    "component, application": r"OpenSSH|vsftpd|Dovecot|[Kk]amailio|BIND|dnsmasq|net-snmp|Prometheus|Exim|ProFTPD|CUPS",
    "component, middleware": r"nginx|Tomcat|Apache|ZooKeeper|Consul|Nacos|RabbitMQ|Jetty|lighttpd|WebLogic",
    "component, database": r"Redis|MySQL|MariaDB|Memcached|MongoDB|Elasticsearch|InfluxDB|CouchDB|Oracle|etcd",
    "component, operating system": r"Debian|Ubuntu|deb\d+u\d|Windows|CentOS|Red Hat|Kylin|Linux",
    "component, network": r"Comware|Huawei|VRP|Cisco|IOS|Ruijie|Juniper|router|switch",
    "component, industrial control": r"Siemens|SIMATIC|Schneider|Modicon|Rockwell|Omron|PLC|WinCC",
    "component, video": r"Hikvision|Dahua|Uniview|camera|webcam|DVR",
    "component, cloud": r"Docker|Kubernetes|VMware|libvirt|Proxmox|OpenStack",
    "da-cryptography-origin": r"GmSSL|HSM|cipher machine|Sansec",
    "da-firmware-origin": r"firmware|BIOS|UEFI|iLO|iDRAC|iBMC",
    "da-iot-origin": r"LwM2M|LoRa|Zigbee|IoT",
    "da-processor": r"Kunpeng|Phytium|Loongson|Hygon|Xeon|EPYC|x86|aarch64",
    "da-security": r"[Ff]irewall|FortiGate|PAN-OS|SonicWALL|Sangfor|VPN",
    "da-time-source-origin": r"Meinberg|Symmetricom|Trimble|chrony",
}
PRODUCTS["component, operating system that stands in the announced list"] = PRODUCTS["component, operating system"]


@dataclass(frozen=True)
class Sweeps:
    """The runs of nmap: zone → over the default ports, zone → over the ports that are open, address → of a trouble host."""

    ports: Mapping[str, Words] = field(default_factory=dict)
    products: Mapping[str, Words] = field(default_factory=dict)
    troubled: Mapping[str, Words] = field(default_factory=dict)

    def commands(self) -> tuple[Words, ...]:
        return (*self.ports.values(), *self.products.values(), *self.troubled.values())

    def words(self, row: Truth) -> Words | None:
        """The run that can tell of this row."""
        if row.address in self.troubled:
            return self.troubled[row.address]
        return (self.ports if row.ports else self.products).get(row.zone)


def frail(host: Host) -> bool:
    """Must nothing but its own protocol be said to it, or nothing at all?"""
    fragile = any(service.settings.get("fragile") for service in host.services)
    return host.excluded or host.behaviour != "" or fragile


def askable(city: City, zone: Zone) -> list[Host]:
    """The hosts of a zone that a sweep may touch."""
    return [host for host in city.hosts if host.zone == zone.name and not frail(host)]


def sweeps(city: City, rows: Iterable[Truth]) -> Sweeps:
    """Over the default ports of every group, and what listens where the description says so, on all hosts that may be asked."""
    default = sorted({port for row in rows for port in row.ports})
    ports, products = {}, {}
    for zone in city.zones:
        there = askable(city, zone)
        addresses = [address for host in there for address in host.addresses()]
        if there:
            ports[zone.name] = (*NMAP, *_scan(default), *PORTS_AT_ONCE, *addresses)
            listening = sorted({f"{each.transport}/{each.port}" for host in there for each in host.services})
            products[zone.name] = (*NMAP, *_scan(listening), *WHO_IS_THERE, *addresses)
    troubled = {
        host.address: (
            *NMAP,
            *_scan([each for each in default if each.startswith("tcp/")]),
            *MUTE_AT_ONCE,
            host.address,
        )
        for host in city.hosts
        if host.behaviour and not host.excluded
    }
    return Sweeps(ports, products, troubled)


def _scan(ports: Iterable[str]) -> Words:
    """nmap's words for ports such as tcp/22."""
    kinds = {kind: [port.split("/")[1] for port in ports if port.startswith(kind)] for kind in ("tcp", "udp")}
    options = [option for option, kind in (("-sS", "tcp"), ("-sU", "udp")) if kinds[kind]]
    listed = [f"{kind[0].upper()}:{','.join(numbers)}" for kind, numbers in kinds.items() if numbers]
    return (*options, "-p", ",".join(listed))


def _line(address: str, said: str) -> re.Match[str] | None:
    """nmap's line about the ports of an address: the ports, and what all others are."""
    where = re.escape(address)
    return re.search(rf"^Host: {where} .*Ports: ([^\t\n]*)(?:\tIgnored State: (\S+))?", said, re.MULTILINE)


def opened(address: str, said: str) -> set[int]:
    """The TCP ports of an address that nmap found open."""
    line = _line(address, said)
    return {int(port) for port in re.findall(r"(\d+)/open/tcp", line[1])} if line else set()


def states(row: Truth, said: str) -> dict[str, str] | None:
    """Default port of the row → its state as nmap tells it; None where it tells nothing of the address."""
    line = _line(row.address, said)
    if line is None:
        alike = re.search(rf"^Host: {re.escape(row.address)} .*Ignored State: (\S+)", said, re.MULTILINE)
        return dict.fromkeys(row.ports, alike[1]) if alike else None
    listed = {f"{p[2]}/{p[0]}": p[1] for p in (entry.strip().split("/") for entry in line[1].split(", ")) if len(p) > 2}
    return {port: listed.get(port, line[2] or "not listed") for port in row.ports}


def closed(row: Truth, said: str) -> Observed:
    """Nothing listens on the ports of the row's group."""
    seen = states(row, said)
    if seen is None:
        return Observed(row.address, row.rule, WITHOUT_SIGN)
    shut = all(state in SHUT for state in seen.values())
    if not shut and OPEN not in seen.values():
        return Observed(row.address, row.rule, WITHOUT_SIGN)  # silence says neither
    return Observed(row.address, row.rule, CONFIRMED if shut else CONTRADICTED, "nmap -sS -sU", _words(seen))


def troubled(row: Truth, host: Host, said: str) -> Observed:
    """The host drops everything, or every port of it is open."""
    listed = next(
        (line for line in said.splitlines() if line.startswith(f"Host: {row.address} ") and "Status" not in line), ""
    )
    dropped = re.search(r"Ignored State: (filtered \(\d+\))", listed)
    opened = re.findall(r"\d+/open/tcp", listed)
    if host.behaviour == "silent" and dropped and not opened:
        return Observed(row.address, row.rule, CONFIRMED, "nmap -sS", dropped[1])
    if host.behaviour == "every-port" and opened and not dropped:
        return Observed(row.address, row.rule, CONFIRMED, "nmap -sS", f"{len(opened)} ports of {len(opened)} are open")
    return Observed(row.address, row.rule, WITHOUT_SIGN)


def blocked(row: Truth, said: str) -> Observed:
    """A port of the row's group is filtered while others are not."""
    seen = {port: state for port, state in (states(row, said) or {}).items() if state == "filtered"}
    return Observed(row.address, row.rule, CONFIRMED if seen else WITHOUT_SIGN, "nmap -sS -sU", _words(seen))


def unnamed(row: Truth, said: str) -> Observed:
    """Nothing of a layer is recognised: nmap names no such product either. nmap guesses by single words, so where it names one
    that is no proof against the truth, only no sign for it."""
    line = _line(row.address, said)
    pattern = PRODUCTS.get(row.subject) or next((p for rule, p in PRODUCTS.items() if row.rule.startswith(rule)), "")
    if line is None or not pattern:
        return Observed(row.address, row.rule, WITHOUT_SIGN)
    entries = [entry.strip().split("/") for entry in line[1].split(", ")]
    named = [f"{p[0]} {p[6] or p[4] or 'no name'}" for p in entries if len(p) > 6 and p[1] == OPEN]
    if re.search(pattern, " ".join(named)):
        return Observed(row.address, row.rule, WITHOUT_SIGN)
    return Observed(row.address, row.rule, CONFIRMED, "nmap -sV", "; ".join(named)[:160] or "no port is open")


def _words(seen: Mapping[str, str]) -> str:
    return ", ".join(f"{port} {state}" for port, state in seen.items())
