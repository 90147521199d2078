"""Whether two names mean the same maker, product or version, as a person would say.

Makers: the same word of the vocabulary, or the same house (heir and kin: Foundry is Brocade, ProCurve is HPE), or names that
are equal without corporate words. Products: equal, or one contained in the other. Versions: equal, or one is the beginning of
the other at a word's end.
"""

import re

from inventory.catalogue import load
from inventory.catalogue.tables import company_slug


def house(word: str) -> frozenset[str]:
    """The words of one house around a vendor: heirs and kin, both ways, two steps."""
    vendors = load().vendors
    found = {word}
    for _ in range(2):
        for vendor in vendors.values():
            around = {vendor.id, *vendor.kin, *([vendor.heir] if vendor.heir else [])}
            if vendor.id in found or found & ({vendor.heir} | set(vendor.kin)):
                found |= {vendor.id} if vendor.id not in found else around
    return frozenset(found)


def same_maker(ours: str, theirs: str) -> bool:
    """Whether our word means their name."""
    if _plain(ours) == _plain(theirs) or company_slug(theirs) == ours:
        return True
    vendor = load().vendors.get(ours)
    spoken = {ours} if vendor is None else {ours, vendor.en, *vendor.names, *vendor.starts, *vendor.called}
    if any(_plain(name) == _plain(theirs) for name in spoken):
        return True
    meant = meaning(theirs)
    return meant is not None and (meant == ours or meant in house(ours) or ours in house(meant))


def meaning(name: str) -> str | None:
    """The vendor that a name stands for: a word of the vocabulary, a registry's name, or the same letters."""
    catalogue = load()
    if name in catalogue.vendors:
        return name
    vendor = catalogue.vendor_named(name) or catalogue.vendor_named(re.sub(r"(?i)\s+project$", "", name))
    if vendor is not None:
        return vendor.id
    plain = _plain(name)
    return next((v.id for v in catalogue.vendors.values() if plain in {_plain(v.id), _plain(v.en)}), None)


def same_product(ours: str, theirs: str) -> bool:
    """Whether two product names mean the same."""
    first, second = _plain(ours), _plain(theirs)
    return first == second or (len(second) > 1 and second in first) or (len(first) > 1 and first in second)


def same_version(ours: str, theirs: str) -> bool:
    """Whether two versions mean the same release."""
    first, second = (re.sub(r"^[vV]\.?(?=\d)", "", text.strip()).casefold() for text in (ours, theirs))
    if first == second:
        return True
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    if len(shorter) < 1:
        return False
    found = re.search(rf"(?<![\w.]){re.escape(shorter)}(?![0-9])", longer) or re.search(
        rf"(?<=[v_-]){re.escape(shorter)}(?![0-9])", longer
    )
    return found is not None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
