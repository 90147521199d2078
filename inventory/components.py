"""From facts to components: which products stand on an asset, layer by layer, with their origin and how sure we are. Pure.

Each fact that names a product is a signal with a source: a banner, the behaviour of a protocol, SNMP, a certificate, a MAC
prefix. Signals of one house in one layer are one component. It is *proven* by two sources of class handshake or better, or
by one that was read or a document; else *inferred*.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.asset import Component, Origin, Strength
from inventory.catalogue import load as load_catalogue
from inventory.fact import Fact
from inventory.identify import identify_line
from inventory.observation import EvidenceClass
from inventory.supply_chain import LAYERS, products_in

LONGEST_WHY = 6
# Which layer a device of a class is mostly made of: where only the MAC prefix names the maker.
CLASS_LAYER = {"network": "network", "security": "security", "camera": "video", "ot": "ics", "printer": "firmware"}
# Tables whose answer alone says which product it is: table → (what identification is asked, layer).
SPEAKS = {
    **{"redis": "Redis", "memcached": "memcached", "zookeeper": "Apache ZooKeeper", "etcd": "etcd", "nacos": "Nacos"},
    **{"elasticsearch": "Elasticsearch", "mongodb": "MongoDB", "influxdb": "InfluxDB", "consul": "Consul"},
    **{"prometheus": "Prometheus", "docker": "Docker", "kubernetes": "Kubernetes", "hadoop": "Apache Hadoop"},
}
# (table, column, protocol word of identification, source)
TEXTS = (
    ("ssh", "banner", "ssh", "banner"),
    ("http", "server", "http.server", "banner"),
    ("http", "powered_by", "http.server", "banner"),
    ("http", "title", "http.title", "page"),
    ("http", "realm", "http.auth", "realm"),
    ("ftp", "banner", "ftp", "banner"),
    ("telnet", "banner", "telnet", "banner"),
    ("smtp", "banner", "smtp", "banner"),
    ("pop3", "banner", "pop3", "banner"),
    ("imap", "banner", "imap", "banner"),
    ("mysql", "version", "mysql", "banner"),
    ("dns", "version", "dns", "banner"),
    ("rtsp", "server", "rtsp", "banner"),
    ("rtsp", "realm", "http.auth", "realm"),
    ("sip", "server", "sip", "banner"),
    ("upnp", "server", "upnp", "banner"),
    ("certificate", "subject", "x509.subject", "certificate"),
    ("onvif", "manufacturer", "rtsp", "identification"),
    ("modbus", "vendor", "modbus", "identification"),
    ("bacnet", "vendor", "bacnet", "identification"),
    ("s7", "module", "s7", "identification"),
    ("opcua", "product", "opcua", "identification"),
    ("ethernetip", "product", "ethernetip", "identification"),
    ("redfish", "vendor", "redfish", "identification"),
    ("ldap", "vendor", "ldap", "identification"),
    ("service", "banner", "", "banner"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of one fact table from one question, with their class and the digests of their evidence."""

    table: str
    rows: tuple[Fact, ...]
    evidence_class: EvidenceClass
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign of a product."""

    layer: str
    vendor: str | None
    product: str | None
    version: str | None
    source: str
    evidence_class: EvidenceClass
    evidence: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def components(asset: str, device_class: str, known: Iterable[Known], at: date) -> tuple[Component, ...]:
    """The components of an asset, sorted. `at` is the day that is judged: announcements expire."""
    signals = sorted(set(_signals(device_class, known)), key=_order)
    groups: dict[tuple[str, str], list[Signal]] = {}
    for one in signals:
        groups.setdefault((one.layer, one.vendor or one.product or ""), []).append(one)
    made = [_component(asset, layer, these, at) for (layer, _), these in sorted(groups.items())]
    return tuple(item for item in made if item is not None)


def _order(one: Signal) -> tuple[Any, ...]:
    return (
        one.layer,
        one.vendor or "",
        -one.evidence_class.rank,
        one.source,
        one.product or "",
        one.version or "",
        one.why,
    )


def _signals(device_class: str, known: Iterable[Known]) -> Iterator[Signal]:
    for item in known:
        for row in item.rows:
            if item.evidence_class == EvidenceClass.READ and item.table in LAYERS:
                vendor = item.table if item.table in load_catalogue().vendors else None
                why = (f"configuration of {SPEAKS.get(item.table, item.table)}",)
                yield Signal(LAYERS[item.table], vendor, SPEAKS.get(item.table, item.table), None, "file", item.evidence_class, item.evidence, why)  # fmt: skip
                continue
            for line, source in _lines(item.table, row):
                yield from _from_line(line, source, item, device_class)
            yield from _database(item, row)
            yield from _read(item, row)


def _lines(table: str, row: Fact) -> Iterator[tuple[dict[str, Any], str]]:
    """What identification is asked because of a row, with the source."""
    for name, column, protocol, source in TEXTS:
        value = getattr(row, column, None) if name == table else None
        if value:
            kind = protocol or str(getattr(row, "protocol", None) or "tcp")
            yield {"kind": "banner", "protocol": kind, "banner": str(value)}, source
    if table == "snmp" and getattr(row, "system_description", None):
        yield (
            {
                "kind": "snmp",
                "sysDescr": str(getattr(row, "system_description", "")),
                "sysObjectID": str(getattr(row, "system_object", None) or ""),
                "sysName": str(getattr(row, "system_name", None) or ""),
            },
            "snmp",
        )
    elif table == "snmp" and getattr(row, "engine_enterprise", None):
        yield {"kind": "enterprise", "number": int(getattr(row, "engine_enterprise", 0))}, "snmp"
    if (
        table in SPEAKS
        and getattr(row, "answers", None) is not False
        and getattr(row, "speaks_redis", None) is not False
    ):
        version = getattr(row, "version", None)
        name = str(getattr(row, "distribution", None) or SPEAKS[table])
        yield {"kind": "banner", "protocol": table, "banner": f"{name} {version}" if version else name}, "behaviour"
    if table == "host" and getattr(row, "mac", None):
        yield {"kind": "mac", "mac": str(getattr(row, "mac", ""))}, "mac"
    if table == "service" and getattr(row, "product", None):
        text = " ".join(str(part) for part in (getattr(row, "product", ""), getattr(row, "version", None)) if part)
        yield {"kind": "banner", "protocol": str(getattr(row, "protocol", None) or "tcp"), "banner": text}, "banner"


def _from_line(line: Mapping[str, Any], source: str, item: Known, device_class: str) -> Iterator[Signal]:
    found = identify_line(line)
    if source == "mac":
        layer = CLASS_LAYER.get(device_class)
        if layer is not None and found["vendor"]:
            yield Signal(
                layer, found["vendor"], None, None, source, EvidenceClass.PORT, item.evidence, tuple(found["why"])
            )
        return
    why = tuple(found["why"])
    if found["vendor"] and found["layer"]:
        yield Signal(
            found["layer"],
            found["vendor"],
            found["product"],
            found["version"],
            source,
            item.evidence_class,
            item.evidence,
            why,
        )
    if found["os"] and found["layer"] != "network":
        yield from _system(str(found["os"]), source, item)


def _system(word: str, source: str, item: Known) -> Iterator[Signal]:
    """The operating system that an answer names besides its own product."""
    found = identify_line({"kind": "banner", "protocol": "os", "banner": word})
    if found["vendor"] and found["layer"] in (None, "operating_system"):
        yield Signal(
            "operating_system",
            found["vendor"],
            found["product"] or word,
            None,
            source,
            item.evidence_class,
            item.evidence,
            (f"{item.table}: names the system {word}",),
        )


def _read(item: Known, row: Fact) -> Iterator[Signal]:
    """A product that a configuration, an image or a bill of materials names."""
    for told in products_in(item.table, row):
        yield Signal(
            told.layer, told.vendor, told.product, told.version, "file", item.evidence_class, item.evidence, (told.why,)
        )


def _database(item: Known, row: Fact) -> Iterator[Signal]:
    """A database that was decided by its own behaviour, apart from what its banner says."""
    product = getattr(row, "product", None)
    if item.table != "database" or not product or not getattr(row, "decided", None):
        return
    found = identify_line({"kind": "banner", "protocol": str(getattr(row, "family", "")), "banner": str(product)})
    if found["vendor"]:
        why = (f"database: a sign of {product} itself",)
        version = getattr(row, "version", None)
        yield Signal(
            "database", found["vendor"], found["product"], version, "behaviour", item.evidence_class, item.evidence, why
        )


def _component(asset: str, layer: str, signals: Sequence[Signal], at: date) -> Component | None:
    best = max(signals, key=lambda one: (one.evidence_class.rank, one.product is not None, one.version is not None))
    vendor = best.vendor
    product = best.product or _first(signals, lambda one: one.product)
    version = best.version or _first(signals, lambda one: one.version)
    strongest = max(one.evidence_class.rank for one in signals)
    sources = {one.source for one in signals if one.evidence_class.rank >= EvidenceClass.HANDSHAKE.rank}
    proven = strongest >= EvidenceClass.READ.rank or len(sources) >= 2
    strength: Strength = "proven" if proven else "inferred"
    statement = load_catalogue().origin_of(vendor, product, layer, version, at)
    support = load_catalogue().support_end(product, version) if product else None
    why = [line for one in signals for line in one.why]
    origin: Origin = statement.origin
    return Component(
        asset=asset,
        layer=layer,
        vendor=vendor,
        product=product,
        version=version,
        origin=origin,
        strength=strength,
        evidence_class=list(EvidenceClass)[strongest],
        evidence=tuple(sorted({digest for one in signals for digest in one.evidence})),
        why=(*dict.fromkeys(why), f"origin: {statement.why}")[:LONGEST_WHY] if why else (f"origin: {statement.why}",),
        end_of_support=f"{support.ends.isoformat()}T00:00:00Z" if support is not None else None,
    )


def _first(signals: Sequence[Signal], read: Callable[[Signal], str | None]) -> str | None:
    return next((value for one in signals if (value := read(one))), None)
