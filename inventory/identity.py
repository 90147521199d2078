"""Identity keys: by what a device is known again, strongest first. Pure.

`declared` is an address that the owner's register names: the owner's word on what is one asset. `serial` and `engine` (SNMP
engine id, RFC 3411) belong to one device by design; `hostkey` (SSH), `mac` and `certificate` mostly do, but images are
cloned, routers answer for others, and certificates are copied; `address` always exists.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inventory.endpoint import address_key
from inventory.fact import Fact
from inventory.maker_class import class_of_mac

KINDS = ("declared", "serial", "engine", "hostkey", "mac", "certificate", "address")
IDENTITY_COLUMNS = (
    ("snmp", "serial", "serial"),
    ("device_version", "serial", "serial"),
    ("onvif", "serial", "serial"),
    ("s7", "serial", "serial"),
    ("ethernetip", "serial", "serial"),
    ("redfish", "identifier", "serial"),
    ("snmp", "engine_id", "engine"),
    ("ssh", "host_key_fingerprint", "hostkey"),
    ("host", "mac", "mac"),
    ("certificate", "fingerprint", "certificate"),
)
NAME_COLUMNS = (
    ("snmp", "system_name"),
    ("smb", "computer"),
    ("device_config", "hostname"),
    ("device_version", "hostname"),
)
CLASS_TABLES = {
    **{"onvif": "camera", "rtsp": "camera"},
    **dict.fromkeys(("modbus", "s7", "bacnet", "iec104", "ethernetip", "opcua"), "ot"),
}
# What makers leave in the field when they set nothing.
_EMPTY = re.compile(
    r"(?i)(0+|f+|1234\d*|x+|n/?a|none|null|unknown|default|default string|not (specified|available|applicable)"
    r"|system serial number|to be filled by o\.?e\.?m\.?|[0:]+|[f:]+|(80)?0+)"
)
_SHORTEST = {"serial": 4, "engine": 10}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look at one address told: identity keys (`kind:value`), a name, the class that its answers show."""

    address: str
    keys: frozenset[str] = frozenset()
    name: str = ""
    device_class: str = ""


def key(kind: str, value: object) -> str | None:
    """The identity key of a value, or None where the value identifies nothing."""
    text = re.sub(r"\s+", " ", str(value)).strip()
    if kind in ("mac", "engine", "hostkey", "certificate"):
        text = text if kind == "hostkey" else text.lower()
    if len(text) < _SHORTEST.get(kind, 1) or len(text) > 200 or _EMPTY.fullmatch(text):
        return None
    return f"{kind}:{text}"


def rank(identity: str) -> tuple[int, tuple[int, int, str], str]:
    """Sorts keys: strongest kind first, then by value, addresses in numeric order."""
    kind, _, value = identity.partition(":")
    where = address_key(value) if kind in ("address", "declared") else (0, 0, "")
    return KINDS.index(kind), where, value


def sighting(address: str, facts: Mapping[str, Iterable[Fact]]) -> Sighting:
    """What the facts of all endpoints of an address say about which device it is. `facts`: table → rows."""
    keys, names, classes = set(), set(), set()
    for table, column, kind in IDENTITY_COLUMNS:
        for row in facts.get(table, ()):
            value = getattr(row, column, None)
            if value is None or (table == "certificate" and getattr(row, "place", 0) not in (0, None)):
                continue
            found = key(kind, value)
            if found is not None:
                keys.add(found)
    for table, column in NAME_COLUMNS:
        names |= {str(value) for row in facts.get(table, ()) if (value := getattr(row, column, None))}
    for table, device_class in CLASS_TABLES.items():
        if any(getattr(row, "answers", None) for row in facts.get(table, ())):
            classes.add(device_class)
    if any(True for _ in facts.get("device_config", ())):
        classes.add("network")
    makers = {class_of_mac(str(mac)) for row in facts.get("host", ()) if (mac := getattr(row, "mac", None))} - {""}
    seen = "ot" if "ot" in classes else min(classes or makers, default="")
    return Sighting(address, frozenset(keys), min(names, default=""), seen)
