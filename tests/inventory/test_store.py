"""The workspace keeps what it is given, and says clearly when it cannot."""

import sqlite3
from pathlib import Path

import pytest

from inventory.asset import Asset, Component
from inventory.endpoint import Endpoint
from inventory.errors import WorkspaceError
from inventory.exchange import Exchange, Turn
from inventory.facts.redis import RedisFacts
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store

QUESTION = Question(Endpoint("127.0.0.1", "tcp", 6379), "redis", "office")
EXCHANGE = Exchange("redis", QUESTION.endpoint, (Turn("ping", b"PING", b"+PONG\r\n"),), {"note": "x"})


def test_what_is_put_in_comes_out_the_same(tmp_path: Path) -> None:
    asset = Asset(
        "a1", ("address:127.0.0.1",), ("127.0.0.1",), importance="critical", protection_level=3, registered=True
    )
    component = Component(
        "a1",
        "database",
        "redis",
        "redis",
        "7.0",
        "community",
        "inferred",
        EvidenceClass.HANDSHAKE,
        ("d",),
        ("w",),
        "2027-01-01",
    )
    fact = RedisFacts(speaks_redis=True, authentication_required=False)
    with Store.create(tmp_path / "city.db") as store:
        store.begin_scan("s1", started="2026-01-01T00:00:00Z", permit={"id": "p"}, profile={}, versions={})
        with store.batch():
            store.add_questions("s1", [QUESTION])
            digest = store.put_evidence(EXCHANGE)
            seen = Observation(
                QUESTION.id, Outcome.ANSWERED, "", "2026-01-01T00:00:01Z", EvidenceClass.HANDSHAKE, (digest,)
            )
            store.add_observation("s1", seen, {"redis": [fact]})
            store.put_assets("s1", [asset])
            store.put_components("s1", [component])
    with Store.open(tmp_path / "city.db") as store:
        assert store.scan()["id"] == "s1"
        assert store.questions("s1") == [QUESTION]
        assert store.observations("s1") == {QUESTION.id: seen}
        assert store.facts("s1", "redis") == {QUESTION.id: (fact,)}
        assert store.evidence(digest) == EXCHANGE
        assert store.assets("s1") == [asset]
        assert store.components("s1") == [component]


def test_a_batch_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with Store.create(tmp_path / "city.db") as store:
        with pytest.raises(RuntimeError, match="stop"), store.batch():
            store.put_evidence(EXCHANGE)
            store.add_questions("s1", [QUESTION])
            raise RuntimeError("stop")
        assert store.questions("s1") == []
        with pytest.raises(WorkspaceError, match="no evidence"):
            store.evidence(EXCHANGE.digest)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a database at all, but long enough to look like one", b"SQLite format 3\x00" + b"\xff" * 5000],
)
def test_a_damaged_workspace_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "city.db"
    path.write_bytes(content)
    with pytest.raises(WorkspaceError) as caught:
        Store.create(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_workspace_of_an_earlier_release_gets_the_columns_and_tables_that_have_come_since(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    with Store.create(path) as store:
        store.begin_scan("s1", started="2026-01-01T00:00:00Z", permit={}, profile={}, versions={})
        store.put_facts("s1", QUESTION.id, "redis", [RedisFacts(speaks_redis=True, version="7.0")])
        store.connection.execute("ALTER TABLE fact_redis DROP COLUMN version")
        store.connection.execute("DROP TABLE fact_telnet")
    with Store.open(path) as store:
        assert store.facts("s1", "redis") == {QUESTION.id: (RedisFacts(speaks_redis=True),)}
        assert store.facts("s1", "telnet") == {}


def test_a_reader_beside_an_open_workspace_sees_it_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    with Store.create(path) as store:
        store.begin_scan("s", started="2026-03-01T00:00:00Z", permit={}, profile={}, versions={})
        with Store.reader(path) as beside:
            assert [row["id"] for row in beside.scans()] == ["s"]
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                beside.connection.execute("DELETE FROM scan")
    with pytest.raises(WorkspaceError, match="no such workspace"):
        Store.reader(tmp_path / "gone.db")
