"""An asset as known so far, and the components on it."""

from dataclasses import dataclass
from typing import Literal

from inventory.observation import EvidenceClass

Importance = Literal["general", "important", "critical"]  # 一般, 重要, 关键
Strength = Literal["proven", "inferred", "unknown"]
Origin = Literal["domestic_certified", "domestic", "domestic_derived", "community", "licensed", "foreign", "unknown"]

DEVICE_CLASSES = (
    "server",
    "terminal",
    "network",
    "security",
    "storage",
    "printer",
    "iot",
    "camera",
    "base_station",
    "medical",
    "ot",
    "unknown",
)
FRAGILE_CLASSES = frozenset({"ot", "camera", "medical", "base_station", "iot"})

LAYERS = (
    "chip",
    "firmware",
    "operating_system",
    "database",
    "middleware",
    "network",
    "security",
    "cryptography",
    "video",
    "iot",
    "ics",
    "cloud",
    "application",
    "time",
)


@dataclass(frozen=True, slots=True)
class Asset:
    """One device or system. `keys` are its identity keys, strongest first (`declared:…` by the register, `serial:…`, `engine:…`, `hostkey:…`, `mac:…`,
    `address:…`); the id derives from the first. `protection_level` is 2 or 3 (等保), None where nobody declared it."""

    id: str
    keys: tuple[str, ...]
    addresses: tuple[str, ...]
    zone: str = ""
    name: str = ""
    department: str = ""
    city: str = ""  # GB/T 2260 code of the city, e.g. 450100
    district: str = ""  # GB/T 2260 code of the district or county, where there is one
    system: str = ""
    importance: Importance | None = None
    protection_level: int | None = None
    device_class: str = "unknown"
    registered: bool | None = None
    contact: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """A product on an asset in a layer, with its origin and how sure we are (`proven` needs two independent signals of
    class handshake or better, or one read or document)."""

    asset: str
    layer: str
    vendor: str | None
    product: str | None
    version: str | None
    origin: Origin
    strength: Strength
    evidence_class: EvidenceClass
    evidence: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    end_of_support: str | None = None
