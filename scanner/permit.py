"""The permit 扫描授权书: who allows what, where, when and how gently. No permit, no packet (关键信息基础设施安全保护条例 31).

`Permit.decide` is pure: it is asked again before every single connection and datagram.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from inventory.asset import DEVICE_CLASSES, FRAGILE_CLASSES

FORMAT = "chengjian-permit/1"
ACTS = ("anonymous-session", "listed-community", "zone-transfer", "sip-register")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PRINTER_PORTS = frozenset({515, 631, *range(9100, 9108)})  # LPD, IPP, raw printing: any byte may come out as paper
# S7 and MMS, Modbus, IEC 104, DNP3, EtherNet/IP, BACnet, FINS, OPC UA, Niagara Fox, ProConOS, PCWorx, HART-IP, MELSEC
OT_PORTS = frozenset({102, 502, 2404, 20000, 44818, 47808, 9600, 4840, 1911, 4911, 20547, 1962, 5094, 5006, 5007})

REMEMBERED = 4096  # addresses

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@lru_cache(REMEMBERED)
def _read(address: str | Address) -> Address:
    """Raises ValueError for what is no address."""
    return ipaddress.ip_address(address)


def _network(value: Any) -> Network:
    text = str(value)
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        try:
            nearest = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise ValueError(f"{text!r} is not an address or network such as 10.45.1.0/24") from None
        raise ValueError(f"{text} has bits set behind its prefix; the network is {nearest}") from None


def _nonempty(networks: tuple[Network, ...]) -> tuple[Network, ...]:
    if not networks:
        raise ValueError("the list is empty; name at least one network")
    return networks


def _disjoint(networks: tuple[Network, ...]) -> tuple[Network, ...]:
    for position, network in enumerate(networks):
        for other in networks[:position]:
            if network == other:
                raise ValueError(f"{network} is written twice")
            if _overlap(network, other):
                raise ValueError(f"{network} overlaps {other}")
    return networks


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def _inside(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a date and time such as 2026-03-01T08:00") from None


def _clock(value: Any) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(value))
    if found is None:
        raise ValueError(f"{value!r} is not a time of day such as 22:00")
    return time(int(found[1]), int(found[2]))


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone such as Asia/Shanghai") from None
    return value


def _one_of(words: Sequence[str], what: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is not {what}; one of {', '.join(words)}")
        return value

    return check


Net = Annotated[Network, BeforeValidator(_network)]
NetList = Annotated[tuple[Net, ...], AfterValidator(_nonempty), AfterValidator(_disjoint)]
DeviceClass = Annotated[str, AfterValidator(_one_of(DEVICE_CLASSES, "a device class"))]
Act = Annotated[str, AfterValidator(_one_of(ACTS, "an act"))]
Day = Annotated[str, AfterValidator(_one_of(DAYS, "a day"))]
Port = Annotated[int, Field(ge=1, le=65535)]
Intensity = Annotated[int, Field(ge=0, le=3)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
ZoneWord = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Issuer(_Part):
    """Who allows the scan: an organisation and the person who authorised it."""

    organisation: Name
    authorised_by: Name


class Hours(_Part):
    """A daily window in the permit's time zone; one that crosses midnight belongs to the day it starts on."""

    days: tuple[Day, ...] = DAYS
    start: Annotated[time, BeforeValidator(_clock)] = Field(alias="from")
    end: Annotated[time, BeforeValidator(_clock)] = Field(alias="to")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start == self.end:
            raise ValueError("the window is empty: `from` and `to` are the same; leave `hours` out to allow all day")
        return self

    def hold(self, local: datetime) -> bool:
        """Is that local time within the window?"""
        today, yesterday = DAYS[local.weekday()], DAYS[(local - timedelta(days=1)).weekday()]
        clock = local.time()
        if self.start < self.end:
            return today in self.days and self.start <= clock < self.end
        return (today in self.days and clock >= self.start) or (yesterday in self.days and clock < self.end)


