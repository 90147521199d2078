"""Recall and precision on known answers: counted from fails and partials, never from what the truth does not speak of."""

import json
from pathlib import Path

import pytest

from inventory.errors import InputError
from inventory.store import Store
from reports.accuracy import main, measure, outdated, read_accuracy, read_truth
from reports.build.make import ACCURACY, make_report
from reports.canonical_form import canonical_report
from reports.format import Options, Source
from reports.report import Accuracy, Report, RuleAccuracy
from reports.section import Context, Facts, Paragraph, Table
from reports.sections.appendix import accuracy
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


def test_the_command_takes_a_report_of_the_lab_and_the_truth(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    report, truth = tmp_path / "report.json", tmp_path / "truth.json"
    report.write_bytes(canonical_report(small()))
    hosts = [
        {"address": address, "verdicts": [{"rule": rule, "verdict": verdict}]}
        for (address, rule), verdict in TRUTH.items()
    ]
    truth.write_text(json.dumps({"hosts": hosts}), "utf-8")
    assert main([str(report), str(truth), "city/1"]) == 0
    written = read_accuracy(capsysbinary.readouterr().out, "stdout")
    assert written == measure(small(), TRUTH, "city/1")
    assert (written.program, sorted(written.packs)) == ("0.1.0", ["data-security", "domestic-autonomy"])


def test_what_gives_no_figures_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report of a real city has no known answers; a truth without a fail would give 100 % to anybody."""
    real, lab, nothing, truth = (tmp_path / name for name in ("real.json", "lab.json", "nothing.json", "truth.json"))
    real.write_bytes(canonical_report(small().model_copy(update={"simulated": False})))
    lab.write_bytes(canonical_report(small()))
    nothing.write_text('{"hosts": [{"address": "10.45.1.1", "verdicts": [{"rule": "r-1", "verdict": "pass"}]}]}')
    truth.write_text('{"hosts": [{"address": "10.45.1.1", "verdicts": [{"rule": "r-1", "verdict": "fail"}]}]}')
    for files, message in (
        ((real, truth), "not a report of a lab"),
        ((lab, nothing), "no answer of the lab is a fail"),
        ((lab, tmp_path / "gone.json"), "gone.json"),
        ((lab,), "usage"),
    ):
        assert main([*map(str, files), *(["city/1"] if len(files) == 2 else [])]) == 2
        assert message in capsys.readouterr().err


def _appendix(report: Report) -> tuple[list[Paragraph], list[Facts], list[Table]]:
    blocks = list(accuracy(Context(Source.of(report), Options(language="en"))))
    return (
        [block for block in blocks if isinstance(block, Paragraph)],
        [block for block in blocks if isinstance(block, Facts)],
        [block for block in blocks if isinstance(block, Table)],
    )


def _with(known: Accuracy, **changes: object) -> Report:
    return small().model_copy(update={"accuracy": known.model_copy(update=changes)})


def test_figures_of_other_rules_or_another_program_are_called_out_of_date() -> None:
    known = measure(small(), TRUTH, "city/1")
    assert outdated(small(), known) == ()
    other = dict(known.packs) | {"data-security": "0" * 64}
    for changes, named in (
        ({"packs": other}, "data-security 2026.1"),
        ({"program": "0.0.9"}, "chengjian 0.1.0"),
        ({"packs": {}, "program": ""}, "data-security 2026.1, domestic-autonomy 2026.1, chengjian 0.1.0"),
    ):
        paragraphs, _, tables = _appendix(_with(known, **changes))
        assert paragraphs[0].style == "lead"
        assert f"({named})" in paragraphs[0].text
        assert not tables, "figures that are out of date are not given by rule"


def test_a_perfect_score_shows_what_it_was_counted_from() -> None:
    perfect = Accuracy(
        lab="city/1",
        date="2026-02-27",
        recall=100,
        precision=100,
        rules=(RuleAccuracy(rule="ds-redis-open", expected=7, found=7, invented=0),),
        program="0.1.0",
        packs=measure(small(), TRUTH, "city/1").packs,
    )
    paragraphs, facts, tables = _appendix(small().model_copy(update={"accuracy": perfect}))
    assert [value for _, value in facts[0].rows] == ["city/1 (2026-02-27)", "100% (7/7)", "100% (7/7)"]
    assert [item.style for item in paragraphs] == ["note"]
    assert len(tables) == 1
