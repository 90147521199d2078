"""Reading `city.yaml`: zones, hosts and what runs on them, checked and expanded. One clear error names the place."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from lab.server import server
from lab.twin import TwinError, read_settings
from lab.twins import twin_class

CITY_FILE = Path(__file__).with_name("city.yaml")
VERDICTS = ("pass", "partial", "fail", "not_applicable", "not_assessed")
IMPORTANCE = ("general", "important", "critical")
BEHAVIOURS = ("", "silent", "every-port")


class CityError(ValueError):
    """`city.yaml`, or a setting given on the command line, that cannot be used."""


@dataclass(frozen=True)
class Organisation:
    """An owner; `city` and `district` are GB/T 2260 codes."""

    id: str
    name: str
    city: str
    district: str = ""


@dataclass(frozen=True)
class Zone:
    """A network of its own without a way out. `across`: ports that other zones may reach, as tcp/443; see lab/border.py."""

    name: str
    network: ipaddress.IPv4Network
    city: str
    title: Mapping[str, str]
    across: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """What listens on a port of a host; `program` is `server` or `twin`, `kind` its module, `name` the entry in city.yaml."""

    name: str
    program: str
    kind: str
    port: int
    transport: str
    protocol: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Host:
    """One host; `addresses` are more than one for a field of like devices in one process. `contact`: the register names one."""

    name: str
    zone: str
    address: str
    owner: str
    system: str
    importance: str = "general"
    level: int = 2
    device_class: str = "server"
    registered: bool = True
    excluded: bool = False
    clean: bool = False
    contact: bool = True
    behaviour: str = ""
    blocked: tuple[int, ...] = ()
    across: tuple[str, ...] = ()
    mac: str = ""
    count: int = 1
    services: tuple[Service, ...] = ()

    def addresses(self) -> tuple[str, ...]:
        """All its addresses; the first is `address`."""
        first = ipaddress.IPv4Address(self.address)
        return tuple(str(first + number) for number in range(self.count))

    def ips(self) -> tuple[ipaddress.IPv4Address, ...]:
        """All its addresses as numbers."""
        return tuple(ipaddress.IPv4Address(each) for each in self.addresses())

    def names(self) -> tuple[str, ...]:
        """A name for each address."""
        return (self.name,) if self.count == 1 else tuple(f"{self.name}-{each}" for each in range(1, self.count + 1))


@dataclass(frozen=True)
class City:
    """The whole city."""

    version: str
    name: Mapping[str, str]
    range: ipaddress.IPv4Network
    organisations: tuple[Organisation, ...]
    zones: tuple[Zone, ...]
    hosts: tuple[Host, ...]
    truth: tuple[Mapping[str, Any], ...] = field(default=())
    identities: Mapping[str, Any] = field(default_factory=dict)
    settable: Mapping[str, Mapping[str, tuple[Any, ...]]] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)

    def host(self, name: str) -> Host:
        """A host by name. Raises CityError when there is none."""
        for each in self.hosts:
            if each.name == name:
                return each
        raise CityError(f"there is no host {name!r} in the city")

    def zone(self, name: str) -> Zone:
        """A zone by name. Raises CityError when there is none."""
        for each in self.zones:
            if each.name == name:
                return each
        raise CityError(f"there is no zone {name!r}; there are {', '.join(zone.name for zone in self.zones)}")

    def organisation(self, identifier: str) -> Organisation:
        return next(each for each in self.organisations if each.id == identifier)

    def district(self, names: list[str] | None) -> "City":
        """The city cut down to some of its zones (all when none is named)."""
        if not names:
            return self
        kept = tuple(self.zone(name) for name in names)
        return replace(self, zones=kept, hosts=tuple(host for host in self.hosts if host.zone in names))


def load_city(path: Path = CITY_FILE) -> City:
    """Read and check the description. Raises CityError with what is wrong and where."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        return _city(document)
    except (TwinError, KeyError, TypeError, ValueError) as error:
        raise CityError(f"{path.name}: {error}") from error


def _city(document: Mapping[str, Any]) -> City:
    organisations = tuple(_build(Organisation, entry, "organisations") for entry in document["organisations"])
    zones = tuple(
        Zone(
            entry["name"],
            ipaddress.IPv4Network(entry["network"]),
            entry["city"],
            entry["title"],
            _ports(entry.get("across", []), f"zones: {entry['name']}"),
        )
        for entry in document["zones"]
    )
    services = {name: _service(name, entry) for name, entry in document["services"].items()}
    city = City(
        str(document["version"]),
        document["name"],
        ipaddress.IPv4Network(document["range"]),
        organisations,
        zones,
        tuple(_host(entry, services, {zone.name: zone for zone in zones}) for entry in document["hosts"]),
        tuple(document["truth"]),
        document["identities"],
        {kind: {name: tuple(values) for name, values in entry.items()} for kind, entry in document["settable"].items()},
        document["documents"],
    )
    _check(city)
    return city


