"""The list of compiled conditions says what compiling says, and changes no verdict."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from inventory.fact import all_tables
from rules.condition import KNOWN, Name, compile_condition, known_form
from rules.condition_tree import compile_tree
from rules.judge_sql import scope_of
from rules.load import load_packs

ROOT = Path(__file__).parents[2]


def test_what_is_listed_is_what_compiling_gives() -> None:
    listed = json.loads(KNOWN.read_bytes())
    seen = 0
    for rule in load_packs().rules:
        for derived in (False, True):
            scope = scope_of(rule, all_tables()[rule.subject], derived=derived)
            for text in (rule.applies, rule.requires, rule.partial):
                if text is not None:
                    fresh = compile_tree(text, scope)
                    assert compile_condition(text, scope) == fresh
                    seen += known_form(fresh, scope) in listed.get(text, [])
    assert seen > 100


def test_a_name_that_means_something_else_is_compiled_anew() -> None:
    text, (entry, *_) = next(
        (text, items) for text, items in json.loads(KNOWN.read_bytes()).items() if items[0]["columns"]
    )
    rule = next(rule for rule in load_packs().rules if text in (rule.applies, rule.requires, rule.partial))
    scope = scope_of(rule, all_tables()[rule.subject], derived=False)
    column = entry["columns"][0]
    other = replace(scope, columns={**scope.columns, column: Name(scope.columns[column].type, "elsewhere")})
    assert "elsewhere" in compile_condition(text, other).sql
    assert "elsewhere" not in compile_condition(text, scope).sql


def test_checking_one_configuration_needs_no_reader_of_sql() -> None:
    script = (
        "import sys; from scanner.cli import main; main(sys.argv[1:]); "
        "raise SystemExit(77 if 'sqlglot' in sys.modules else 0)"
    )
    config = ROOT / "tests" / "data" / "config" / "vrp-good.cfg"
    words = [sys.executable, "-c", script, "selfcheck", "--config", str(config)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr, "run scripts/compile-conditions")
