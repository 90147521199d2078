"""One statement about who made something, and what the texts of a device state."""

import re
from typing import NamedTuple

from inventory import fingerprint as fingerprints
from inventory.catalogue import load as load_catalogue
from inventory.fingerprint import NAME_INSIDE, Hit
from inventory.free_text import product_after, version_in

MAKER_BESIDE_SYSTEM = 32  # a maker's name in a text that begins with a system's: the system runs on that maker's device
# uname-like texts: the second word is the host's own name
_HOST = re.compile(r"(?:Linux|FreeBSD|NetBSD|OpenBSD|SunOS|HP-UX|Darwin|pfSense|Windows) (\S+) ")


class Evidence(NamedTuple):
    """One statement about the maker: how much it is worth, who, what, and where it was read."""

    rank: int
    vendor: str | None
    why: str
    product: str | None = None
    version: str | None = None
    os: str | None = None
    layer: str | None = None
    registrant: str | None = None


def text_evidence(protocol: str, text: str, source: str = "", most: int = 100) -> list[Evidence]:
    """What a text says, by all fingerprints; `most` caps the worth, for texts that are only beside the point."""
    hits = fingerprints.load().hits(protocol, text)
    label = source or protocol
    found = []
    told = set()
    host = _HOST.match(text) if protocol == "snmp" else None
    for hit in hits:
        if host is not None and hit.fingerprint.names and host.start(1) <= hit.start < host.end(1):
            continue  # what an administrator calls a host says nothing about its maker
        evidence = _from_hit(hit, text, label, most, read=hit.fingerprint.vendor not in told)
        if host is not None and hit.rank == NAME_INSIDE and most > NAME_INSIDE and _makes_devices(evidence.vendor):
            evidence = evidence._replace(rank=MAKER_BESIDE_SYSTEM)
        found.append(evidence)
        if evidence.product and evidence.version:
            told.add(evidence.vendor)
    return found


def _makes_devices(word: str | None) -> bool:
    """Neither a system of its own nor the chips inside others' devices."""
    maker = load_catalogue().vendors.get(word or "")
    return maker is not None and maker.makes[:1] not in ((), ("operating_system",), ("chip",), ("application",))


def _from_hit(hit: Hit, text: str, label: str, most: int, *, read: bool) -> Evidence:
    """`read`: whether product and version are worth reading behind a name; the first sign of a vendor has them already."""
    rule = hit.fingerprint
    product, version = hit.product, hit.version
    if rule.names and read and rule.layer != "operating_system":
        product = product_after(text, hit.start, hit.end)
        version = version_in(text, hit.end) or version_in(text)
    rank = hit.rank if hit.rank < most else most
    return Evidence(rank, rule.vendor, f"{label}: {rule.id}", product, version, rule.os, rule.layer)