def _build(kind: type[Any], entry: Mapping[str, Any], place: str) -> Any:
    unknown = set(entry) - {each.name for each in fields(kind)}
    if unknown:
        raise CityError(f"{place}: unknown field {sorted(unknown)[0]!r}")
    return kind(**entry)


def _service(name: str, entry: Mapping[str, Any]) -> Service:
    unknown = set(entry) - {"server", "twin", "port", "protocol", "settings"}
    if unknown or ("server" in entry) == ("twin" in entry):
        raise CityError(f"services: {name}: needs exactly one of server and twin, and no unknown field")
    settings = entry.get("settings") or {}
    if "server" in entry:
        real = server(entry["server"])
        service = Service(name, "server", entry["server"], real.port, real.transport, real.protocol, settings)
    else:
        kind = twin_class(entry["twin"])
        service = Service(name, "twin", entry["twin"], kind.port, kind.transport, entry["twin"], settings)
    service = replace(service, port=entry.get("port", service.port), protocol=entry.get("protocol", service.protocol))
    check_settings(service, settings)
    return service


def _ports(listed: list[str], place: str) -> tuple[str, ...]:
    for port in listed:
        if re.fullmatch(r"(tcp|udp)/\d{1,5}", str(port)) is None:
            raise CityError(f"{place}: {port!r} is not a port such as tcp/443")
    return tuple(listed)


def check_settings(service: Service, settings: Mapping[str, Any]) -> None:
    """Raises CityError when a service does not know a setting."""
    try:
        full_settings(replace(service, settings=settings))
    except TwinError as error:
        raise CityError(f"services: {service.name}: {error}") from error


def full_settings(service: Service) -> Any:
    """All settings of a service, defaults included, as its dataclass. Raises TwinError for an unknown one."""
    kind = server(service.kind).settings if service.program == "server" else twin_class(service.kind).Settings
    return read_settings(kind, service.settings)


def _host(entry: Mapping[str, Any], services: Mapping[str, Service], zones: Mapping[str, Zone]) -> Host:
    values = dict(entry)
    if values["zone"] not in zones:
        raise CityError(f"hosts: {values['name']}: there is no zone {values['zone']!r}")
    network = zones[values["zone"]].network
    values["address"] = str(network.network_address + values.pop("at"))
    values["device_class"] = values.pop("class", "server")
    for name in values["runs"]:
        if name not in services:
            raise CityError(f"hosts: {values['name']}: there is no service {name!r}")
    values["across"] = _ports(values.get("across", []), f"hosts: {values['name']}")
    values["services"] = tuple(services[name] for name in values.pop("runs"))
    host: Host = _build(Host, values, f"hosts: {values['name']}")
    if ipaddress.IPv4Address(host.addresses()[-1]) not in network:
        raise CityError(f"hosts: {host.name}: {host.addresses()[-1]} is not in {network}")
    return host


def _check(city: City) -> None:
    seen: dict[str, str] = {}
    owners = {each.id for each in city.organisations}
    for host in city.hosts:
        for word, known in ((host.importance, IMPORTANCE), (host.behaviour, BEHAVIOURS), (host.owner, owners)):
            if word not in known:
                raise CityError(f"hosts: {host.name}: {word!r} is not known; there are {', '.join(known)}")
        for address in (*host.addresses(), host.name):
            if address in seen:
                raise CityError(f"hosts: {host.name}: {address} belongs to {seen[address]} already")
            seen[address] = host.name
        ports = [(each.transport, each.port) for each in host.services]
        if len(set(ports)) != len(ports):
            raise CityError(f"hosts: {host.name}: two services on one port")
    _check_documents(city)
    for zone in city.zones:
        if not zone.network.subnet_of(city.range):
            raise CityError(f"zones: {zone.name}: {zone.network} is outside {city.range}")


PART_KEYS = {"type", "name", "version", "supplier", "licence", "digest", "ends"}


def _check_documents(city: City) -> None:
    """Every document is of a host, one at most, and of parts that are described."""
    parts, names = city.documents["parts"], {host.name for host in city.hosts}
    for name, part in parts.items():
        if not {"name", "version", "supplier"} <= set(part) <= PART_KEYS:
            raise CityError(f"documents: {name}: a part has {', '.join(sorted(PART_KEYS))}")
    for entry in [*city.documents["bills"], *city.documents["outputs"]]:
        for host in entry["hosts"]:
            if host not in names:
                raise CityError(f"documents: {host}: there is no such host, or it has a document already")
            names.remove(host)
        for part in entry.get("parts", ()):
            if part not in parts:
                raise CityError(f"documents: {entry['hosts'][0]}: there is no part {part!r}")
