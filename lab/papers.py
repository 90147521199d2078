"""The lab's papers: the permit that allows scanning it, and the owner's register of what stands in it."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import yaml

from lab.city import City, Host, Zone

FRAGILE = {"ot": 1, "camera": 1, "medical": 1, "base_station": 1, "iot": 1}
STANDARD = 2
REGISTER_COLUMNS = (
    "address",
    "name",
    "zone",
    "department",
    "city",
    "district",
    "system",
    "importance",
    "protection_level",
    "device_class",
    "contact",
)


def permit(city: City, register: str = "", *, shift: int = 0, vantage: str = "office") -> dict[str, Any]:
    """The permit as plain values; `shift` moves every address (the loopback city). The office stands for no zone, the border for
    one of its own."""
    document: dict[str, Any] = {
        "format": "chengjian-permit/1",
        "id": "lab-city",
        "issuer": {"organisation": "模拟城市数据安全办公室（模拟数据）", "authorised_by": "模拟授权人"},
        "contact": "security@lab.example",
        "environment": "lab",
        "timezone": "Asia/Shanghai",
        "valid_from": "2025-01-01T00:00",
        "valid_to": "2035-12-31",
        "networks": [str(_moved(zone.network, shift)) for zone in city.zones],
        "exclusions": [str(_moved(address, shift)) for host in city.hosts if host.excluded for address in host.ips()],
        "zones": [_zone(city, zone, shift) for zone in city.zones],
        "acts": ["anonymous-session", "listed-community", "sip-register", "zone-transfer"],
        "pace": {"host_packets": 400, "host_connections": 40, "zone_packets": 2000, "total_packets": 5000},
    }
    if vantage != "office":
        document["vantage"] = vantage
    if register:
        document["register"] = register
    return document


def _zone(city: City, zone: Zone, shift: int) -> dict[str, Any]:
    """A zone lists the classes that stand there; an unknown host is treated as the most fragile of them."""
    found = {host.device_class for host in city.hosts if host.zone == zone.name}
    classes = {name: FRAGILE.get(name, STANDARD) for name in sorted(found)}
    return {"name": zone.name, "networks": [str(_moved(zone.network, shift))], "classes": classes}


def _moved(what: Any, shift: int) -> Any:
    """A network or address, moved by a number of addresses."""
    if not shift:
        return what
    if hasattr(what, "network_address"):
        return type(what)(f"{what.network_address + shift}/{what.prefixlen}")
    return what + shift


def permit_text(city: City, register: str = "", *, shift: int = 0, vantage: str = "office") -> str:
    """The permit as YAML."""
    head = "# The lab's permit, made from city.yaml. 模拟数据 simulated data.\n"
    return head + yaml.safe_dump(
        permit(city, register, shift=shift, vantage=vantage), allow_unicode=True, sort_keys=False, width=120
    )


def register_text(city: City, *, shift: int = 0) -> str:
    """The owner's register as CSV: every registered address, one line each."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, REGISTER_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_lines(city, shift))
    return sink.getvalue()


def _lines(city: City, shift: int) -> Iterator[dict[str, object]]:
    for host in city.hosts:
        if host.registered:
            for name, address in zip(host.names(), host.ips(), strict=True):
                yield _line(city, host, name, str(_moved(address, shift)))


def _line(city: City, host: Host, name: str, address: str) -> dict[str, object]:
    owner = city.organisation(host.owner)
    return {
        "address": address,
        "name": name,
        "zone": host.zone,
        "department": owner.name,
        "city": owner.city,
        "district": owner.district,
        "system": host.system,
        "importance": host.importance,
        "protection_level": host.level,
        "device_class": host.device_class,
        "contact": f"{host.owner}@lab.example" if host.contact else "",
    }
