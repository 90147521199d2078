"""Assets as CSV, one line an asset, safe for spreadsheets."""

import csv
from collections.abc import Iterator
from typing import TextIO

from reports.export import Export, Holding, Inventory
from reports.tabular import safe_cell

ASSET_COLUMNS = (
    *("id", "name", "addresses", "zone", "department", "credit_code", "city", "district", "system", "importance"),
    *("protection_level", "device_class", "registered", "contact", "serial", "mac", "products", "services"),
)


def asset_row(holding: Holding) -> dict[str, str]:
    """The cells of an asset by column, as plain text."""
    asset = holding.asset
    return {
        **{name: _text(getattr(asset, name, "")) for name in ASSET_COLUMNS},
        "credit_code": holding.credit_code,
        "serial": " ".join(holding.keys("serial")),
        "mac": " ".join(holding.keys("mac")),
        "products": "; ".join(_products(holding)),
        "services": " ".join(
            f"{one.protocol}:{one.endpoint.port}/{one.endpoint.transport}" for one in holding.listeners
        ),
    }


def _products(holding: Holding) -> Iterator[str]:
    for part in holding.components:
        name = " ".join(filter(None, (part.vendor, part.product, part.version)))
        yield f"{name} ({part.layer}, {part.origin})"


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


def write(inventory: Inventory, sink: TextIO) -> None:
    """A head, then one line an asset; a cell that a spreadsheet would take for a formula is quoted with an apostrophe."""
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(ASSET_COLUMNS)
    for holding in inventory.holdings:
        writer.writerow([safe_cell(text) for text in asset_row(holding).values()])


EXPORT = Export("csv", text=write)
