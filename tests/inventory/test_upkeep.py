"""Upkeep loses nothing that the law, a kept report or a running scan needs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.audit import entries, record
from inventory.errors import InputError, WorkspaceError
from inventory.store import Store
from inventory.upkeep import backup, check, hold, prune, release, restore
from tests.inventory.workspaces import add_scan, three_scans

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_a_whole_workspace_checks_out_with_its_size_an_asset(tmp_path: Path) -> None:
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store:
        found = check(store)
        assert found.problems == ()
        assert (found.evidence, found.unused_evidence) == (3, 0)
        assert [(item.scan, item.assets) for item in found.scans] == [("s1", 2), ("s2", 1), ("s3", 1)]
        first = found.scans[0]
        assert first.bytes_per_asset * 2 - first.evidence_bytes in (0, 1)
        assert found.evidence_bytes > 0 < found.database_bytes


def test_missing_and_changed_evidence_is_named(tmp_path: Path) -> None:
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store:
        missing, changed = store.evidence_digests("s1")
        store.connection.execute("DELETE FROM kept_evidence.evidence WHERE digest = ?", (missing,))
        store.connection.execute("UPDATE kept_evidence.evidence SET data = ? WHERE digest = ?", (b"x", changed))
        assert check(store).problems == (
            f"evidence {changed} was changed",
            f"evidence {missing} is referred to, but missing",
        )


def test_a_backup_restores_to_the_same_workspace(tmp_path: Path) -> None:
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store:
        record(store, "backup", {}, at=NOW)
        written = backup(store, tmp_path / "safe" / "monday.db")
        before = check(store)
    assert sorted(path.name for path in (tmp_path / "safe").iterdir()) == [
        "monday.db", "monday.evidence", "monday.sha256",
    ]  # fmt: skip
    restored = restore(written[0], tmp_path / "again" / "city.db")
    assert (restored.problems, restored.evidence, restored.audit) == ((), before.evidence, before.audit)
    with Store.open(tmp_path / "city.db") as store, Store.open(tmp_path / "again" / "city.db") as again:
        assert store.scans() == again.scans()
        assert store.observations("s1") == again.observations("s1")


def test_a_backup_is_of_one_moment_while_a_scan_goes_on_writing(tmp_path: Path) -> None:
    """What was committed is in it with its evidence; what is committed later is not."""
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store, Store.open(tmp_path / "city.db") as writer:
        add_scan(writer, "s4", "2026-11-20T02:00:00Z", answers=(b"committed",))
        backup(store, tmp_path / "copy.db")
        add_scan(writer, "s5", "2026-11-21T02:00:00Z", answers=(b"later",))
    with Store.open(tmp_path / "copy.db") as copy:
        assert [scan["id"] for scan in copy.scans()] == ["s1", "s2", "s3", "s4"]
        assert check(copy).problems == ()


def test_a_backup_replaces_nothing_and_a_spoilt_one_is_refused(tmp_path: Path) -> None:
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store:
        with pytest.raises(InputError, match="exists already"):
            backup(store, tmp_path / "city.db")
        backup(store, tmp_path / "copy.db")
    with pytest.raises(InputError, match="exists already"):
        restore(tmp_path / "copy.db", tmp_path / "city.db")
    with (tmp_path / "copy.evidence").open("r+b") as spoilt:
        spoilt.seek(4000)
        spoilt.write(b"\x00\xff\x00")
    with pytest.raises(WorkspaceError, match="SHA-256"):
        restore(tmp_path / "copy.db", tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_prune_removes_what_is_older_than_180_days_and_only_evidence_that_nothing_needs(tmp_path: Path) -> None:
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store:
        recent = store.evidence_digests("s3")
        assert prune(store, now=NOW, dry_run=True).scans == ("s1", "s2")
        assert len(store.scans()) == 3
        found = prune(store, now=NOW)
        assert (found.scans, found.evidence) == (("s1", "s2"), 2)
        assert [scan["id"] for scan in store.scans()] == ["s3"]
        assert store.evidence(recent[0])
        assert check(store).problems == ()
        assert [(item.act, dict(item.what)) for item in entries(store)] == [
            ("prune", {"scan": "s1"}),
            ("prune", {"scan": "s2"}),
        ]


def test_what_a_kept_report_refers_to_stays_until_it_is_released(tmp_path: Path) -> None:
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store:
        hold(store, "s1", "audit of 2026", at=NOW)
        found = prune(store, now=NOW)
        assert (found.scans, found.kept, found.evidence) == (("s2",), (("s1", "kept report"),), 0)
        assert len(store.evidence_digests("s1")) == 2
        assert check(store).problems == ()
        release(store, "s1")
        assert prune(store, now=NOW).scans == ("s1",)
        with pytest.raises(WorkspaceError, match="not kept"):
            release(store, "s1")
        with pytest.raises(WorkspaceError, match="no scan"):
            hold(store, "s9", "?", at=NOW)


def test_evidence_that_a_stored_report_names_outlives_its_scan(tmp_path: Path) -> None:
    three_scans(tmp_path / "city.db")
    with Store.open(tmp_path / "city.db") as store:
        named = store.evidence_digests("s2")[0]
        store.put_report("s3", b'{"evidence": "' + named.encode() + b'"}')
        prune(store, now=NOW)
        assert store.evidence(named)


def test_a_running_scan_and_the_newest_of_each_permit_stay(tmp_path: Path) -> None:
    with Store.create(tmp_path / "city.db") as store:
        add_scan(store, "only", "2025-01-01T00:00:00Z", answers=(b"a",), permit="Q")
        store.begin_scan("run", started="2025-01-01T00:00:00Z", permit={"id": "P"}, profile={}, versions={})
        found = prune(store, now=NOW)
        assert (found.scans, found.kept) == ((), (("only", "newest of its permit"), ("run", "running")))


def test_less_than_180_days_are_for_the_lab_only(tmp_path: Path) -> None:
    with Store.create(tmp_path / "city.db") as store:
        for number, environment in enumerate(("lab", "production"), 1):
            add_scan(store, f"s{number}", f"2026-11-0{number}T00:00:00Z", answers=(b"a",), environment=environment)
        add_scan(store, "s3", "2026-11-27T00:00:00Z", answers=(b"a",))
        with pytest.raises(InputError, match="180 days at least"):
            prune(store, now=NOW, days=7)
        assert len(store.scans()) == 3


def test_a_budget_takes_the_oldest_and_no_more_than_it_needs(tmp_path: Path) -> None:
    with Store.create(tmp_path / "city.db") as store:
        for month in range(1, 5):
            answer = b"".join((month * 7919 + n).to_bytes(4, "big") for n in range(200_000))
            add_scan(store, f"s{month}", f"2026-0{month}-01T00:00:00Z", answers=(answer,))
        add_scan(store, "s9", "2026-11-01T00:00:00Z", answers=(b"a",))
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        full = check(store)
        budget = full.database_bytes + full.evidence_bytes - full.scans[0].evidence_bytes // 2
        found = prune(store, now=NOW, budget=budget)
        assert found.scans == ("s1",)
        assert found.kept == (("s2", "budget"), ("s3", "budget"), ("s4", "budget"))
        after = check(store)
        assert after.database_bytes + after.evidence_bytes <= budget
