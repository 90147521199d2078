"""Where the parts of a system come from and until when they are supported: facts and products from files.

Pure over its arguments and the dated catalogue. Unknown stays unknown: it is never domestic, and shares are intervals.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from inventory.asset import Origin
from inventory.catalogue.tables import KINDS, Catalogue, Support, Vendor, load
from inventory.fact import Fact
from inventory.facts.device_config import DeviceConfigFacts
from inventory.facts.device_version import DeviceVersionFacts
from inventory.facts.host_config import HostConfigFacts
from inventory.facts.software import SoftwareFacts
from inventory.imports.sbom import Part

DOMESTIC = frozenset({"domestic_certified", "domestic", "domestic_derived"})
DISTRIBUTION_PURL = re.compile(r"pkg:(deb|rpm|apk)/")
# How package lists call what the catalogue of support calls otherwise.
PRODUCT_NAMES: Mapping[str, str] = {
    "mysql-server": "MySQL",
    "mysql": "MySQL",
    "mariadb-server": "MariaDB",
    "mariadb": "MariaDB",
    "postgresql": "PostgreSQL",
    "redis": "Redis",
    "redis-server": "Redis",
    "openssl": "OpenSSL",
    "php": "PHP",
    "tomcat": "Apache Tomcat",
    "tomcat-embed-core": "Apache Tomcat",
    "tomcat-catalina": "Apache Tomcat",
    "httpd": "Apache HTTP Server (httpd)",
    "apache2": "Apache HTTP Server (httpd)",
    "log4j": "Apache Log4j",
    "struts": "Apache Struts",
    "struts-core": "Apache Struts",
    "struts2-core": "Apache Struts",
    "cpython": "Python",
    "python": "Python",
    "node": "Node.js",
    "nodejs": "Node.js",
    "angular": "AngularJS",
    "vue": "Vue.js",
    **dict.fromkeys(("spring-core", "spring-web", "spring-webmvc", "spring-context"), "Spring Framework"),
    "spring-boot": "Spring Boot",
}
CODE_HOSTS = frozenset({"github.com", "gitlab.com", "gitee.com"})
SYSTEM_NAMES: Mapping[str, tuple[str, str]] = {  # ID of os-release → vendor, product
    "centos": ("centos", "CentOS"),
    "debian": ("debian", "Debian"),
    "ubuntu": ("ubuntu", "Ubuntu"),
    "openeuler": ("openeuler", "openEuler"),
    "anolis": ("openanolis", "Anolis OS"),
    "kylin": ("kylinsoft", "Kylin"),
    "uos": ("uniontech", "UOS"),
    "uniontech": ("uniontech", "UOS"),
    "deepin": ("deepin", "deepin"),
    "alpine": ("alpine", "Alpine Linux"),
    "rhel": ("red-hat", "Red Hat Enterprise Linux"),
    "rocky": ("rocky", "Rocky Linux"),
    "almalinux": ("almalinux", "AlmaLinux"),
    "fedora": ("fedora", "Fedora"),
    "sles": ("suse", "SUSE Linux Enterprise Server"),
    "opensuse-leap": ("suse", "openSUSE Leap"),
    "nfschina": ("nfs-china", "NFSChina"),
    "kylinsec": ("kylinsec", "KylinSec"),
}
LAYERS: Mapping[str, str] = {
    "mysql": "database", "mariadb": "database", "postgresql": "database", "redis": "database", "mongodb": "database", "memcached": "database",
    "opengauss": "database", "nginx": "middleware", "httpd": "middleware", "apache2": "middleware", "tomcat": "middleware",
    **dict.fromkeys(  # databases of makers of many things
        ("sql server", "microsoft sql server", "oracle database", "db2", "polardb", "tdsql", "gaussdb"), "database"
    ),
    "openssl": "cryptography", "gmssl": "cryptography", "tongsuo": "cryptography", "linux": "operating_system",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sourced:
    """A part with what the catalogue says of it. `unsure_end` is an end of support that may not decide anything."""

    part: Part
    vendor: str | None
    origin: Origin
    why: str
    end_of_support: str | None
    unsure_end: Support | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Domestic parts as an interval in per cent: unknown ones all foreign, or all domestic."""

    parts: int
    by_origin: Mapping[str, int]

    @property
    def lowest(self) -> float:
        """Per cent that are known to be domestic."""
        return self._per_cent(sum(self.by_origin.get(origin, 0) for origin in DOMESTIC))

    @property
    def highest(self) -> float:
        """Per cent that may be domestic."""
        return self._per_cent(sum(self.by_origin.get(origin, 0) for origin in (*DOMESTIC, "unknown")))

    def _per_cent(self, number: int) -> float:
        return round(100 * number / self.parts, 2) if self.parts else 0.0


