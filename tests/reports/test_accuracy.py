"""Recall and precision on known answers: counted from fails and partials, never from what the truth does not speak of."""

import pytest

from inventory.errors import InputError
from inventory.store import Store
from reports.accuracy import measure, read_accuracy, read_truth
from reports.build.make import ACCURACY, make_report
from reports.canonical_form import canonical_report
from reports.report import RuleAccuracy
from tests.reports.documents import small
from tests.reports.test_build import OPEN, scanned

TRUTH = {
    ("10.45.1.10", "ds-redis-open"): "fail",
    ("10.45.1.2", "ds-telnet-offered"): "fail",
    ("10.45.4.40", "ds-telnet-offered"): "pass",  # the report says fail: invented
    ("10.45.2.20", "ds-tls-version"): "partial",
    ("10.45.1.99", "ds-redis-open"): "fail",  # the report says not assessed: missed
}


def test_found_missed_and_invented() -> None:
    measured = measure(small(), TRUTH, "city/1")
    assert measured.recall == 75.0
    assert measured.precision == 75.0
    assert measured.rules == (
        RuleAccuracy(rule="ds-redis-open", expected=2, found=1, invented=0),
        RuleAccuracy(rule="ds-telnet-offered", expected=1, found=1, invented=1),
        RuleAccuracy(rule="ds-tls-version", expected=1, found=1, invented=0),
    )


def test_the_truth_of_the_lab_is_read() -> None:
    data = b'{"hosts": [{"host": "a", "address": "10.45.1.1", "verdicts": [{"rule": "r-1", "verdict": "fail"}]}]}'
    assert read_truth(data, "truth.json") == {("10.45.1.1", "r-1"): "fail"}
    for wrong in (b"", b"[]", b'{"hosts": [{}]}'):
        with pytest.raises(InputError, match="not the truth of a lab"):
            read_truth(wrong, "truth.json")
    with pytest.raises(InputError, match=r"accuracy\.json"):
        read_accuracy(b"{}", "accuracy.json")


def test_figures_that_a_workspace_was_given_are_in_its_report() -> None:
    measured = measure(small(), TRUTH, "city/1")
    with Store.memory() as store:
        scanned(store, "s1", "2026-03-02T02:10:00Z", OPEN)
        store.keep("2026-03-01.json", ACCURACY, measured.model_dump_json().encode())
        report = make_report(store, "s1")
        assert report.accuracy == measured
        assert canonical_report(make_report(store, "s1")) == canonical_report(report)
