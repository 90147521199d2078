"""Change the city, and exactly what depends on the change moves."""

import json
import os

import pytest

from tests.city.running import Matrix, Scanned, copied, differences, lab, scan, truth

pytestmark = pytest.mark.lab

SEED = int(os.environ.get("CHENGJIAN_MUTATION_SEED", "45"))
PASSING, FAILING = "10.45.10.14", "10.45.10.13"


def moved(before: Matrix, after: Matrix) -> set[tuple[str, str]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def test_exactly_the_verdicts_that_depend_on_a_setting_move(
    baseline: Scanned, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = truth()
    folder = tmp_path_factory.mktemp("mutations")
    changes = folder / "changes.json"
    print(f"seed {SEED} (CHENGJIAN_MUTATION_SEED)")
    lab("mutate", "--seed", str(SEED), "--count", "12", "-o", changes)
    chosen = json.loads(changes.read_text())
    assert len(chosen) == 12
    lab("set", "--file", changes)
    try:
        after = truth()
        changed = scan(folder)
    finally:
        lab("unset", "--all")
    assert differences(changed.matrix, after) == []
    assert moved(baseline.matrix, changed.matrix) == moved(before, after)
    assert len(moved(before, after)) >= len(chosen)


def test_blocking_a_host_loses_coverage_and_gains_nothing(
    baseline: Scanned, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("blocked")
    copied(baseline.workspace, folder)
    names = {host["address"]: host["host"] for host in json.loads(lab("truth", "--json"))["hosts"]}
    changes = folder / "changes.json"
    changes.write_text(json.dumps({names[PASSING]: {"behaviour": "silent"}, names[FAILING]: {"behaviour": "silent"}}))
    lab("set", "--file", changes)
    try:
        expected = truth()
        blocked = scan(folder)
    finally:
        lab("unset", "--all")
    # the truth of a first scan, and beside it what is remembered of the two hosts
    assert [line for line in differences(blocked.matrix, expected) if not line.startswith((PASSING, FAILING))] == []
    for address in (PASSING, FAILING):
        decided = {
            rule for (where, rule), verdict in baseline.matrix.items() if where == address and verdict in DECIDED
        }
        assert len(decided) > 10
        now = {rule: blocked.matrix[address, rule] for rule in decided - DECLARED}
        assert {rule: verdict for rule, verdict in now.items() if verdict != "not_assessed"} == {}
    before, after = baseline.grade(), blocked.grade()
    assert float(after["coverage_a"]) < float(before["coverage_a"])
    assert float(after["lower"]) <= float(before["lower"])


# What the register alone decides stays decided when a host falls silent.
DECLARED = {"ds-unregistered-asset", "ds-registration-complete"}
DECIDED = {"pass", "partial", "fail"}