def sourced(parts: Iterable[Part]) -> tuple[Sourced, ...]:
    """Every part with vendor, origin and end of support, where the catalogue knows them."""
    return tuple(_sourced(part, load()) for part in parts)


def _sourced(part: Part, catalogue: Catalogue) -> Sourced:
    vendor = _vendor(part, catalogue)
    stated = catalogue.origin_of(vendor.id if vendor else None, part.name or None)
    row = _support(part, catalogue)
    unsure = row if row is not None and not row.sure and not part.ends else None
    end = part.ends or (row.ends.isoformat() if row is not None and row.sure else "")
    return Sourced(
        part,
        vendor.id if vendor else None,
        stated.origin,
        stated.why,
        f"{end}T00:00:00Z" if end else None,
        unsure,
    )


def _vendor(part: Part, catalogue: Catalogue) -> Vendor | None:
    """By the supplier's name, else by the name space of the package URL (`pkg:maven/com.alibaba/fastjson`)."""
    if part.supplier and not DISTRIBUTION_PURL.match(part.purl):
        found = catalogue.vendor_named(re.sub(r"\s*<[^>]*>", "", part.supplier))
        if found is not None:
            return found
    space = "" if DISTRIBUTION_PURL.match(part.purl) else name_space(part.purl)
    if space:
        return _of_name_space(space, catalogue)
    return _of_name_space(part.supplier.lower(), catalogue) if "." in part.supplier else None


def name_space(purl: str) -> str:
    """Who stands in a package URL: `com.alibaba` of `pkg:maven/com.alibaba/fastjson`, the owner where the first part is a
    host of code, nothing where there is nobody or the text is no package URL."""
    from packageurl import PackageURL

    try:
        first, *rest = (PackageURL.from_string(purl).namespace or "").lower().split("/")
    except ValueError:
        return ""
    return (rest[0] if first in CODE_HOSTS and rest else first).removeprefix("@")


def _of_name_space(space: str, catalogue: Catalogue) -> Vendor | None:
    labels = [label for label in re.split(r"[./]", space) if label]
    if len(labels) > 1 and labels[0] in ("com", "org", "io", "net", "cn", "edu", "dev"):
        labels = labels[2:] if labels[0] == "cn" and labels[1] in ("com", "org") else labels[1:]
    if space in CODE_HOSTS or not labels:
        return None
    return catalogue.vendors.get(labels[0])


@cache
def _supported_products() -> Mapping[str, str]:
    return {row.product.casefold(): row.product for row in load().support}


def _support(part: Part, catalogue: Catalogue) -> Support | None:
    """The end of support of a product by its own maker; distributions mend their packages themselves."""
    if DISTRIBUTION_PURL.match(part.purl) or not part.version:
        return None
    name = part.name.casefold()
    product = PRODUCT_NAMES.get(name) or _supported_products().get(name)
    return catalogue.support_row(product, part.version) if product else None


def facts(parts: Sequence[Sourced]) -> list[SoftwareFacts]:
    """Rows of the table `software`; a document without parts gives none, and of a part without a name nothing can be said."""
    return [
        SoftwareFacts(
            name=one.part.name,
            version=one.part.version or None,
            kind=one.part.kind or None,
            supplier=one.part.supplier or None,
            purl=one.part.purl or None,
            licence=one.part.licence or None,
            direct=one.part.direct,
            origin=None if one.origin == "unknown" else one.origin,
            domestic=None if one.origin == "unknown" else one.origin in DOMESTIC,
            end_of_support=one.end_of_support,
            copyleft=one.part.copyleft,
            integrity=one.part.integrity,
        )
        for one in parts
        if one.part.name
    ]


def share(parts: Iterable[Sourced]) -> Share:
    """The share of domestic parts, as an interval."""
    counted = Counter(str(one.origin) for one in parts)
    return Share(sum(counted.values()), dict(sorted(counted.items())))


DEVICE_PRODUCTS: Mapping[str, str] = {
    "vrp": "VRP", "comware": "Comware", "ruijie": "RGOS", "zte": "ZXROS", "ios": "IOS", "nxos": "NX-OS", "iosxr": "IOS XR",
    "asa": "ASA", "eos": "EOS", "aoscx": "ArubaOS", "fortios": "FortiOS", "junos": "Junos", "panos": "PAN-OS",
    "routeros": "RouterOS", "catos": "CatOS", "aireos": "AireOS", "f5": "TMOS",
}  # fmt: skip


