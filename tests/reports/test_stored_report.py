"""A stored document read a piece at a time is the document, whatever the pieces; and bad ones are refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import InputError
from inventory.reported import report_pieces, reported_scans
from inventory.store import Store
from reports import stored_report
from reports.canonical_form import canonical_report
from reports.stored_report import open_report
from tests.inventory.workspaces import add_scan
from tests.reports.documents import clean, small


@given(chunk=st.integers(1, 5000))
def test_the_pieces_make_the_document_again(tmp_path: Path, chunk: int) -> None:
    report = small()
    path = tmp_path / "report.json"
    path.write_bytes(canonical_report(report))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_report, "CHUNK", chunk)
        stored = open_report(path)
        assert (len(stored.assets), len(stored.findings)) == (len(report.assets), len(report.findings))
        assert [stored.report.findings, stored.report.assets, stored.report.not_assessed] == [()] * 3
        again = stored.without_findings().model_copy(update={"findings": tuple(stored.findings)})
    assert again == report
    assert report.findings[-1] in stored.findings


def test_a_document_without_findings_is_one_too(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(canonical_report(clean()))
    stored = open_report(path)
    assert (len(stored.findings), list(stored.findings)) == (0, [])
    assert stored.without_findings() == clean()


@given(cut=st.integers(0, 2000))
def test_a_document_that_was_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    data = canonical_report(small())
    path = tmp_path / "report.json"
    path.write_bytes(data[: len(data) * cut // 2001])
    with pytest.raises(InputError, match="not a report"):
        open_report(path)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"assets":{}}', '{"assets":[1 2]}', '{"a":1]', '{"a" 1}', "[" * 100_000, '{"a":' + "[" * 9999],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(InputError, match="not a report"):
        open_report(path)


def test_a_field_that_does_not_fit_is_named(tmp_path: Path) -> None:
    document = json.loads(canonical_report(small()))
    document["permit"] |= {"id": 7}
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    with pytest.raises(InputError) as caught:
        open_report(path)
    assert "permit.id" in str(caught.value)


@pytest.mark.parametrize("earlier", [False, True])
def test_a_workspace_gives_its_report_in_pieces(tmp_path: Path, earlier: bool) -> None:
    """Also one whose table of reports is that of an earlier version."""
    with Store.create(tmp_path / "city.db") as store:
        if earlier:
            statement = "CREATE TABLE report (scan TEXT PRIMARY KEY, document BLOB NOT NULL) STRICT, WITHOUT ROWID"
            store.connection.executescript(f"DROP TABLE report; {statement}")
        for name in ("s1", "s2"):
            add_scan(store, name, "2026-03-01T00:00:00Z", answers=())
        store.put_report("s1", b"0123456789")
        assert reported_scans(store) == ["s1"]
        assert list(report_pieces(store, "s1", 4)) == ([b"0123456789"] if earlier else [b"0123", b"4567", b"89"])
