"""The scan tells the truth about the city, touches nothing else, and says the same of the same city twice."""

import json

import pytest

from tests.city.running import Scanned, chengjian, differences, lab, scan, truth

pytestmark = pytest.mark.lab

EXCLUDED = "10.45.50.18"


def test_nothing_left_the_permit(baseline: Scanned) -> None:
    """Counted on the far side of the links, right after the whole scan."""
    seen = json.loads(lab("counters", "--json"))
    assert seen["packets"].get(EXCLUDED, 0) == 0
    assert EXCLUDED not in seen["arp"]
    assert seen["other"] == 0
    assert all(address.startswith("10.45.") for address in seen["packets"])
    assert seen["packets"]["10.45.10.13"] > 0


def test_the_whole_matrix_is_the_truth(baseline: Scanned) -> None:
    expected = truth()
    assert len(expected) > 1000
    assert differences(baseline.matrix, expected) == []


def test_what_was_not_assessed_is_counted_with_a_reason(baseline: Scanned) -> None:
    gaps = [verdict for verdict in baseline.matrix.values() if verdict == "not_assessed"]
    assert gaps
    assert baseline.report["summary"]["verdicts"]["not_assessed"] >= 1
    assert all(gap["why"] for gap in baseline.report["not_assessed"])


def test_every_finding_leads_to_a_clause_and_to_evidence(baseline: Scanned) -> None:
    findings = baseline.report["findings"]
    assert findings
    # Clauses on origins bind declared critical infrastructure alone, which the lab is not: there the rules are a management figure.
    origins = {rule["id"] for rule in baseline.report["rules"] if rule["pack"] == "domestic-autonomy"}
    assert [f["id"] for f in findings if not f["clauses"] and f["rule"] not in origins] == []
    asked = [f for f in findings if f["port"]]
    assert [f["id"] for f in asked if not f["evidence"]] == []
    digest = asked[0]["evidence"][0]["digest"] if isinstance(asked[0]["evidence"][0], dict) else asked[0]["evidence"][0]
    assert digest[:16] in chengjian("inventory", "show", "--workspace", baseline.workspace, "--evidence", digest)


def test_two_scans_of_the_same_city_are_equal_in_the_comparable_form(
    baseline: Scanned, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = scan(tmp_path_factory.mktemp("again"))
    assert again.report["scan"]["id"] != baseline.report["scan"]["id"]
    assert differences(baseline.matrix, again.matrix) == []
    assert again.comparable == baseline.comparable
