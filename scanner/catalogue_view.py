"""`chengjian inventory catalogue`: the origin catalogue, listed and checked."""

import argparse
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from inventory.catalogue import Catalogue, Vendor, load
from inventory.errors import InputError
from inventory.text import Text
from scanner.terminal import say, say_json, table


def show(arguments: argparse.Namespace) -> int:
    """List vendors, or one vendor with all that is stated of it, or check the tables; problems end with exit code 1."""
    catalogue = load()
    if arguments.check:
        return _check(catalogue)
    if arguments.table != "vendors":
        _table(catalogue, arguments.table, as_json=arguments.json)
        return 0
    if arguments.vendor:
        vendor = catalogue.vendors.get(arguments.vendor) or catalogue.vendor_named(arguments.vendor)
        if vendor is None:
            raise InputError(f"{arguments.vendor} is no vendor of the catalogue", "catalogue")
        _one(catalogue, vendor, as_json=arguments.json)
        return 0
    vendors = [vendor for vendor in catalogue.vendors.values() if arguments.origin in (None, vendor.origin)]
    if arguments.json:
        say_json({"vendors": [_plain(asdict(vendor)) for vendor in vendors]})
        return 0
    rows = [(vendor.id, vendor.zh, vendor.country, vendor.origin, " ".join(vendor.makes)) for vendor in vendors]
    say(table(("vendor", "名称", "country", "origin", "makes"), rows))
    return 0


TABLES: Mapping[str, tuple[str, ...]] = {
    "product-lines": ("vendor", "match", "origin", "layer", "base", "source", "as_of"),
    "announcements": ("number", "announced", "expires", "vendor", "product", "version", "level", "source"),
    "support": ("product", "version", "ends", "extended", "sure", "note", "source"),
}


def _table(catalogue: Catalogue, name: str, *, as_json: bool) -> None:
    """One of the dated tables besides the vendors, as it is used."""
    rows = {"product-lines": catalogue.lines, "announcements": catalogue.announcements, "support": catalogue.support}[
        name
    ]
    told = [_plain({column: _pattern(getattr(row, column)) for column in TABLES[name]}) for row in rows]
    if as_json:
        say_json({name: told})
    else:
        say(table(TABLES[name], [[_words(value) for value in row.values()] for row in told]))


def _pattern(value: object) -> object:
    if isinstance(value, Text):
        return value.model_dump()
    return value.pattern if isinstance(value, re.Pattern) else value


def _one(catalogue: Catalogue, vendor: Vendor, *, as_json: bool) -> None:
    lines = [asdict(line) | {"match": line.match.pattern} for line in catalogue.lines_of.get(vendor.id, ())]
    announced = [asdict(row) for row in catalogue.announcements if row.vendor == vendor.id]
    if as_json:
        say_json(_plain({"vendor": asdict(vendor), "product_lines": lines, "announcements": announced}))
        return
    facts = [(name, _words(value)) for name, value in asdict(vendor).items() if value]
    say(table(("field", "value"), facts))
    for line in lines:
        say(f"product line {line['match']}: {line['origin']} ({line['note'] or line['base']})")
    for row in announced:
        say(f"{row['number']}: {row['product']} {row['version']} {row['level']}, to {row['expires']}")


def problems(catalogue: Catalogue) -> list[str]:
    """What is missing or at odds; loading has already refused unknown words and fields."""
    found = []
    for vendor in catalogue.vendors.values():
        if vendor.origin.startswith("domestic") and vendor.country != "CN":
            found.append(f"{vendor.id}: {vendor.origin}, yet owned in {vendor.country}")
        if vendor.origin == "foreign" and vendor.country == "CN":
            found.append(f"{vendor.id}: foreign, yet owned in CN")
        if vendor.origin.startswith("domestic") and vendor.zh == "":
            found.append(f"{vendor.id}: a domestic vendor without a Chinese name")
        if not vendor.makes:
            found.append(f"{vendor.id}: makes nothing")
        if not vendor.source:
            found.append(f"{vendor.id}: no source")
    found += [
        f"product line {line.vendor} {line.match.pattern}: no source" for line in catalogue.lines if not line.source
    ]
    found += _of_announcements(catalogue)
    rows = [(row.product.casefold(), row.version) for row in catalogue.support]
    found += [
        f"support: {product} {version} is listed twice"
        for product, version in sorted({r for r in rows if rows.count(r) > 1})
    ]
    found += [
        f"support: {row.product} {row.version}: extended support ends before support"
        for row in catalogue.support
        if row.extended is not None and row.extended < row.ends
    ]
    found += [
        f"support: {row.product} {row.version}: not sure, and no note says why"
        for row in catalogue.support
        if not row.sure and row.note is None
    ]
    return found


LEVELS = ("", "Ⅰ", "Ⅱ", "Ⅲ")


def _of_announcements(catalogue: Catalogue) -> list[str]:
    found, seen = [], set()
    for row in catalogue.announcements:
        name = f"announcement {row.number} {row.product} {row.version}".rstrip()
        if row.level not in LEVELS:
            found.append(f"{name}: {row.level} is no level")
        if not row.source:
            found.append(f"{name}: no source")
        if (row.number, row.vendor, row.product, row.version) in seen:
            found.append(f"{name}: listed twice")
        maker = catalogue.vendors.get(row.vendor)
        if maker is not None and maker.country != "CN":
            found.append(f"{name}: its vendor is owned in {maker.country}")
        seen.add((row.number, row.vendor, row.product, row.version))
    return found


def _check(catalogue: Catalogue) -> int:
    found = problems(catalogue)
    for problem in found:
        say(problem)
    say(
        f"{len(catalogue.vendors)} vendors, {len(catalogue.by_number)} enterprise numbers, {len(catalogue.lines)} product "
        f"lines, {len(catalogue.support)} ends of support, {len(catalogue.announcements)} announced products, "
        f"{len(found)} problems"
    )
    return 1 if found else 0


def _plain(value: Any) -> Any:
    """Dates as texts, tuples as lists: what JSON can say."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return " / ".join(map(str, value.values()))
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
