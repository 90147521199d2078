"""Every fingerprint recognises its own examples, and the vocabularies are closed."""

from pathlib import Path

import pytest

from inventory import fingerprint
from inventory.asset import LAYERS
from inventory.errors import InputError
from inventory.identify import identify_line

RULES = [rule for rule in fingerprint.load().rules if not rule.names]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_fingerprint_recognises_its_examples(rule: fingerprint.Fingerprint) -> None:
    protocol = sorted(rule.on)[0] if rule.on else "other"
    for text, version, product in rule.examples:
        answer = identify_line({"id": "1", "kind": "banner", "protocol": protocol, "banner": text})
        if rule.vendor is None and rule.product is None:
            assert answer["os"] == rule.os, (text, answer)
            continue
        assert answer["vendor"] == rule.vendor, (text, answer)
        if version is not None:
            assert answer["version"] == version, (text, answer)
        wanted = product or (rule.product if rule.product and "{" not in rule.product else None)
        if wanted is not None:
            assert answer["product"] == wanted, (text, answer)


def test_every_fingerprint_has_an_example() -> None:
    assert [rule.id for rule in RULES if not rule.examples] == []


def test_the_layers_and_vendors_of_fingerprints_are_words_of_the_vocabulary() -> None:
    for rule in RULES:
        assert rule.layer in LAYERS
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a, match: x, vendor: nobody-at-all}", "not in the vocabulary"),
        ("{id: a, match: x, layer: hardware}", "not a layer"),
        ("{id: a, match: '(x'}", "expression is wrong"),
        ("{id: a, match: x, colour: red}", "unknown field colour"),
        ("{id: a, match: x}\n  - {id: a, match: y}", "two fingerprints"),
    ],
)
def test_a_wrong_fingerprint_is_refused_with_its_name(tmp_path: Path, rule: str, message: str) -> None:
    (tmp_path / "wrong.yaml").write_text(f"layer: network\nrules:\n  - {rule}\n", "utf-8")
    with pytest.raises(InputError, match=message) as caught:
        fingerprint.load(tmp_path)
    assert "wrong.yaml" in str(caught.value)
