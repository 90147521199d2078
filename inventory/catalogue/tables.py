"""Loads the tables of the catalogue, holds them against their vocabularies, and answers questions about origin.

Origins are the seven words of the domain; their scores and the reason why *unknown* never passes are in GB/T 39204 §7.9 and
the notes of `docs/identification.md`. A statement is only as good as its source: each vendor and line carries kind and date.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

from inventory.asset import LAYERS, Origin
from inventory.errors import InputError
from inventory.text import Text
from inventory.yaml_file import read_table

FOLDER = Path(__file__).parent
ORIGINS: tuple[str, ...] = get_args(Origin)
# What a vendor makes, and the layer that a device or product of this kind counts in.
KINDS: Mapping[str, str] = {
    **{layer: layer for layer in LAYERS},
    "server": "firmware",
    "storage": "firmware",
    "printer": "iot",
    "terminal": "iot",
    "power": "iot",
    "instrument": "iot",
}
_VENDOR_FIELDS = frozenset(
    ("en", "zh", "also", "starts", "called", "numbers", "makes", "heir", "kin", "country", "origin", "note")
)
_GROUP_FIELDS = frozenset(("source", "country", "origin", "vendors"))
# Words that say nothing about who a company is; used when a registry's name is compared with the vocabulary.
_CORPORATE_TEXT = (
    "ab ag aktiengesellschaft as asa bhd bv co company comm communication communications communicaton computer computers "
    "corp corporate corporation electric electronic electronics gmbh group holding holdings inc incorporated industrial "
    "industries industry information international kg kk limited llc ltd ltda network networking networks nv oy oyj plc "
    "private pte pty sa sarl sas science solution solutions spa srl system systems tech technical technologies "
    "technology telecom telecommunication telecommunications the trading usa us china hangzhou shenzhen beijing shanghai "
    "zhejiang guangdong wuhan chengdu nanjing germany india japan america europe uk and of digital software services "
    "service automation enterprise enterprises mobile canada portugal espana italy austria switzerland co,ltd "
    "hong kong taiwan korea"
)
_CORPORATE = frozenset(_CORPORATE_TEXT.split())


@dataclass(frozen=True, slots=True)
class Vendor:
    """A maker: `id` is its word in the vocabulary, `names` and `starts` are how texts call it (starts: only at
    the start; a `*` at the end of a name stands for any letters and digits), `called` how other lists do, never texts.

    `country` is the owner's, as ISO 3166 code, XX where there is no single one. `heir` owns the name today, `kin` are words
    for the same house at other times. `source` says where the statement comes from, `as_of` its date.
    """

    id: str
    en: str
    zh: str
    country: str
    origin: Origin
    makes: tuple[str, ...]
    names: tuple[str, ...]
    starts: tuple[str, ...]
    called: tuple[str, ...]
    numbers: tuple[int, ...]
    heir: str | None
    kin: tuple[str, ...]
    source: str
    as_of: date
    note: str = ""

    @property
    def layer(self) -> str | None:
        """The layer that its products mostly count in."""
        return KINDS[self.makes[0]] if self.makes else None


@dataclass(frozen=True, slots=True)
class ProductLine:
    """Products whose origin the vendor alone would tell wrongly; `match` is held against the lower-case product name."""

    vendor: str
    match: re.Pattern[str]
    origin: Origin
    layer: str | None
    base: str
    source: str
    as_of: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """When support of a product's versions ended or ends; `sure` is False where published texts differ or the date does not
    hold everywhere (`note` says why): such a date decides nothing."""

    product: str
    version: str
    ends: date
    extended: date | None
    sure: bool
    source: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """A row of the announcements of 安全可靠测评: valid for three years from its date."""

    number: str
    announced: date
    vendor: str
    product: str
    version: str
    level: str
    expires: date
    source: str

    def covers(self, vendor: str, product: str, version: str | None, at: date) -> bool:
        """Whether it speaks of this product and version on that day; a row without a version speaks of none in particular."""
        if vendor != self.vendor or not self.announced <= at <= self.expires or not self.version:
            return False
        plain = product.casefold().replace(" ", "")
        if self.product.casefold().replace(" ", "") not in plain:
            return False
        return version is not None and _same_release(self.version, version)


@dataclass(frozen=True, slots=True)
class OriginStatement:
    """An origin, why, and since when that is known."""

    origin: Origin
    why: str
    source: str
    as_of: date | None


@dataclass(frozen=True)
class Catalogue:
    """All tables. Look vendors up by word, by enterprise number, or by the name that a registry prints."""

    vendors: Mapping[str, Vendor]
    by_number: Mapping[int, Vendor]
    lines: tuple[ProductLine, ...]
    support: tuple[Support, ...]
    announcements: tuple[Announcement, ...]
    by_name: Mapping[tuple[str, ...], Vendor]
    lines_of: Mapping[str, tuple[ProductLine, ...]]

    def origin_of(
        self,
        vendor: str | None,
        product: str | None = None,
        layer: str | None = None,
        version: str | None = None,
        at: date | None = None,
    ) -> OriginStatement:
        """The origin of a product: an announcement in date first, then the product line, then the vendor; else unknown.

        `at` is the day that is judged (announcements expire); without it no announcement is counted.
        """
        known = self.vendors.get(vendor or "")
        if known is None:
            return OriginStatement("unknown", "no vendor is known", "", None)
        if product and at is not None:
            for row in self.announcements:
                if row.covers(known.id, product, version, at):
                    return OriginStatement(
                        "domestic_certified", f"announcement {row.number}", row.source, row.announced
                    )
        if product:
            for line in self.lines_of.get(known.id, ()):
                if line.layer in (None, layer) and line.match.search(product.casefold()):
                    return OriginStatement(
                        line.origin, line.note or f"product line on {line.base}", line.source, line.as_of
                    )
        return OriginStatement(known.origin, known.note or f"owner in {known.country}", known.source, known.as_of)

    def support_end(self, product: str, version: str | None) -> Support | None:
        """When support of a product's version ends, if that is sure: what may be quoted and decide a verdict."""
        row = self.support_row(product, version)
        return row if row is not None and row.sure else None

    def support_row(self, product: str, version: str | None) -> Support | None:
        """What the table says of a product's version, sure or not: the row with the longest version that begins the given
        one."""
        if not version:
            return None
        plain = product.casefold()
        rows = [row for row in self.support if row.product.casefold() == plain and _same_release(row.version, version)]
        return max(rows, key=lambda row: len(row.version), default=None)

    def vendor_named(self, name: str) -> Vendor | None:
        """The vendor that a registry's name means: its words begin with one of the vendor's names and go on with corporate
        words only ("Cisco Systems India Private Limited" is cisco, "Apple Valley School" is nobody here)."""
        words = name_words(name)
        for length in range(min(len(words), 5), 0, -1):
            found = self.by_name.get(words[:length])
            if found is not None and all(word in _CORPORATE or len(word) == 1 for word in words[length:]):
                return found
        while words and words[0] in _CORPORATE and len(words) > 1:
            words = words[1:]
            found = self.by_name.get(words[:1]) or self.by_name.get(words[:2])
            if found is not None and all(word in _CORPORATE for word in words[1:]):
                return found
        return None


