"""Reading a profile file: known packs, rules and parameters, waiver files beside it; loosening only under a waiver."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inventory.errors import InputError
from rules.grading import all_schemes
from rules.load import RuleSet, load_packs
from rules.places import Document, read, validated
from rules.places import Path as Place
from rules.profile import Profile, is_allowed, loosenings
from rules.rule import Parameter
from rules.waiver import Waiver, check_rules, load_waivers


def load_profile(path: Path, ruleset: RuleSet | None = None) -> tuple[Profile, RuleSet]:
    """Read a profile with its waivers, and the rules that it picks from `ruleset` (default: the built-in packs).

    Raises RuleError with file, line and hint: unknown packs, rules, parameters, values of the wrong type, and everything
    that loosens without a waiver.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    document = read(content, str(path))
    data: Any = document.data
    if isinstance(data, dict) and isinstance(data.get("waivers"), list):
        read_in = tuple(_waivers(data["waivers"], path, document))
        document = Document(document.name, {**data, "waivers": read_in}, document.lines)
    profile = validated(Profile, document)
    rules = ruleset or load_packs()
    chosen = rules.only(profile.packs)
    check_profile(profile, chosen, document)
    return profile, chosen


def _waivers(listed: Sequence[Any], path: Path, document: Document) -> list[Waiver]:
    found: list[Waiver] = []
    for index, name in enumerate(listed):
        if not isinstance(name, str):
            raise document.error("waivers are names of files", ("waivers", index), "write the waiver into its own file")
        found += load_waivers(path.parent / name)
    return found


def check_profile(profile: Profile, ruleset: RuleSet, document: Document) -> None:
    """Everything that a model alone cannot know. Raises RuleError."""
    for index, name in enumerate(profile.schemes):
        if name not in all_schemes():
            listed = ", ".join(all_schemes())
            raise document.error(f"no grading scheme {name}", ("schemes", index), f"there are {listed}")
    known = {rule.id: rule.parameters for rule in ruleset.rules}
    _check_parameters(profile.parameters, known, document, ("parameters",))
    for index, overlay in enumerate(profile.overlays):
        _check_parameters(overlay.parameters, known, document, ("overlays", index, "parameters"))
    check_rules(profile.waivers, known, document)
    for loose in loosenings(ruleset.rules, profile):
        if not is_allowed(profile.waivers, loose):
            place: Place = ("parameters", loose.rule, loose.parameter)
            for index, overlay in enumerate(profile.overlays):
                if overlay.organisation == loose.organisation:
                    place = ("overlays", index, "parameters", loose.rule, loose.parameter)
            raise document.error(
                f"{loose.rule}.{loose.parameter} = {loose.value} is less strict than {loose.inherited}",
                place,
                f"tighten it, or add a waiver with rule {loose.rule}, loosens: [{loose.parameter}] and "
                f"where: {{{'the organisation' if loose.organisation else 'city'}: …}}",
            )


def _check_parameters(
    given: Mapping[str, Mapping[str, int | str]],
    known: Mapping[str, Mapping[str, Parameter]],
    document: Document,
    place: Place,
) -> None:
    for rule, changed in given.items():
        if rule not in known:
            raise document.error(f"no rule {rule} in the packs of this profile", (*place, rule), "see rules list")
        for name, value in changed.items():
            parameter = known[rule].get(name)
            if parameter is None:
                listed = ", ".join(known[rule]) or "none"
                raise document.error(f"{rule} has no parameter {name}", (*place, rule, name), f"it has {listed}")
            if isinstance(value, int) != (parameter.type == "integer"):
                raise document.error(
                    f"{rule}.{name} is {parameter.type}", (*place, rule, name), "write a value of that type"
                )
