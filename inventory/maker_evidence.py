"""One statement about who made something, and what the texts of a device state."""

from dataclasses import dataclass

from inventory import fingerprint as fingerprints
from inventory.fingerprint import Hit
from inventory.free_text import product_after, version_in


@dataclass(frozen=True, slots=True)
class Evidence:
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
    return [_from_hit(hit, text, label, most) for hit in hits]


def _from_hit(hit: Hit, text: str, label: str, most: int) -> Evidence:
    rule = hit.fingerprint
    product, version = hit.product, hit.version
    if rule.names and rule.layer != "operating_system":
        product = product_after(text, hit.start, hit.end)
        version = version_in(text, hit.end) or version_in(text)
    return Evidence(
        rank=min(hit.rank, most),
        vendor=rule.vendor,
        why=f"{label}: {rule.id}",
        product=product,
        version=version,
        os=rule.os,
        layer=rule.layer,
    )
