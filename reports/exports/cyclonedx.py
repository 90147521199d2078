"""Assets as a CycloneDX 1.6 document (ECMA-424): hardware as components of type device with their products inside, and what
listens on them as services. What CycloneDX has no word for stands under `properties`, named `chengjian:…`."""

import json
import uuid
from typing import Any, TextIO

from inventory.asset import Asset, Component
from reports.export import Export, Holding, Inventory, Listener
from reports.printable import one_line

NAMESPACE = uuid.UUID("6f1d3a52-7f0e-5a54-9d8a-0a6d3c2e4545")  # ours: serial numbers of the same scan are the same
LONGEST = 1000  # characters of a text
# The type that CycloneDX gives a product of a layer.
TYPES = {"operating_system": "operating-system", "firmware": "firmware", "chip": "device"}
HARDWARE_LAYERS = ("firmware", "network", "security", "video", "ics", "iot")  # of which the device's own maker is one


def document(inventory: Inventory) -> dict[str, Any]:
    """The document as JSON values."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(NAMESPACE, inventory.scan).urn,
        "version": 1,
        "metadata": {
            "timestamp": inventory.at,
            "tools": {"components": [{"type": "application", "name": "chengjian"}]},
            "properties": _properties({"scan": inventory.scan, "simulated": "true" if inventory.simulated else ""}),
        },
        "components": [_device(holding) for holding in inventory.holdings],
        "services": [_service(holding.asset, one) for holding in inventory.holdings for one in holding.listeners],
        "dependencies": [_dependency(holding) for holding in inventory.holdings if holding.listeners],
    }


def _device(holding: Holding) -> dict[str, Any]:
    asset = holding.asset
    told: dict[str, Any] = {"type": "device", "bom-ref": _ref(asset), "name": _plain(asset.name or asset.addresses[0])}
    maker = next((part.vendor for part in holding.components if part.vendor and part.layer in HARDWARE_LAYERS), None)
    if maker:
        told["manufacturer"] = {"name": _plain(maker)}
    told["properties"] = _properties(
        {
            **{f"address.{number}": address for number, address in enumerate(asset.addresses, 1)},
            **{f"mac.{number}": mac for number, mac in enumerate(holding.keys("mac"), 1)},
            **{f"serial.{number}": serial for number, serial in enumerate(holding.keys("serial"), 1)},
            **{
                name: getattr(asset, name)
                for name in ("zone", "department", "city", "district", "system", "importance")
            },
            "protection_level": asset.protection_level,
            "device_class": asset.device_class,
            "credit_code": holding.credit_code,
            "registered": {True: "true", False: "false", None: ""}[asset.registered],
        }
    )
    if holding.components:
        told["components"] = [_product(asset, number, part) for number, part in enumerate(holding.components, 1)]
    return told


def _product(asset: Asset, number: int, part: Component) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": TYPES.get(part.layer, "application"),
        "bom-ref": f"{_ref(asset)}/{number}",
        "name": _plain(part.product or part.vendor or part.layer),
    }
    if part.vendor:
        told["supplier"] = {"name": _plain(part.vendor)}
    if part.version:
        told["version"] = _plain(part.version)
    told["properties"] = _properties(
        {name: getattr(part, name) for name in ("layer", "origin", "strength", "evidence_class", "end_of_support")}
    )
    return told


def _service(asset: Asset, one: Listener) -> dict[str, Any]:
    where = one.endpoint
    host = f"[{where.address}]" if ":" in where.address else where.address
    told: dict[str, Any] = {
        "bom-ref": _service_ref(asset, one),
        "name": _plain(one.protocol),
        "endpoints": [f"{where.transport}://{host}:{where.port}"],
    }
    if one.authenticated is not None:
        told["authenticated"] = one.authenticated
    told["properties"] = _properties({"asset": asset.id, "tls": {True: "true", False: "false", None: ""}[one.tls]})
    return told


def _dependency(holding: Holding) -> dict[str, Any]:
    refs = [_service_ref(holding.asset, one) for one in holding.listeners]
    return {"ref": _ref(holding.asset), "provides": refs}


def _ref(asset: Asset) -> str:
    return f"asset:{asset.id}"


def _service_ref(asset: Asset, one: Listener) -> str:
    return f"service:{asset.id}:{one.endpoint}"


def _properties(told: dict[str, Any]) -> list[dict[str, str]]:
    """Name and value of what is known; empty values are left out."""
    return [
        {"name": f"chengjian:{name}", "value": _plain(str(value))}
        for name, value in told.items()
        if value not in (None, "")
    ]


def _plain(text: str) -> str:
    return one_line(text, LONGEST) or "-"


def write(inventory: Inventory, sink: TextIO) -> None:
    """One JSON document."""
    json.dump(document(inventory), sink, ensure_ascii=False, indent=2)
    sink.write("\n")


EXPORT = Export("cyclonedx", text=write)
