"""From facts to components: which products stand on an asset, layer by layer, with their origin and how sure we are. Pure.

Each fact that names a product is a signal with a source: the conversation in which it was said (SSH, HTTP, SNMP, a
certificate, a MAC prefix). Signals of one house in one layer are one component, of one product where a house makes many. It
is *proven* by two sources of class handshake or better, or by one that was read or a document; else *inferred*. Texts of one
conversation, a header and a page, are one source; an interface that only this product has is another than a header's text.
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
# Tables whose answer alone says which product it is, with the name that identification is asked about.
SPEAKS = {
    **{"redis": "Redis", "memcached": "memcached", "zookeeper": "Apache ZooKeeper", "etcd": "etcd", "nacos": "Nacos"},
    **{"elasticsearch": "Elasticsearch", "mongodb": "MongoDB", "influxdb": "InfluxDB", "consul": "Consul"},
    **{"prometheus": "Prometheus", "docker": "Docker", "kubernetes": "Kubernetes", "kubelet": "Kubernetes"},
    **{"hadoop": "Apache Hadoop"},
}
# Layers where one house makes many products that stand side by side; elsewhere its names mean one device.
SIDE_BY_SIDE = frozenset({"application", "cloud", "database", "middleware"})
# Conversations that are one: a header of HTTP is the web server's own word, whatever interface stands behind it.
ONE_CONVERSATION = {
    **dict.fromkeys(("http", "https", "docker", "etcd", "nacos", "elasticsearch", "influxdb", "consul"), "http"),
    **dict.fromkeys(("prometheus", "kubernetes", "kubelet", "hadoop", "onvif", "redfish"), "http"),
    **{"mqtts": "mqtt", "imaps": "imap", "pop3s": "pop3", "smtps": "smtp", "ftps": "ftp", "ldaps": "ldap"},
}
# (table, column, protocol word of identification)
TEXTS = (
    ("ssh", "banner", "ssh"),
    ("http", "server", "http.server"),
    ("http", "powered_by", "http.server"),
    ("http", "title", "http.title"),
    ("http", "realm", "http.auth"),
    ("http", "favicon_hash", "favicon"),
    ("ftp", "banner", "ftp"),
    ("telnet", "banner", "telnet"),
    ("smtp", "banner", "smtp"),
    ("pop3", "banner", "pop3"),
    ("imap", "banner", "imap"),
    ("mysql", "version", "mysql"),
    ("dns", "version", "dns"),
    ("rtsp", "server", "rtsp"),
    ("rtsp", "realm", "http.auth"),
    ("sip", "server", "sip"),
    ("upnp", "server", "upnp"),
    ("certificate", "subject", "x509.subject"),
    ("onvif", "manufacturer", "rtsp"),
    ("modbus", "vendor", "modbus"),
    ("bacnet", "vendor", "bacnet"),
    ("s7", "module", "s7"),
    ("opcua", "product", "opcua"),
    ("ethernetip", "product", "ethernetip"),
    ("redfish", "vendor", "redfish"),
    ("ldap", "vendor", "ldap"),
    ("service", "banner", ""),
)
# Databases that a probe decides on by a sign of their own: its word → vendor, product.
DECIDED: Mapping[str, tuple[str | None, str]] = {
    **{"mysql": ("oracle", "MySQL"), "mariadb": ("mariadb", "MariaDB"), "percona": ("percona", "Percona Server")},
    **{"postgresql": ("postgresql", "PostgreSQL"), "oracle": ("oracle", "Oracle Database")},
    **{"sqlserver": ("microsoft", "SQL Server"), "mongodb": ("mongodb", "MongoDB"), "redis": ("redis", "Redis")},
    **{
        "kingbase": ("kingbase", "KingbaseES"),
        "opengauss": ("opengauss", "openGauss"),
        "dameng": ("dameng", "DM Database"),
    },
    **{"highgo": ("highgo", "HighGo Database"), "vastbase": ("vastdata", "Vastbase"), "uxdb": ("uxdb", "UXDB")},
    **{"oceanbase": ("oceanbase", "OceanBase"), "tidb": ("pingcap", "TiDB"), "txsql": ("tencent", "TDSQL")},
    **{"polardb": ("alibaba", "PolarDB"), "greatsql": ("greatdb", "GreatDB"), "goldendb": ("goldendb", "GoldenDB")},
    **{"gbase": ("gbase", "GBase"), "doris": ("apache", "Doris"), "starrocks": (None, "StarRocks")},
}
NET_SNMP = 8072  # its enterprise number: of the agent, not of the device's maker


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
    ends: str | None = None


def components(asset: str, device_class: str, known: Iterable[Known], at: date) -> tuple[Component, ...]:
    """The components of an asset, sorted. `at` is the day that is judged: announcements expire."""
    signals = sorted(set(_signals(device_class, known)), key=_order)
    groups: dict[tuple[str, str], list[Signal]] = {}
    for one in signals:
        groups.setdefault((one.layer, one.vendor or one.product or ""), []).append(one)
    made = [
        _component(asset, layer, these, at)
        for (layer, _), group in sorted(groups.items())
        for these in (_by_product(group) if layer in SIDE_BY_SIDE else [group])
    ]
    return tuple(made)


def _by_product(signals: Sequence[Signal]) -> list[list[Signal]]:
    """Signals of one house by product: names that hold one another are one; what names no product joins where only one is
    named, and adds nothing where several are."""
    groups: dict[str, list[Signal]] = {}
    for one in sorted(signals, key=lambda each: len(each.product or "")):
        name = (one.product or "").casefold()
        if name:
            known = next((word for word in groups if word in name), name)
            groups.setdefault(known, []).append(one)
    nameless = [one for one in signals if not one.product]
    if not groups:
        return [nameless]
    if len(groups) == 1:
        return [sorted([*nameless, *next(iter(groups.values()))], key=_order)]
    return [sorted(these, key=_order) for _, these in sorted(groups.items())]


def _order(one: Signal) -> tuple[Any, ...]:
    return (
        one.layer,
        one.vendor or "",
        -one.evidence_class.rank,
        one.source,
        one.product or "",
        one.version or "",
        one.why,
        one.ends or "",
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
            yield from _read(item, row, device_class)


def _lines(table: str, row: Fact) -> Iterator[tuple[dict[str, Any], str]]:
    """What identification is asked because of a row, with the source."""
    for name, column, protocol in TEXTS:
        value = getattr(row, column, None) if name == table else None
        if value:
            kind = protocol or str(getattr(row, "protocol", None) or "tcp")
            yield {"kind": "banner", "protocol": kind, "banner": str(value)}, _source(table, row)
    if table == "snmp":
        yield from _of_an_agent(row)
    if table in SPEAKS and False not in (getattr(row, "answers", None), getattr(row, "speaks_redis", None)):
        name, version = str(getattr(row, "distribution", None) or SPEAKS[table]), getattr(row, "version", None)
        yield {"kind": "banner", "protocol": table, "banner": f"{name} {version}" if version else name}, table
    if table == "host" and getattr(row, "mac", None):
        yield {"kind": "mac", "mac": str(getattr(row, "mac", ""))}, "mac"
    if table == "service" and getattr(row, "product", None):
        text = " ".join(str(part) for part in (getattr(row, "product", ""), getattr(row, "version", None)) if part)
        kind = str(getattr(row, "protocol", None) or "tcp")
        yield {"kind": "banner", "protocol": kind, "banner": text}, _source(table, row)


def _source(table: str, row: Fact) -> str:
    """The conversation in which a text was said: two texts of one conversation are one source."""
    word = str(getattr(row, "protocol", None) or "tcp") if table == "service" else table
    return ONE_CONVERSATION.get(word, word)


def _of_an_agent(row: Fact) -> Iterator[tuple[dict[str, Any], str]]:
    """An SNMP agent speaks of the device, and of itself where it is Net-SNMP."""
    described, number = getattr(row, "system_description", None), str(getattr(row, "system_object", None) or "")
    engine = getattr(row, "engine_enterprise", None)
    if described:
        name = str(getattr(row, "system_name", None) or "")
        yield {"kind": "snmp", "sysDescr": str(described), "sysObjectID": number, "sysName": name}, "snmp"
    elif engine is not None and engine != NET_SNMP:
        yield {"kind": "enterprise", "number": int(engine)}, "snmp"
    if engine == NET_SNMP or number.startswith(f"1.3.6.1.4.1.{NET_SNMP}."):
        yield {"kind": "banner", "protocol": "snmp.agent", "banner": "Net-SNMP"}, "snmp"


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
            found["product"] or load_catalogue().vendors[found["vendor"]].en,
            None,
            source,
            item.evidence_class,
            item.evidence,
            (f"{item.table}: names the system {word}",),
        )


def _read(item: Known, row: Fact, device_class: str) -> Iterator[Signal]:
    """A product that a configuration, an image or a bill of materials names."""
    for told in products_in(item.table, row, device_class):
        yield Signal(
            told.layer,
            told.vendor,
            told.product,
            told.version,
            "file",
            item.evidence_class,
            item.evidence,
            (told.why,),
            told.ends,
        )


def _database(item: Known, row: Fact) -> Iterator[Signal]:
    """A database that was decided by a sign of its own; the conversation is that of its family."""
    named = DECIDED.get(str(getattr(row, "product", None)))
    if item.table != "database" or named is None or not getattr(row, "decided", None):
        return
    vendor, product = named
    source, version = str(getattr(row, "family", None) or "database"), getattr(row, "version", None)
    why = (f"database: a sign of {product} itself",)
    yield Signal("database", vendor, product, version, source, item.evidence_class, item.evidence, why)


def _component(asset: str, layer: str, signals: Sequence[Signal], at: date) -> Component:
    best = max(signals, key=lambda one: (one.evidence_class.rank, one.product is not None, one.version is not None))
    vendor = best.vendor
    product = best.product or _first(signals, lambda one: one.product)
    version = best.version or _first(signals, lambda one: one.version)
    strongest = max(one.evidence_class.rank for one in signals)
    sources = {one.source for one in signals if one.evidence_class.rank >= EvidenceClass.HANDSHAKE.rank}
    proven = strongest >= EvidenceClass.READ.rank or len(sources) >= 2
    strength: Strength = "proven" if proven else "inferred"
    statement = load_catalogue().origin_of(vendor, product, layer, version, at)
    support = load_catalogue().support_row(product, version) if product else None
    why = [line for one in signals for line in one.why]
    if support is not None and not support.sure:
        why.append(
            f"end of support {support.ends} is not sure and decides nothing"
            + (f": {support.note.en}" if support.note else "")
        )
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
        end_of_support=f"{support.ends.isoformat()}T00:00:00Z" if support is not None and support.sure else best.ends,
    )


def _first(signals: Sequence[Signal], read: Callable[[Signal], str | None]) -> str | None:
    return next((value for one in signals if (value := read(one))), None)