def name_words(name: str) -> tuple[str, ...]:
    """The words of a company's name in lower case, without punctuation and without what stands in brackets."""
    plain = re.sub(r"\([^)]*\)|https?://\S+", " ", name).casefold().replace("'", "").replace(".", "")
    return tuple(re.findall(r"[^\W_]+", plain))


def company_slug(name: str) -> str:
    """A plain word for a company that the vocabulary does not hold: its name without corporate words."""
    words = [word for word in name_words(name) if word not in _CORPORATE] or list(name_words(name))
    return "-".join(words)


def _same_release(listed: str, version: str) -> bool:
    listed, version = (text.casefold().lstrip("v") for text in (listed, version))
    if not version.startswith(listed):
        return False
    rest = version[len(listed) :]
    return not rest or not rest[0].isalnum() or (listed[-1].isdigit() != rest[0].isdigit())


@cache
def load(folder: Path = FOLDER) -> Catalogue:
    """Read and check all tables of a folder. Raises InputError with file and field."""
    vendors: dict[str, Vendor] = {}
    for path in sorted(folder.glob("vendors-*.yaml")):
        for group in read_table(path):
            _check_fields(group, _GROUP_FIELDS, path, "group")
            for word, entry in group["vendors"].items():
                if word in vendors:
                    raise InputError(f"the vendor {word} is listed twice", str(path), word)
                vendors[word] = _vendor(word, entry, group, path)
    for vendor in vendors.values():
        for other in (vendor.heir, *vendor.kin):
            if other is not None and other not in vendors:
                raise InputError(f"{other} is not a vendor", vendor.id, "heir or kin")
    lines = tuple(_line(row, vendors, folder / "product-lines.yaml") for row in _rows(folder, "product-lines.yaml"))
    return Catalogue(
        vendors=vendors,
        by_number=_by_number(vendors),
        lines=lines,
        lines_of={
            word: tuple(line for line in lines if line.vendor == word) for word in {line.vendor for line in lines}
        },
        support=tuple(_support(row) for row in _rows(folder, "support.yaml")),
        announcements=tuple(_announcement(row, vendors, folder) for row in _rows(folder, "announcements.yaml")),
        by_name={
            name_words(name): vendor
            for vendor in vendors.values()
            for name in (vendor.en, *vendor.names, *vendor.starts, *vendor.called)
        },
    )


