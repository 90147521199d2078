"""A published scan is there whole or not at all, never changes, and holds what the report holds."""

from pathlib import Path
from typing import Any

import pytest

from inventory.errors import InputError, WorkspaceError
from reports.canonical_form import canonical_report
from reports.format import Options, Source, format_named, write
from reports.portal.database import DatabaseError, open_snapshot
from reports.portal.publish import publish, publish_document
from reports.portal.scope import Scope
from reports.portal.snapshot import Filters, Snapshot
from reports.report import ComponentEntry
from tests.reports.documents import clean, many, small, with_findings


def test_the_folder_holds_the_canonical_report_and_what_was_asked_for(tmp_path: Path) -> None:
    report = small()
    done = publish(report, tmp_path, formats=("html", "json"), languages=("zh", "en"))
    assert done.files == ("report.json", "report.zh.html", "report.en.html")
    assert (done.folder / "report.json").read_bytes() == canonical_report(report)
    snapshot = Snapshot(done.folder / "snapshot.db")
    for file in snapshot.files:
        assert (done.folder / file["name"]).stat().st_size == file["size"]


def test_every_format_is_as_it_is_from_a_document_in_memory(tmp_path: Path) -> None:
    """Findings stream past the formats when a report is published; nothing may get lost by it."""
    report = small()
    names = ("csv", "html", "junit", "markdown", "oscal", "sarif")
    done = publish(report, tmp_path / "published", formats=names, languages=("zh",))
    for name in names:
        form = format_named(name)
        written = write(Source.of(report), form, Options("zh"), tmp_path / f"whole{form.suffix}")
        for path in written.files:
            published = done.folder / path.name.replace("whole", "report" if form.bilingual else "report.zh")
            assert published.read_bytes() == path.read_bytes()


def test_a_document_of_another_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not of other"):
        publish_document("other", [canonical_report(small())], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_scan_is_published_once(tmp_path: Path) -> None:
    publish(small(), tmp_path)
    with pytest.raises(InputError, match="published already"):
        publish(small(), tmp_path)


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "a/b", "a" * 200])
def test_an_id_that_is_no_name_for_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    report = small()
    with pytest.raises(InputError, match="scan id"):
        publish(report.model_copy(update={"scan": report.scan.model_copy(update={"id": name})}), tmp_path / "published")
    assert list(tmp_path.iterdir()) == []


def test_an_error_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def broken(digest: str) -> bytes | None:
        raise WorkspaceError(digest)

    with pytest.raises(WorkspaceError):
        publish(small(), tmp_path, evidence=broken)
    with pytest.raises(InputError, match="unknown report format"):
        publish(small(), tmp_path, formats=("pigeon",))
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_cannot_be_written_and_nothing_appears_beside_it(tmp_path: Path) -> None:
    done = publish(small(), tmp_path)
    before = sorted(done.folder.iterdir())
    connection = open_snapshot(done.folder / "snapshot.db")
    with pytest.raises(DatabaseError):
        connection.execute("DELETE FROM finding")
    connection.execute("SELECT count(*) FROM finding").fetchone()
    assert sorted(done.folder.iterdir()) == before
    connection.close()


def test_the_parts_add_up_to_the_whole(tmp_path: Path) -> None:
    report = with_findings(small(), many(400))
    snapshot = Snapshot(publish(report, tmp_path).folder / "snapshot.db")
    everything = Scope()
    whole = snapshot.unit(("", "", ""), 0)
    assert whole is not None
    for depth in (1, 2, 3):
        units = snapshot.units(depth, everything)
        for key in ("assets", "high", "medium", "low", "candidates", "waived", "not_assessed", "failed"):
            assert sum(unit[key] for unit in units) == whole[key], (depth, key)
    assert whole["assets"] == len(report.assets)


def test_every_finding_is_listed_once_worst_first_over_all_pages(tmp_path: Path) -> None:
    report = with_findings(small(), many(400))
    snapshot = Snapshot(publish(report, tmp_path).folder / "snapshot.db")
    listed: list[dict[str, Any]] = []
    for offset in range(0, 450, 50):
        listed += snapshot.findings(Filters(), Scope(), offset, 50).rows
    assert sorted(item["id"] for item in listed) == sorted(item.id for item in report.findings)
    ranks = [("high", "medium", "low").index(item["severity"]) for item in listed]
    assert ranks == sorted(ranks)
    assert [item["id"] for item in snapshot.all_findings(Filters(), Scope())] == [item["id"] for item in listed]
    for severity in ("high", "medium", "low"):
        found = snapshot.findings(Filters(severity=severity), Scope(), 0, 1000)
        assert found.total == sum(item.severity == severity for item in report.findings)


def test_a_city_without_findings_has_a_snapshot_too(tmp_path: Path) -> None:
    snapshot = Snapshot(publish(clean(), tmp_path).folder / "snapshot.db")
    assert snapshot.findings(Filters(), Scope()).total == 0
    assert snapshot.unit(("", "", ""), 0)


def test_nobody_in_scope_sees_nothing(tmp_path: Path) -> None:
    snapshot = Snapshot(publish(small(), tmp_path).folder / "snapshot.db")
    nobody = Scope(departments=(), systems=())
    assert snapshot.findings(Filters(), nobody).total == 0
    assert snapshot.find_assets("10.45", nobody, 10) == []
    assert snapshot.units(2, nobody) == snapshot.units(3, nobody) == []


@pytest.mark.parametrize(
    "text",
    ["数据", "交换机", "10.45.1.2", "0.45", "5.1", '"', 'a"b', "''", "%", "_", "-", "*", "AND", "name:x", "\0", "汇"],
)
def test_the_search_finds_exactly_what_holds_the_text(tmp_path: Path, text: str) -> None:
    report = small()
    snapshot = Snapshot(publish(report, tmp_path).folder / "snapshot.db")
    expected = {
        asset.id
        for asset in report.assets
        if text.lower() in asset.name.lower() or any(text in address for address in asset.addresses)
    }
    found = snapshot.find_assets(text, Scope(), 1000)
    # addresses are kept as a JSON list, whose quotes and brackets are not part of any address
    assert {row["id"] for row in found} - (
        set() if text not in '"' else {asset.id for asset in report.assets}
    ) == expected


def test_the_shares_of_layers_are_those_of_the_report(tmp_path: Path) -> None:
    """An inferred origin counts as unknown on the pages, too."""
    report = small()
    home = report.assets[0]
    sure = ComponentEntry(
        layer="network",
        vendor="huawei",
        product="S5735",
        version=None,
        origin="domestic",
        strength="proven",
        confidence="",
    )
    made = home.model_copy(update={"components": (sure, sure.model_copy(update={"strength": "inferred"}))})
    done = publish(report.model_copy(update={"assets": (made,)}), tmp_path)
    rows = Snapshot(done.folder / "snapshot.db").layers(("", "", ""), 0, Scope())
    assert {(row["layer"], row["origin"]): row["count"] for row in rows} == {
        ("network", "domestic"): 1,
        ("network", "unknown"): 1,
    }
