"""A profile: which packs, at which protection level, with which parameters. Tightening is free, loosening needs a waiver.

Overlays go from the region down: the profile's own parameters first, then those of the city (GB/T 2260 code), the district
(code) and the department of an asset. Each may only tighten what it inherits: a district that loosens what its city set is
refused when the file is read; which department stands where only the assets tell, so of two values the stricter one holds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from inventory.text import Text
from rules.rule import Parameter, Rule
from rules.verdict import Severity
from rules.waiver import Waiver

Value = int | str
Parameters = Mapping[str, Mapping[str, Value]]  # rule id → parameter → value


DUE_DAYS: Mapping[Severity, int] = {"high": 15, "medium": 30, "low": 90}


class Overlay(BaseModel):
    """Parameters of one organisation: a city or district code, or the name of a department."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    organisation: str
    parameters: Mapping[str, Mapping[str, int | str]]


class Signatories(BaseModel):
    """Names for the signature block of the report; empty is a line to write on."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=100)

    assessor: str = ""
    reviewer: str = ""
    owner: str = ""


class Profile(BaseModel):
    """What is assessed and how strictly. `protection_level` is a floor: an asset is judged at its own level or at this one,
    whichever is higher; None leaves undeclared levels undeclared. `cii` cites the clauses for critical infrastructure,
    which only its protection department designates. `schemes`: grading schemes to show beside the default ones, such as mlps-2021;
    `due_days`: days to mend by severity; `sign_off`: who signs. In a file, `waivers` may name
    waiver files beside it; `profile_file` reads them, so that a profile carries everything that it needs."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    id: str = "default"
    title: Text = Text(zh="默认方案", en="default profile")
    packs: tuple[str, ...] = ("data-security", "domestic-autonomy")
    protection_level: Literal[2, 3] | None = None
    cii: bool = False
    parameters: Mapping[str, Mapping[str, int | str]] = Field(default_factory=dict)
    overlays: tuple[Overlay, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    schemes: tuple[str, ...] = ()
    due_days: Mapping[Severity, int] = DUE_DAYS
    sign_off: Signatories = Signatories()


@dataclass(frozen=True, slots=True)
class Loosening:
    """A parameter that a profile sets to something less strict than what it inherits."""

    rule: str
    parameter: str
    inherited: Value
    value: Value
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The parameters that hold for assets of one city, district and department."""

    city: str
    district: str
    department: str
    values: Mapping[tuple[str, str], Value] = field(default_factory=dict)


def is_looser(parameter: Parameter, inherited: Value, value: Value) -> bool:
    """Whether `value` is less strict. A parameter without a direction cannot be changed freely at all."""
    if value == inherited or parameter.stricter == "free":
        return False
    if parameter.stricter is None or not isinstance(value, int) or not isinstance(inherited, int):
        return True
    return value < inherited if parameter.stricter == "higher" else value > inherited


def loosenings(rules: Sequence[Rule], profile: Profile) -> tuple[Loosening, ...]:
    """Everything in a profile that loosens, against the rule's default and against the profile's own parameters."""
    found = []
    known = {(rule.id, name): parameter for rule in rules for name, parameter in rule.parameters.items()}
    base = values_for(rules, profile, ())
    defaults = {key: parameter.default for key, parameter in known.items()}
    for (rule, name), value in base.items():
        if is_looser(known[rule, name], defaults[rule, name], value):
            found.append(Loosening(rule, name, defaults[rule, name], value))
    for overlay in profile.overlays:
        inherited = values_for(rules, profile, wider_than(overlay.organisation))
        for rule, changed in overlay.parameters.items():
            for name, value in changed.items():
                if (rule, name) in known and is_looser(known[rule, name], inherited[rule, name], value):
                    found.append(Loosening(rule, name, inherited[rule, name], value, overlay.organisation))
    return tuple(found)


def wider_than(organisation: str) -> tuple[str, ...]:
    """The organisations that a GB/T 2260 code lies in, as far as the code tells: the city of a district."""
    if re.fullmatch(r"\d{6}", organisation) is None or organisation.endswith("00"):
        return ()
    return (f"{organisation[:4]}00",)


def is_allowed(waivers: Sequence[Waiver], loose: Loosening) -> bool:
    """Whether a waiver lets this parameter be loosened: one for exactly that organisation, or for a whole city where the profile
    itself loosens. A waiver for some assets, a zone or a system is narrower than any parameter."""
    for waiver in waivers:
        where = waiver.where
        if waiver.rule != loose.rule or loose.parameter not in waiver.loosens:
            continue
        if where.assets or where.zone or where.system:
            continue
        narrowest = where.department or where.district or where.city
        if narrowest == (loose.organisation or where.city):
            return True
    return False


def in_force(rules: Sequence[Rule], profile: Profile, as_of: str) -> Profile:
    """The profile as it holds on that day: without waivers that have ended or not begun, and without what they let it loosen."""
    active = tuple(waiver for waiver in profile.waivers if waiver.active(as_of))
    if len(active) == len(profile.waivers):
        return profile
    held = profile.model_copy(update={"waivers": active})
    loose = {
        (found.rule, found.parameter)
        for found in loosenings(rules, held)
        if not found.organisation and not is_allowed(active, found)
    }
    kept = {
        rule: {name: value for name, value in changed.items() if (rule, name) not in loose}
        for rule, changed in profile.parameters.items()
    }
    return held.model_copy(update={"parameters": kept})


def values_for(rules: Sequence[Rule], profile: Profile, organisations: Sequence[str]) -> dict[tuple[str, str], Value]:
    """(rule, parameter) → value for the given organisations, from the widest to the narrowest. A narrower one that would loosen
    what it inherits changes nothing, unless a waiver lets it."""
    known = {(rule.id, name): parameter for rule in rules for name, parameter in rule.parameters.items()}
    values: dict[tuple[str, str], Value] = {key: parameter.default for key, parameter in known.items()}
    for rule, changed in profile.parameters.items():
        values.update({(rule, name): value for name, value in changed.items() if (rule, name) in values})
    for organisation in organisations:
        for overlay in profile.overlays:
            if overlay.organisation == organisation:
                _lay_over(values, known, overlay, profile.waivers)
    return values


def _lay_over(
    values: dict[tuple[str, str], Value],
    known: Mapping[tuple[str, str], Parameter],
    overlay: Overlay,
    waivers: Sequence[Waiver],
) -> None:
    for rule, changed in overlay.parameters.items():
        for name, value in changed.items():
            if (rule, name) not in known:
                continue
            inherited = values[rule, name]
            loose = Loosening(rule, name, inherited, value, overlay.organisation)
            if not is_looser(known[rule, name], inherited, value) or is_allowed(waivers, loose):
                values[rule, name] = value


def selections(
    rules: Sequence[Rule], profile: Profile, places: Sequence[tuple[str, str, str]]
) -> tuple[dict[tuple[str, str], Value], tuple[Selection, ...]]:
    """The values of the profile itself, and a selection for every (city, district, department) that differs from it."""
    base = values_for(rules, profile, ())
    named = {overlay.organisation for overlay in profile.overlays}
    differing = []
    for place in sorted(set(places)):
        if named.intersection(place):
            values = values_for(rules, profile, [part for part in place if part])
            if values != base:
                differing.append(Selection(*place, values))
    return base, tuple(differing)
