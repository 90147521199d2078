"""Waivers 豁免: accepted deviations, beside the original verdict and never instead of it.

A waiver file is YAML under review: a list of waivers, each for one rule, with a selector, a reason, an approver and an
expiry. A wrong file stops the run. A waiver that has expired waives nothing. Loosening a parameter in a profile needs one too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from inventory.errors import InputError
from inventory.read_only import Connection
from rules.places import Document, read, validated

LONGEST_DAYS = 366  # a deviation is looked at again at least once a year
Pair = tuple[str, str]  # rule, asset


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class Selector(_Frozen):
    """Which assets: every field that is given must fit. `assets` are ids, names or addresses."""

    assets: tuple[str, ...] = ()
    zone: str | None = None
    system: str | None = None
    department: str | None = None
    district: str | None = None
    city: str | None = None

    @model_validator(mode="after")
    def _selects_something(self) -> "Selector":
        if not self.assets and not any((self.zone, self.system, self.department, self.district, self.city)):
            raise ValueError("the selector is empty: name assets, a zone, a system or an organisation")
        return self

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self if name != "assets" and value]
        return ", ".join([*(["assets=" + "+".join(self.assets)] if self.assets else []), *parts])


class Waiver(_Frozen):
    """One accepted deviation. `loosens` lists parameters of the rule that a profile may set less strictly under it."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40)
    rule: str
    where: Selector
    reason: str = Field(min_length=4)
    approver: str
    approved: str
    expires: str
    loosens: tuple[str, ...] = ()

    @field_validator("approved", "expires")
    @classmethod
    def _is_a_date(cls, value: str) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError(f"{value!r} is not a date such as 2026-12-31") from None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Waiver":
        if self.expires <= self.approved:
            raise ValueError("it expires before it was approved")
        return self

    def active(self, as_of: str) -> bool:
        """Whether it holds on the day of `as_of` (ISO 8601); the day of expiry is the last."""
        return self.approved <= as_of[:10] <= self.expires


class WaiverFile(_Frozen):
    """What a waiver file holds."""

    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, order=True, slots=True)
class WaiverProblem:
    """What `waiver lint` says. An `error` stops a run, a `warning` does not."""

    kind: Literal["error", "warning"]
    waiver: str
    message: str


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a waiver file. Raises RuleError with file and line, InputError where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    return waivers_of(read(content, str(path)))


def waivers_of(document: Document) -> tuple[Waiver, ...]:
    """The waivers of a document, checked. Raises RuleError with the line."""
    loaded = validated(WaiverFile, document).waivers
    seen: set[str] = set()
    for index, waiver in enumerate(loaded):
        if waiver.id in seen:
            raise document.error(f"waiver {waiver.id} is there twice", ("waivers", index, "id"), "give it another id")
        seen.add(waiver.id)
    return loaded


def check_rules(waivers: Sequence[Waiver], rules: Iterable[str], document: Document) -> None:
    """Every waiver is about a rule that exists. Raises RuleError with the line."""
    known = set(rules)
    for index, waiver in enumerate(waivers):
        if waiver.rule not in known:
            raise document.error(
                f"waiver {waiver.id} is about an unknown rule {waiver.rule}",
                ("waivers", index, "rule"),
                "see rules list",
            )


