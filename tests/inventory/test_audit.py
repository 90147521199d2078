"""The audit log only grows, and shows every change that was made behind its back."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.audit import START, entries, person, record, verify
from inventory.errors import WorkspaceError
from inventory.store import Store

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def filled(store: Store, count: int = 4) -> list[str]:
    return [
        record(store, "export", {"scan": f"s{number}"}, at=AT + timedelta(minutes=number), who="wei").digest
        for number in range(count)
    ]


def tamper(store: Store, statement: str) -> None:
    for trigger in ("audit_is_never_changed", "audit_is_never_cut"):
        store.connection.execute(f"DROP TRIGGER {trigger}")
    store.connection.execute(statement)


def test_entries_come_back_in_order_with_time_in_utc() -> None:
    with Store.memory() as store:
        record(store, "scan", {"permit": "P-1"}, at=datetime(2026, 11, 1, 10, tzinfo=timezone(timedelta(hours=8))))
        record(store, "waive", {"waiver": "W-1", "rule": "ds-telnet"}, at=AT, who="覃")
        first, second = entries(store)
        assert (first.at, first.who, first.act, first.previous) == ("2026-11-01T02:00:00Z", person(), "scan", START)
        assert (second.who, dict(second.what), second.previous) == (
            "覃",
            {"waiver": "W-1", "rule": "ds-telnet"},
            first.digest,
        )


def test_an_empty_log_holds() -> None:
    with Store.memory() as store:
        assert verify(store).entries == 0


def test_a_whole_chain_holds_and_names_its_newest_digest() -> None:
    with Store.memory() as store:
        digests = filled(store)
        found = verify(store, head=digests[1])
        assert (found.entries, found.head) == (4, digests[-1])


@pytest.mark.parametrize("statement", ["DELETE FROM audit WHERE number = 2", "UPDATE audit SET who = 'x'"])
def test_the_database_itself_refuses_to_change_an_entry(statement: str) -> None:
    with Store.memory() as store:
        filled(store)
        with pytest.raises(store.connection.IntegrityError, match="only grows"):
            store.connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE audit SET who = 'nobody' WHERE number = 2", "entry 2 was changed"),
        ("UPDATE audit SET at = '2026-11-01T02:00:09Z' WHERE number = 1", "entry 1 was changed"),
        ("UPDATE audit SET what = '{}' WHERE number = 4", "entry 4 was changed"),
        ("UPDATE audit SET what = 'torn' WHERE number = 3", "entry 3 was changed"),
        ("DELETE FROM audit WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit WHERE number = 1", "entry 1 is missing"),
    ],
)
def test_tampering_is_found_where_it_was_done(statement: str, message: str) -> None:
    with Store.memory() as store:
        filled(store)
        tamper(store, statement)
        with pytest.raises(WorkspaceError, match=message):
            verify(store)


def test_a_log_that_was_cut_at_its_end_is_found_by_a_digest_noted_elsewhere() -> None:
    with Store.memory() as store:
        digests = filled(store)
        tamper(store, "DELETE FROM audit WHERE number = 4")
        assert verify(store).entries == 3
        with pytest.raises(WorkspaceError, match="was cut"):
            verify(store, head=digests[-1])


def test_an_entry_within_a_batch_is_lost_with_the_batch(tmp_path: Path) -> None:
    with Store.create(tmp_path / "city.db") as store:
        with pytest.raises(RuntimeError), store.batch():
            record(store, "keep", {"scan": "s1"}, at=AT)
            raise RuntimeError
        assert list(entries(store)) == []


@given(st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3), max_size=6))
def test_whatever_is_written_down_verifies_and_reads_back(written: list[dict[str, str]]) -> None:
    with Store.memory() as store:
        for what in written:
            record(store, "read", what, at=AT, who="w")
        assert verify(store).entries == len(written)
        assert [dict(entry.what) for entry in entries(store)] == written
