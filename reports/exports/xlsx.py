"""Assets, their products and their services as a workbook of three sheets. Every cell is text, never a formula."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from reports.export import Export, Inventory
from reports.exports.csv import ASSET_COLUMNS, asset_row
from reports.tabular import safe_cell

COMPONENT_COLUMNS = (
    *("asset", "addresses", "layer", "vendor", "product", "version", "origin", "strength", "evidence_class"),
    "end_of_support",
)
SERVICE_COLUMNS = ("asset", "address", "port", "transport", "protocol", "tls")
_SAID = {True: "yes", False: "no", None: ""}


def write(inventory: Inventory, path: Path) -> tuple[Path, ...]:
    """Write the workbook row by row, in bounded memory."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        _sheet(workbook, "assets", ASSET_COLUMNS, (list(asset_row(one).values()) for one in inventory.holdings))
        _sheet(workbook, "components", COMPONENT_COLUMNS, _components(inventory))
        _sheet(workbook, "services", SERVICE_COLUMNS, _services(inventory))
        about = [("scan", inventory.scan), ("ended", inventory.at)]
        simulated = [("模拟数据", "simulated data")] if inventory.simulated else []
        _sheet(workbook, "about", ("what", "value"), [*about, *simulated])
    return (path,)


def _sheet(workbook: Any, name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    bold = workbook.add_format({"bold": True, "bottom": 1})
    for column, title in enumerate(head):
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, safe_cell(text))


def _components(inventory: Inventory) -> Iterator[list[str]]:
    for holding in inventory.holdings:
        addresses = " ".join(holding.asset.addresses)
        for part in holding.components:
            told = [str(getattr(part, name) or "") for name in COMPONENT_COLUMNS[2:]]
            yield [holding.asset.id, addresses, *told]


def _services(inventory: Inventory) -> Iterator[list[str]]:
    for holding in inventory.holdings:
        for one in holding.listeners:
            where = one.endpoint
            yield [holding.asset.id, where.address, str(where.port), where.transport, one.protocol, _SAID[one.tls]]


EXPORT = Export("xlsx", files=write, default="inventory.xlsx")
