"""The document: canonical, closed, published, and comparable between two scans."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import InputError
from reports.canonical_form import (
    canonical_report,
    comparable,
    digest,
    json_schema,
    read_report,
    to_json,
    volatile_fields,
)
from reports.report import Report, Volatile
from tests.reports import golden
from tests.reports.documents import clean, small


def test_reading_the_canonical_form_gives_it_again() -> None:
    for report in (small(), clean()):
        data = canonical_report(report)
        assert canonical_report(read_report(data)) == data
        assert digest(read_report(data)) == digest(report)


def test_the_canonical_form_is_sorted_and_without_spaces() -> None:
    data = canonical_report(small())
    value = json.loads(data)
    assert list(value) == sorted(value)
    assert data == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_the_document_keeps_to_its_published_schema() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for report in (small(), clean()):
        validator.validate(json.loads(canonical_report(report)))
    broken = json.loads(canonical_report(small()))
    broken["findings"][0]["verdict"] = "perhaps"
    assert not validator.is_valid(broken)


def test_the_published_schema_is_fresh() -> None:
    assert golden.SCHEMA.read_text("utf-8") == golden.schema_text(), "python -m tests.reports.golden"


@pytest.mark.parametrize(
    ("data", "where"),
    [(b"{", ""), (b"[]", ""), (b'{"schema": "other/1"}', "schema"), (b'{"schema": "chengjian-report/1"}', "simulated")],
)
def test_what_is_not_a_report_is_refused_with_the_field(data: bytes, where: str) -> None:
    with pytest.raises(InputError) as caught:
        read_report(data, "some.json")
    assert str(caught.value).startswith("some.json")
    assert caught.value.where == where


def test_unknown_fields_are_refused() -> None:
    value = to_json(small())
    value["findings"][0]["colour"] = "red"
    with pytest.raises(InputError) as caught:
        read_report(json.dumps(value).encode())
    assert caught.value.where == "findings.0.colour"


def test_exactly_times_counters_scan_ids_and_evidence_digests_are_volatile() -> None:
    assert volatile_fields() == {
        "scan.id": Volatile.SCAN,
        "scan.started": Volatile.TIME,
        "scan.ended": Volatile.TIME,
        "generated_from.input_manifest": Volatile.EVIDENCE,
        "permit.valid_from": Volatile.TIME,
        "permit.valid_to": Volatile.TIME,
        "findings.evidence": Volatile.EVIDENCE,
        "findings.due": Volatile.TIME,
        "findings.first_seen": Volatile.TIME,
        "findings.last_seen": Volatile.TIME,
        "accuracy.date": Volatile.TIME,
        "freshness.oldest": Volatile.TIME,
        "freshness.newest": Volatile.TIME,
        "freshness.expires": Volatile.TIME,
        "freshness.tables.oldest": Volatile.TIME,
        "freshness.tables.newest": Volatile.TIME,
        "freshness.tables.expires": Volatile.TIME,
        "do_no_harm.counters": Volatile.COUNTER,
    }


def _drop(value: object, path: list[str]) -> None:
    for item in value if isinstance(value, list) else [value]:
        assert isinstance(item, dict)
        if len(path) == 1:
            del item[path[0]]
        else:
            _drop(item[path[0]], path[1:])


def test_the_comparable_form_drops_the_volatile_fields_and_nothing_else() -> None:
    whole = to_json(small())
    for path in volatile_fields():
        _drop(whole, path.split("."))
    assert comparable(small()) == whole


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 10**9))
def test_two_scans_of_one_city_have_one_comparable_form(scan: str, time: str, packets: int) -> None:
    report = small()
    again: Report = report.model_copy(
        update={
            "scan": report.scan.model_copy(update={"id": scan, "started": time, "ended": time}),
            "do_no_harm": report.do_no_harm.model_copy(update={"counters": {"packets": packets}}),
            "findings": tuple(
                found.model_copy(update={"evidence": (), "first_seen": time, "due": time}) for found in report.findings
            ),
        }
    )
    assert comparable(again) == comparable(report)
    worse = again.model_copy(update={"findings": again.findings[:-1]})
    assert comparable(worse) != comparable(report)
