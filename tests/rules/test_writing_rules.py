"""The worked example of docs/writing-rules.md is executed, so that the page cannot go stale."""

import re
from pathlib import Path

from rules.condition import FUNCTION_NAMES
from rules.judge_sql import ASSET_NAMES, question_names
from rules.load import load_packs
from rules.places import read
from rules.profile import loosenings, values_for
from rules.profile_file import load_profile
from rules.testing import run_examples
from rules.waiver import check_rules, waivers_of
from scanner.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "writing-rules.md").read_text(encoding="utf-8")


def block(start: str) -> str:
    found = [text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if text.startswith(start)]
    assert len(found) == 1
    return str(found[0])


def test_the_example_is_made_filled_in_linted_and_tested(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    commands = re.findall(r"^\$ chengjian (.*)$", PAGE, re.MULTILINE)
    assert [command.split()[1] for command in commands] == ["new", "lint", "test"]
    new, lint, test = (command.replace(" city", f" {folder}").split() for command in commands)
    assert main(new) == 0
    (folder / "cy-web-version.yaml").write_text(block("id: cy-web-version"), encoding="utf-8")
    assert main(lint) == 0
    assert main(test) == 0
    results = run_examples(load_packs([folder], ["city"]))
    assert len(results) == 7
    assert all(result.ok for result in results)


def test_the_waiver_of_the_page_is_one() -> None:
    document = read(block("waivers:").encode(), "waivers.yaml")
    check_rules(waivers_of(document), [rule.id for rule in load_packs().rules], document)


def test_every_name_that_a_condition_may_use_is_on_the_page() -> None:
    names = [
        *FUNCTION_NAMES,
        *(f"asset.{name}" for name in ASSET_NAMES),
        *(f"question.{name}" for name in question_names(derived=False)),
    ]
    assert [name for name in names if name not in PAGE] == []


def test_the_profile_of_the_page_is_one_and_tightens(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(block("id: nanning-2026"), encoding="utf-8")
    profile, ruleset = load_profile(path)
    values = values_for(ruleset.rules, profile, ["450100", "450103", ""])
    assert values["ds-tls-version", "minimum"] == 0x0304
    assert values["ds-tls-certificate-expiring", "days"] == 45
    assert loosenings(ruleset.rules, profile) == ()