class PaceLimits(_Part):
    """Packets and connections a second that we may send; fragile classes get one connection at a time besides."""

    host_packets: Annotated[int, Field(ge=1, le=10_000)] = 40
    host_connections: Annotated[int, Field(ge=1, le=1_000)] = 5
    zone_packets: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    total_packets: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    fragile_connections: Annotated[int, Field(ge=1, le=10)] = 1


class Zone(_Part):
    """A named part of the networks: which device classes stand there, and how far each may be asked."""

    name: ZoneWord
    networks: NetList
    classes: Annotated[dict[DeviceClass, Intensity], Field(min_length=1)]
    default_class: DeviceClass = "unknown"

    @cached_property
    def most_fragile(self) -> str:
        """The class whose treatment an unknown host gets: the lowest intensity, fragile classes first."""
        return min(self.classes, key=lambda name: (self.classes[name], name not in FRAGILE_CLASSES, name))

    def treated_as(self, device_class: str | None) -> str:
        """A class that the zone does not list is treated as its most fragile one."""
        return device_class if device_class in self.classes else self.most_fragile

    def highest(self, device_class: str | None) -> int:
        """The highest intensity allowed for a class, 0 to 3."""
        return self.classes[self.treated_as(device_class)]

    def is_fragile(self, device_class: str | None) -> bool:
        """Is a host of this class asked one connection at a time?"""
        return self.treated_as(device_class) in FRAGILE_CLASSES


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not; `why` is a short phrase that starts with a stable word."""

    allowed: bool
    why: str


class Permit(_Part):
    """A whole permit. Times without an offset are in `timezone`; `valid_to` as a bare date includes that day."""

    format: Literal["chengjian-permit/1"]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    issuer: Issuer
    contact: Name
    environment: Literal["production", "lab"] = "production"
    timezone: Annotated[str, AfterValidator(_zone_name)] = "Asia/Shanghai"
    valid_from: Annotated[datetime, BeforeValidator(_moment)]
    valid_to: Annotated[datetime, BeforeValidator(_moment)]
    hours: tuple[Hours, ...] = ()
    vantage: ZoneWord = "agent"
    networks: NetList
    exclusions: tuple[Net, ...] = ()
    zones: Annotated[tuple[Zone, ...], Field(min_length=1)]
    acts: tuple[Act, ...] = ()
    denied_ports: tuple[Port, ...] = ()
    allowed_ports: tuple[Port, ...] = ()
    pace: PaceLimits = PaceLimits()
    register_file: str | None = Field(default=None, alias="register")
    stop_file: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _whole_last_day(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and re.fullmatch(r"\d{4}-\d\d-\d\d", str(values.get("valid_to", ""))):
            return {**values, "valid_to": f"{values['valid_to']}T23:59:59"}
        return values

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.starts >= self.ends:
            raise ValueError("valid_to: must be later than valid_from")
        names = [zone.name for zone in self.zones]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"zones: the zone {name} is written twice")
        seen: list[tuple[str, Network]] = []
        for zone in self.zones:
            for network in zone.networks:
                if not any(_inside(network, outer) for outer in self.networks):
                    raise ValueError(f"zones: {network} of zone {zone.name} is not within `networks`")
                for name, other in seen:
                    if _overlap(network, other):
                        raise ValueError(f"zones: {network} of {zone.name} overlaps {other} of {name}")
                seen.append((zone.name, network))
        for network in self.networks:
            if not any(_overlap(network, inner) for _, inner in seen):
                raise ValueError(f"networks: no zone lies in {network}")
        both = sorted(set(self.denied_ports) & set(self.allowed_ports))
        if both:
            raise ValueError(f"denied_ports: {both[0]} is in allowed_ports too")
        return self

    @cached_property
    def zone_info(self) -> ZoneInfo:
        """The time zone of hours and of times without an offset."""
        return ZoneInfo(self.timezone)

    def _aware(self, moment: datetime) -> datetime:
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone_info)

    @cached_property
    def starts(self) -> datetime:
        """The first allowed moment, aware."""
        return self._aware(self.valid_from)

    @cached_property
    def ends(self) -> datetime:
        """The last allowed moment, aware."""
        return self._aware(self.valid_to)

    def when(self, at: datetime) -> Decision:
        """Is that moment (aware) within validity and hours?"""
        if at < self.starts:
            return Decision(False, f"not yet valid: the permit starts {self.starts.isoformat()}")
        if at > self.ends:
            return Decision(False, f"expired: the permit ended {self.ends.isoformat()}")
        if self.hours and not any(window.hold(at.astimezone(self.zone_info)) for window in self.hours):
            return Decision(False, "hours: outside the permitted hours")
        return Decision(True, "allowed")

    @cached_property
    def _places(self) -> Callable[[Address], "Zone | str"]:
        """`_place`, remembered for the addresses that were asked of lately: the door asks several times a packet."""
        return lru_cache(REMEMBERED)(self._place)

    def _place(self, where: Address) -> "Zone | str":
        """The zone that an address lies in, or why it may not be asked at all."""
        if isinstance(where, ipaddress.IPv6Address) and where.ipv4_mapped is not None:
            return "address: an IPv4 address in IPv6 clothes"
        if where.is_multicast or (isinstance(where, ipaddress.IPv4Address) and int(where) == 0xFFFFFFFF):
            return "address: not a single host"
        if not _holds(self.networks, where):
            return "outside: not in a permitted network"
        if _holds(self.exclusions, where):
            return "excluded: by the permit"
        zone = next((zone for zone in self.zones if _holds(zone.networks, where)), None)
        return "outside: in a permitted network, but in no zone" if zone is None else zone

    def zone_of(self, address: str | Address) -> Zone | None:
        """The zone that an address lies in, or None: no single host, outside the networks, excluded, or in no zone. Raises
        ValueError for what is no address."""
        place = self._places(_read(address))
        return None if isinstance(place, str) else place

    def decide(
        self,
        address: str | Address,
        port: int = 0,
        at: datetime | None = None,
        intensity: int = 1,
        device_class: str | None = None,
        act: str = "",
    ) -> Decision:
        """May this be sent now? Port 0 asks for the host as a whole, `at` None leaves the time out (plans, reports);
        `device_class` None is an unknown host. Raises nothing: what is no address is refused."""
        try:
            zone = self._places(_read(address))
        except ValueError:
            return Decision(False, "address: not an IP address")
        if isinstance(zone, str):
            return Decision(False, zone)
        if port in self.denied_ports:
            return Decision(False, f"port: {port} is denied by the permit")
        if port in PRINTER_PORTS and port not in self.allowed_ports:
            return Decision(False, f"port: {port} is a printer port")
        if port in OT_PORTS and "ot" not in zone.classes and port not in self.allowed_ports:
            return Decision(False, f"port: {port} is an industrial control port and zone {zone.name} lists no class ot")
        if act and act not in self.acts:
            return Decision(False, f"act: {act} is not listed in the permit")
        if intensity > zone.highest(device_class):
            treated = zone.treated_as(device_class)
            return Decision(
                False, f"intensity: {intensity} is above {zone.classes[treated]}, allowed for {treated} in {zone.name}"
            )
        return self.when(at) if at is not None else Decision(True, "allowed")

    def document(self) -> dict[str, Any]:
        """The permit as JSON values, for the workspace, the report and the bundle."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _holds(networks: Iterable[Network], where: Address) -> bool:
    return any(where in network for network in networks if network.version == where.version)


def in_scope(permit: Permit, address: str) -> Zone | None:
    """The zone whose networks hold the address, excluded or not; None outside."""
    try:
        where = _read(address)
    except ValueError:
        return None  # a name out of a file: nothing that could be asked
    return next((zone for zone in permit.zones if _holds(zone.networks, where)), None)