KIND_LAYERS: Mapping[str, str] = {  # types of a bill of materials that are of one layer
    "firmware": "firmware",
    "operating-system": "operating_system",
    "operating_system": "operating_system",
    "platform": "cloud",
}
CLASS_LAYERS: Mapping[str, str] = {
    "network": "network",
    "security": "security",
    "camera": "video",
    "ot": "ics",
    "iot": "iot",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A product that a file names: the layer, the vendor's word where the catalogue knows it, why, and the end of support
    where the file states it."""

    layer: str
    vendor: str | None
    product: str
    version: str | None
    why: str
    ends: str | None = None


def products_in(table: str, row: Fact, device_class: str = "") -> Iterator[Told]:
    """The products that a row read from a file names: software of devices, processors, operating systems, databases, middleware,
    cryptography, and the devices, firmware, platforms and applications of a bill of materials. A library is no component
    of the asset."""
    if isinstance(row, DeviceConfigFacts) and (row.os or "") in DEVICE_PRODUCTS:
        yield Told(
            "network", _known(row.vendor), DEVICE_PRODUCTS[str(row.os)], row.version, f"configuration of {row.os}"
        )
    elif isinstance(row, DeviceVersionFacts) and (maker := load().vendors.get(row.vendor or "")) is not None:
        product = row.product or row.model or row.os or maker.en
        yield Told(maker.layer or "network", maker.id, product, row.version, "version output of the device")
    elif isinstance(row, HostConfigFacts):
        if row.os_id:
            vendor, product = SYSTEM_NAMES.get(row.os_id.lower(), (None, row.os_name or row.os_id))
            yield Told(
                "operating_system",
                _known(vendor),
                _as_announced(vendor, row.os_name) or product,
                row.os_version,
                "os-release",
            )
        if row.processor:
            yield _processor(row.processor)
    elif isinstance(row, SoftwareFacts) and row.name:
        yield from _part_told(table, row, device_class)


def _as_announced(vendor: str | None, name: str | None) -> str | None:
    """The product as the announcements call it, where the release's own name begins with that."""
    named = (row.product for row in load().announcements if row.vendor == vendor)
    return next((product for product in named if (name or "").casefold().startswith(product.casefold())), None)


def _processor(name: str) -> Told:
    """A processor by its model name: the maker is one of the makers of chips whose names begin one of its words."""
    words = re.split(r"[\s,()-]+", name)
    makers = (load().vendor_named(word) for word in words if word)
    maker = next((vendor for vendor in makers if vendor is not None and "chip" in vendor.makes), None)
    model = re.sub(r"\s*(?:\(R\)|\(TM\)|CPU|Processor|@.*)", "", name).strip()
    short = model.split(maker.en + "-")[-1] if maker is not None else model
    return Told("chip", maker.id if maker else None, short, short, "model name of the processor")


def _part_told(table: str, row: SoftwareFacts, device_class: str) -> Iterator[Told]:
    part = Part(row.name or "", row.version or "", row.supplier or "", row.purl or "", kind=row.kind or "")
    vendor = _vendor(part, load())
    layer = layer_of(part, device_class)
    if layer is not None:
        word = vendor.id if vendor else _known(_stem(part.name))
        product = PRODUCT_NAMES.get(part.name.lower(), part.name)
        yield Told(layer, word, product, row.version, f"{table}: a part of the software", row.end_of_support)


def _stem(name: str) -> str:
    return re.sub(r"-?(server|core|common|[\d.]+)$", "", name.lower())


def layer_of(part: Part, device_class: str = "") -> str | None:
    """The layer that a part counts in: by its name where that is a known product's, else by its type and maker; None where
    it is no product of a layer."""
    known = LAYERS.get(part.name.lower()) or LAYERS.get(_stem(part.name))
    return known or _layer_of(part.kind, _vendor(part, load()), device_class)


def _layer_of(kind: str, vendor: Vendor | None, device_class: str) -> str | None:
    """The layer of a part by its type: a device by the class of the asset or what its maker makes, an application likewise."""
    made = tuple(KINDS[word] for word in vendor.makes) if vendor is not None else ()
    if kind == "device":
        layer = CLASS_LAYERS.get(device_class)
        if layer is None and device_class in ("server", "terminal") and "chip" in made:
            return "chip"
        return layer if layer in made or not made else made[0]
    if kind == "application":
        soft = ("database", "middleware", "security", "cryptography", "time")
        # of a maker of many things an application is just one: only where such software is what it is known for, it counts there
        return made[0] if made and made[0] in soft else "application"
    return KIND_LAYERS.get(kind)


def _known(vendor: str | None) -> str | None:
    return vendor if vendor in load().vendors else None
