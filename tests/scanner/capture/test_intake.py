"""A capture in a workspace: a scan of its own, judged from what was heard, and told again by replay."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from inventory.errors import InputError
from inventory.exchange import Exchange
from inventory.reduction import reduce
from inventory.store import Store
from scanner.capture.intake import bring_in
from scanner.replay import replay
from tests.scanner.capture.frames import pcap, udp
from tests.scanner.capture.test_capture import CLIENT, OUTSIDE, session
from tests.scanner.permits import permit_for

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def reduced(exchange: Exchange) -> Exchange:
    return reduce(exchange, b"key")


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "noon.pcap"
    frames = session(21, b"USER bob\r\nPASS canary-word\r\n", b"220 ready\r\n")
    path.write_bytes(pcap(*frames, udp(CLIENT, 5000, OUTSIDE, 123, b"\x23" + bytes(47))))
    return path


def workspace() -> Store:
    store = Store.memory()
    permit = permit_for("10.45.0.0/16").document()
    store.begin_scan("before", started="2026-05-01T00:00:00Z", permit=permit, profile={}, versions={})
    return store


def column(store: Store, scan: str, table: str, name: str) -> list[Any]:
    return [getattr(row, name) for rows in store.facts(scan, table).values() for row in rows]


def test_what_was_heard_becomes_facts_assets_and_evidence(capture: Path) -> None:
    with workspace() as store:
        scan, counts = bring_in(capture, store, reduced, NOW)
        assert (counts["frames"], counts["hosts"], counts["endpoints"], counts["complete"]) == (5, 2, 1, 1)
        assert column(store, scan, "service", "protocol") == ["ftp"]
        assert column(store, scan, "clear_text", "credentials") == [1]
        assert sorted(column(store, scan, "flow", "outside")) == [False, True]
        assert {address for asset in store.assets(scan) for address in asset.addresses} == {CLIENT, "10.45.2.8"}


def test_replay_tells_the_same(capture: Path) -> None:
    with workspace() as store:
        scan, _ = bring_in(capture, store, reduced, NOW)
        with replay(store, scan) as again:
            for table in ("service", "flow", "clear_text"):
                assert again.facts(scan, table) == store.facts(scan, table)


def test_a_workspace_without_a_scan_has_no_zones(capture: Path) -> None:
    with Store.memory() as store, pytest.raises(InputError, match="no scan yet"):
        bring_in(capture, store, reduced, NOW)
