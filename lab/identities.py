"""Who made what runs on each host, as far as a correct scanner can know it from outside.

`identities` in city.yaml is written by hand:

    services   the name of a service, else its server or twin → what its answers tell, or null where they tell nothing
    hosts      the name of a host → what is known besides (the holder of its MAC prefix)

and an identity has `layer`, `vendor`, `product`, `origin` and `version`. A key that is left out is what nobody can know from
outside; the version `"*"` is shown by the server, and the image decides which it is. A `when` narrows an identity to settings
of the service. Origins: domestic_certified, domestic, domestic_derived, community, licensed, foreign, unknown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lab.city import City, CityError, Host, Service, full_settings

KEYS = ("layer", "vendor", "product", "version", "origin")
ORIGINS = ("domestic_certified", "domestic", "domestic_derived", "community", "licensed", "foreign", "unknown")

Identity = dict[str, str | None]


def identities(city: City, host: Host) -> list[Identity] | None:
    """What a correct scanner knows of a host, in the order of its services; None where it cannot know anything.

    Raises CityError for an entry that cannot be read.
    """
    silent = host.excluded or host.behaviour != ""
    told = [] if silent else list(_told(city, host))
    found: dict[tuple[str | None, ...], Identity] = {}
    for one in sorted(told, key=lambda each: each["product"] is None):
        whose = (one["layer"], one["vendor"])
        if one["product"] is None and any(known[:2] == whose for known in found):
            continue  # another service of the host names the product
        known = found.setdefault((*whose, one["product"]), one)
        known["version"] = known["version"] or one["version"]
    return list(found.values()) or None


def unidentified(city: City) -> list[str]:
    """Services that run somewhere and have no entry, not even null."""
    entries = city.identities.get("services", {})
    names = {service.name for host in city.hosts for service in host.services if _entry(entries, service) is _NOTHING}
    return sorted(names)


def _told(city: City, host: Host) -> Iterator[Identity]:
    entries = city.identities.get("services", {})
    for service in host.services:
        if service.port in host.blocked:
            continue
        entry = _entry(entries, service)
        for row in [] if entry is _NOTHING or entry is None else entry:
            settings = full_settings(service)
            if all(getattr(settings, key) == value for key, value in row.get("when", {}).items()):
                yield _identity(row, service.name)
    for row in city.identities.get("hosts", {}).get(host.name, []):
        yield _identity(row, host.name)


_NOTHING = object()


def _entry(entries: Mapping[str, Any], service: Service) -> Any:
    return entries.get(service.name, entries.get(service.kind, _NOTHING))


def _identity(row: Mapping[str, Any], place: str) -> Identity:
    unknown = set(row) - {*KEYS, "when"}
    if unknown:
        raise CityError(f"identities: {place}: unknown key {sorted(unknown)[0]!r}")
    if "layer" not in row or row.get("origin") not in ORIGINS:
        raise CityError(f"identities: {place}: needs a layer, and an origin of {', '.join(ORIGINS)}")
    return {key: None if row.get(key) is None else str(row[key]) for key in KEYS}
