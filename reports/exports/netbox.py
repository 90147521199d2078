"""CSV files for the bulk import of NetBox (3.5 to 4.2), one a kind of object, numbered in the order of importing.

Sites are the zones of the permit; a device without a recognised maker gets the manufacturer and type *unknown*, which NetBox
requires. Names are unique within NetBox's 64 characters. MAC addresses are left out: NetBox keeps them in changing places.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from inventory.asset import DEVICE_CLASSES
from inventory.canonical import short_id
from reports.export import Export, Holding, Inventory
from reports.exports.cyclonedx import HARDWARE_LAYERS
from reports.tabular import safe_cell

LONGEST_NAME, LONGEST_SLUG = 64, 100
UNKNOWN = "unknown"
COLOURS = {"network": "2196f3", "security": "f44336", "server": "4caf50", "ot": "ff9800"}
INTERFACE = "address"  # where all addresses of a device hang: which interface has which is not known
# Transports as NetBox calls them.
PROTOCOLS = ("tcp", "udp", "sctp")


class Device(NamedTuple):
    """A holding with the names that NetBox gets."""

    holding: Holding
    name: str
    site: str
    manufacturer: str
    model: str


def devices(inventory: Inventory) -> list[Device]:
    """All holdings; a name that another one has already, or that is too long, ends with a part of the asset's id."""
    taken: set[str] = set()
    found = []
    for holding in inventory.holdings:
        asset = holding.asset
        wanted = safe_cell(asset.name or asset.addresses[0])
        if len(wanted) > LONGEST_NAME or wanted.casefold() in taken:
            wanted = f"{wanted[: LONGEST_NAME - 17]}-{short_id(asset.id)}"
        taken.add(wanted.casefold())
        part = next((one for one in holding.components if one.vendor and one.layer in HARDWARE_LAYERS), None)
        maker = safe_cell(part.vendor or UNKNOWN) if part is not None else UNKNOWN
        model = safe_cell((part.product or UNKNOWN)[:LONGEST_NAME]) if part is not None else UNKNOWN
        found.append(Device(holding, wanted, safe_cell(asset.zone or UNKNOWN), maker, model))
    return found


def slug(text: str) -> str:
    """A NetBox slug: small letters, digits and hyphens; a text of other letters is told apart by its digest."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:LONGEST_SLUG]
    return plain if plain and text.isascii() else f"{plain}-{short_id(text)}".strip("-")


def write(inventory: Inventory, path: Path) -> tuple[Path, ...]:
    """Write the files into a folder."""
    path.mkdir(parents=True, exist_ok=True)
    known = devices(inventory)
    sites = sorted({one.site for one in known})
    makers = sorted({one.manufacturer for one in known})
    types = sorted({(one.manufacturer, one.model) for one in known})
    roles = [name for name in DEVICE_CLASSES if any(one.holding.asset.device_class == name for one in known)]
    return (
        _file(path / "1-sites.csv", ("name", "slug", "status"), ((site, slug(site), "active") for site in sites)),
        _file(path / "2-manufacturers.csv", ("name", "slug"), ((maker, slug(maker)) for maker in makers)),
        _file(
            path / "3-device-roles.csv",
            ("name", "slug", "color"),
            ((role, slug(role), COLOURS.get(role, "9e9e9e")) for role in roles),
        ),
        _file(
            path / "4-device-types.csv",
            ("manufacturer", "model", "slug"),
            ((maker, model, slug(f"{maker}-{model}")) for maker, model in types),
        ),
        _file(
            path / "5-devices.csv",
            ("name", "role", "manufacturer", "device_type", "site", "status", "serial", "asset_tag", "comments"),
            (_device(one) for one in known),
        ),
        _file(
            path / "6-interfaces.csv", ("device", "name", "type"), ((one.name, INTERFACE, "virtual") for one in known)
        ),
        _file(
            path / "7-ip-addresses.csv",
            ("address", "status", "device", "interface", "is_primary"),
            (row for one in known for row in _addresses(one)),
        ),
        _file(
            path / "8-services.csv",
            ("device", "name", "protocol", "ports"),
            (row for one in known for row in _services(one)),
        ),
    )


def _file(path: Path, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
    return path


def _device(one: Device) -> tuple[str, ...]:
    asset = one.holding.asset
    serial = safe_cell(" ".join(one.holding.keys("serial"))[:50])
    about = {"department": asset.department, "system": asset.system, "city": asset.city, "importance": asset.importance}
    comments = safe_cell("; ".join(f"{name}: {value}" for name, value in about.items() if value))
    return one.name, asset.device_class, one.manufacturer, one.model, one.site, "active", serial, asset.id, comments


def _addresses(one: Device) -> Iterator[tuple[str, ...]]:
    first = {4: True, 6: True}
    for address in one.holding.asset.addresses:
        version = 6 if ":" in address else 4
        primary, first[version] = first[version], False
        yield f"{address}/{128 if version == 6 else 32}", "active", one.name, INTERFACE, str(primary).lower()


def _services(one: Device) -> Iterator[tuple[str, ...]]:
    seen = sorted({(item.protocol, item.endpoint.transport, item.endpoint.port) for item in one.holding.listeners})
    for protocol, transport, port in seen:
        if transport in PROTOCOLS:
            yield one.name, safe_cell(protocol), transport, str(port)


EXPORT = Export("netbox", files=write, default="netbox")