def _check_fields(entry: Mapping[str, Any], allowed: frozenset[str], path: Path, where: str) -> None:
    unknown = set(entry) - allowed
    if unknown:
        raise InputError(f"unknown field {sorted(unknown)[0]}", str(path), where)


def _vendor(word: str, entry: Mapping[str, Any], group: Mapping[str, Any], path: Path) -> Vendor:
    _check_fields(entry, _VENDOR_FIELDS, path, word)
    origin = entry.get("origin", group["origin"])
    makes = tuple(entry.get("makes", ()))
    if origin not in ORIGINS:
        raise InputError(f"{origin} is not an origin", str(path), word)
    for kind in makes:
        if kind not in KINDS:
            raise InputError(f"{kind} is not a kind of product", str(path), word)
    starts = tuple(entry.get("starts", ()))
    names = (() if "starts" in entry else (entry["en"],)) + tuple(entry.get("also", ()))
    return Vendor(
        id=word,
        en=entry["en"],
        zh=entry.get("zh", entry["en"]),
        country=entry.get("country", group["country"]),
        origin=origin,
        makes=makes,
        names=tuple(dict.fromkeys(names)),
        starts=starts,
        called=tuple(entry.get("called", ())),
        numbers=tuple(entry.get("numbers", ())),
        heir=entry.get("heir"),
        kin=tuple(entry.get("kin", ())),
        source=group["source"]["kind"],
        as_of=group["source"]["as_of"],
        note=entry.get("note", ""),
    )


def _by_number(vendors: Mapping[str, Vendor]) -> dict[int, Vendor]:
    found: dict[int, Vendor] = {}
    for vendor in vendors.values():
        for number in vendor.numbers:
            if number in found:
                raise InputError(
                    f"enterprise number {number} is claimed by {found[number].id} and {vendor.id}", "catalogue"
                )
            found[number] = vendor
    return found


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table with the head's source and date filled in."""
    document = read_table(folder / name)
    head = {"source": document["source"], "as_of": document["as_of"]}
    return [{**head, **row} for row in document["rows"]]


def _line(row: Mapping[str, Any], vendors: Mapping[str, Vendor], path: Path) -> ProductLine:
    if row["vendor"] not in vendors:
        raise InputError(f"{row['vendor']} is not a vendor", str(path), str(row["match"]))
    if row["origin"] not in ORIGINS:
        raise InputError(f"{row['origin']} is not an origin", str(path), str(row["match"]))
    return ProductLine(
        vendor=row["vendor"],
        match=re.compile(row["match"]),
        origin=row["origin"],
        layer=row.get("layer"),
        base=row.get("base", ""),
        source=row["source"],
        as_of=row["as_of"],
        note=row.get("note", ""),
    )


def _support(row: Mapping[str, Any]) -> Support:
    return Support(
        row["product"],
        str(row["version"]),
        row["ends"],
        row.get("extended"),
        row.get("sure", True),
        row["source"],
        Text(**row["note"]) if "note" in row else None,
    )


def _announcement(row: Mapping[str, Any], vendors: Mapping[str, Vendor], folder: Path) -> Announcement:
    if row["vendor"] not in vendors:
        raise InputError(f"{row['vendor']} is not a vendor", str(folder / "announcements.yaml"), row["product"])
    announced: date = row["announced"]
    return Announcement(
        number=row["number"],
        announced=announced,
        vendor=row["vendor"],
        product=row["product"],
        version=str(row.get("version", "")),
        level=row.get("level", ""),
        expires=date.fromordinal(announced.replace(year=announced.year + 3).toordinal() - 1),
        source=row["source"],
    )