def lint(
    waivers: Sequence[Waiver], rules: Iterable[str], as_of: str, used: Collection[Sequence[str]] | None = None
) -> tuple[WaiverProblem, ...]:
    """Problems, errors first. `used` are, for each finding of a scan, the waivers that cover it; None where no scan was looked at.
    A waiver under which a profile loosens a parameter does its work without a finding."""
    known = set(rules)
    matching = {waiver for together in used or () for waiver in together}
    pairs = {(together[0], other) for together in used or () for other in together[1:]}
    found: list[WaiverProblem] = []
    for waiver in waivers:
        if waiver.rule not in known:
            found.append(WaiverProblem("error", waiver.id, f"unknown rule {waiver.rule}"))
        if waiver.expires < as_of[:10]:
            found.append(WaiverProblem("warning", waiver.id, f"expired on {waiver.expires}"))
        elif waiver.approved > as_of[:10]:
            found.append(WaiverProblem("warning", waiver.id, f"holds from {waiver.approved} only"))
        days = (date.fromisoformat(waiver.expires) - date.fromisoformat(waiver.approved)).days
        if days > LONGEST_DAYS:
            found.append(WaiverProblem("warning", waiver.id, f"holds for {days} days, more than a year"))
        if used is not None and waiver.active(as_of) and waiver.id not in matching and not waiver.loosens:
            found.append(WaiverProblem("warning", waiver.id, "matches no finding"))
    for index, first in enumerate(waivers):
        for second in waivers[index + 1 :]:
            if first.rule == second.rule and _holds(first.where, second.where) and _meet(first, second):
                pairs.add((first.id, second.id))
    found += [WaiverProblem("warning", second, f"overlaps {first}") for first, second in pairs]
    return tuple(sorted(found))


def _holds(first: Selector, second: Selector) -> bool:
    """Whether one selector is sure to hold everything that the other one selects."""
    return _wider(first, second) or _wider(second, first)


def _wider(wide: Selector, narrow: Selector) -> bool:
    if wide.assets and not (narrow.assets and set(narrow.assets) <= set(wide.assets)):
        return False
    given = {name: value for name, value in wide if name != "assets" and value is not None}
    return all(getattr(narrow, name) == value for name, value in given.items())


def _meet(first: Waiver, second: Waiver) -> bool:
    return first.approved <= second.expires and second.approved <= first.expires


def covered(connection: Connection, scan: str, waivers: Sequence[Waiver], as_of: str) -> Mapping[Pair, str]:
    """(rule, asset) → the waiver that covers it on that day: the first by id where several do."""
    return {pair: found[0] for pair, found in covering(connection, scan, waivers, as_of).items()}


def covering(connection: Connection, scan: str, waivers: Sequence[Waiver], as_of: str) -> Mapping[Pair, list[str]]:
    """(rule, asset) → every waiver that covers it on that day, by id."""
    active = sorted((waiver for waiver in waivers if waiver.active(as_of)), key=lambda waiver: waiver.id)
    if not active:
        return {}
    rows = connection.execute(
        "SELECT asset.id, asset.name, asset.zone, asset.system, asset.department, asset.district, asset.city, known.address "
        "FROM asset LEFT JOIN asset_address AS known ON known.scan = asset.scan AND known.asset = asset.id "
        "WHERE asset.scan = ? ORDER BY asset.id, known.address",
        (scan,),
    )
    found: dict[Pair, list[str]] = {}
    for asset, name, zone, system, department, district, city, address in rows:
        place = {"zone": zone, "system": system, "department": department, "district": district, "city": city}
        for waiver in active:
            if _selects(waiver.where, {asset, name, address}, place):
                _add(found, (waiver.rule, asset), waiver.id)
    for waiver in active:
        where = waiver.where
        if where.assets or where.zone or where.system or where.district:
            continue
        for kind, value in (("department", where.department), ("city", where.city)):
            if value and (kind == "department" or not where.department):
                _add(found, (waiver.rule, f"{kind}:{value}"), waiver.id)
    return found


def _add(found: dict[Pair, list[str]], pair: Pair, waiver: str) -> None:
    """One more, in the order of ids: an asset comes once for each of its addresses."""
    listed = found.setdefault(pair, [])
    if waiver not in listed:
        listed.append(waiver)
        listed.sort()


def _selects(where: Selector, names: set[str | None], place: Mapping[str, str]) -> bool:
    if where.assets and not names.intersection(where.assets):
        return False
    return all(place[name] == wanted for name, wanted in where if name != "assets" and wanted is not None)
