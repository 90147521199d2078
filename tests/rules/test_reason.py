"""The sentence of a finding speaks words: no reader meets a code of the dictionary."""

import re

import pytest

from inventory.asset import LAYERS, Origin
from inventory.code_names import LAYER_NAMES, ORIGIN_NAMES
from inventory.endpoint import Endpoint
from inventory.fact import all_tables, columns
from rules.grading import Counts, LayerCount
from rules.load import load_packs
from rules.reason import Reasons, parts_of, placeholders
from rules.rule import Rule
from rules.schemes.autonomy import SCHEME

RULES = load_packs().rules


def coded(rule: Rule) -> dict[str, str]:
    """Column of the reason that lists codes → one of its codes."""
    told = columns(all_tables()[rule.subject])
    names = {name for name, _ in placeholders(rule.reason.zh)}
    return {name: list(told[name].codes)[-1] for name in names if name in told and told[name].codes}


def test_every_layer_and_every_origin_has_a_name_in_both_languages() -> None:
    assert set(LAYER_NAMES) == set(LAYERS)
    assert set(ORIGIN_NAMES) == set(Origin.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("rule", [rule for rule in RULES if coded(rule)], ids=lambda rule: rule.id)
def test_a_reason_names_its_codes_in_the_language_of_the_sentence(rule: Rule) -> None:
    table = all_tables()[rule.subject]
    row: dict[str, int | str | None] = {}
    for name, code in coded(rule).items():
        row[name] = int(code) if code.isdigit() else code
    said = Reasons(table).say(rule, Endpoint("192.0.2.1"), "office", row, {})
    for name, code in coded(rule).items():
        zh, _, en = columns(table)[name].codes[code].partition(" / ")
        assert zh in said.zh
        assert (en or zh) in said.en
        assert zh == en or not en or en not in said.zh


def test_no_reason_shows_a_word_with_underscores() -> None:
    for rule in RULES:
        literal = "".join(part for part, *_ in parts_of(rule.reason.zh))
        assert not re.search(r"[a-z]+_[a-z]+", literal), rule.id


def test_a_code_that_has_no_name_stays_as_it_was_seen() -> None:
    rule = next(rule for rule in RULES if rule.id == "ds-mqtt-anonymous")
    said = Reasons(all_tables()["mqtt"]).say(rule, Endpoint("192.0.2.1"), "office", {"return_code": 77}, {})
    assert "77" in said.zh


def test_the_arithmetic_of_autonomy_names_the_layers() -> None:
    layers = tuple(LayerCount(layer, "foreign", True, 1) for layer in sorted(LAYERS))
    lines = SCHEME.grade(Counts(layers=layers)).arithmetic
    assert any("操作系统层国产占比" in line.zh for line in lines)
    assert any("domestic share, operating system" in line.en for line in lines)
    assert not any("operating_system" in line.zh + line.en for line in lines)
