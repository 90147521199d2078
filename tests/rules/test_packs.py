"""The built-in packs: every example gives its verdict, through the same engine as a scan."""

from functools import cache

import pytest

from inventory.fact import all_tables
from rules.load import BUILTIN, RuleSet, gather, load_packs, problems
from rules.rule import Rule
from rules.testing import run_examples


@cache
def packs() -> RuleSet:
    return load_packs()


def test_lint_finds_nothing() -> None:
    assert [str(problem) for problem in problems(gather(sorted(BUILTIN.iterdir())))] == []


def test_every_example_gives_its_verdict() -> None:
    results = run_examples(packs())
    assert [str(result) for result in results if not result.ok] == []
    assert len(results) == sum(len(rule.examples) for rule in packs().rules)


@pytest.mark.parametrize("rule", packs().rules, ids=lambda rule: str(rule.id))
def test_every_rule_speaks_both_languages_to_three_readers(rule: Rule) -> None:
    told = rule.remediation
    texts = [rule.title, rule.reason, told.officer, told.auditor, told.vendor]
    assert all(any("\u4e00" <= letter <= "\u9fff" or letter in "：；，。" for letter in text.zh) for text in texts)
    assert all(all(letter < "\u2e80" for letter in text.en.replace("‰", "")) for text in texts)
    assert len({told.officer.en, told.auditor.en, told.vendor.en}) == 3


def test_no_rule_is_a_copy_of_another() -> None:
    said = [(rule.subject, rule.applies, rule.requires, rule.partial) for rule in packs().rules]
    assert len(said) == len(set(said))


def test_high_risk_cases_only_stand_where_a_fail_is_possible() -> None:
    assert [rule.id for rule in packs().rules if rule.high_risk and not rule.can_fail] == []


def test_the_digest_depends_on_every_file() -> None:
    ruleset = packs()
    name = next(iter(ruleset.files))
    changed = RuleSet(ruleset.packs, ruleset.rules, {**ruleset.files, name: b"other"}, ruleset.clauses)
    assert changed.digest != ruleset.digest


def test_a_rule_on_a_default_port_says_what_a_closed_port_means() -> None:
    tables = all_tables()
    silent = [rule.id for rule in packs().rules if tables[rule.subject].ports and rule.closed == "not_assessed"]
    assert silent == []
