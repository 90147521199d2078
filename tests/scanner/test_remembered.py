"""What answered once leaves its questions: silence later is a gap that is counted, not a service that never was."""

import asyncio

import pytest

from inventory.endpoint import Endpoint
from inventory.errors import Closed, InputError, Silent
from inventory.register import Entry
from inventory.store import Store
from scanner.permit import Permit
from scanner.pipeline import Pipeline
from scanner.scan import resumed
from tests.scanner.permits import permit_for
from tests.scanner.test_pipeline import endings, pipeline_on, redis_says

PERMIT = permit_for("10.0.0.0/29")
REGISTER = (Entry("10.0.0.1"),)
TABLES = frozenset({"redis", "ssh"})


def speaking(endpoint: Endpoint, sent: bytes) -> bytes:
    """.1 is registered, .2 is not; both speak SSH and Redis; nobody else is there."""
    if endpoint.address not in ("10.0.0.1", "10.0.0.2"):
        raise Silent(str(endpoint))
    return redis_says(endpoint, sent)


def silent(endpoint: Endpoint, sent: bytes) -> bytes:
    raise Silent(str(endpoint))


def closed(endpoint: Endpoint, sent: bytes) -> bytes:
    raise Closed(str(endpoint))


def scan(store: Store, name: str, network: object, permit: Permit = PERMIT) -> Pipeline:
    store.begin_scan(name, started=f"2026-06-0{name[-1]}T00:00:00Z", permit=permit.document(), profile={}, versions={})
    pipeline = pipeline_on(network, permit, register=REGISTER, store=store, scan=name, tables=TABLES)  # type: ignore[arg-type]
    assert asyncio.run(pipeline.run()) == "finished"
    store.end_scan(name, state="finished", ended=f"2026-06-0{name[-1]}T01:00:00Z", counters={})
    return pipeline


@pytest.fixture
def store() -> Store:
    return Store.memory()


def test_hosts_that_fall_silent_keep_the_questions_about_what_they_spoke(store: Store) -> None:
    assert set(endings(scan(store, "s1", speaking), "ssh")) == {"10.0.0.1", "10.0.0.2"}
    second = scan(store, "s2", silent)
    assert endings(second, "ssh") == {"10.0.0.1": ("silent", "timeout"), "10.0.0.2": ("silent", "timeout")}
    third = scan(store, "s3", silent)
    assert endings(third, "ssh") == endings(second, "ssh")


def test_what_is_closed_now_is_closed_and_then_forgotten(store: Store) -> None:
    scan(store, "s1", speaking)
    assert endings(scan(store, "s2", closed), "ssh")["10.0.0.1"] == ("closed", "closed")
    assert endings(scan(store, "s3", closed), "ssh") == {}


def test_the_same_city_gives_the_same_questions_again(store: Store) -> None:
    first, second = scan(store, "s1", speaking), scan(store, "s2", speaking)
    assert store.questions("s1") == store.questions("s2")
    assert endings(first, "redis") == endings(second, "redis")


def test_another_permit_remembers_nothing(store: Store) -> None:
    """Only the registered host is asked, as any that says nothing is; the other one was never heard of."""
    scan(store, "s1", speaking)
    other = permit_for("10.0.0.0/29", id="another")
    assert endings(scan(store, "s2", silent, other), "ssh") == {"10.0.0.1": ("silent", "timeout")}


def test_an_imported_capture_is_never_the_last_scan(store: Store) -> None:
    """Neither for what is remembered, nor for what may be gone on with."""
    scan(store, "s1", speaking)
    store.begin_scan("s2", started="2026-06-02T00:00:00Z", permit=PERMIT.document(), profile={}, versions={})
    store.end_scan("s2", state="stopped", ended="2026-06-02T01:00:00Z", counters={"packets": 1})
    store.begin_scan("s3", started="2026-06-03T00:00:00Z", permit=PERMIT.document(), profile={}, versions={})
    store.end_scan("s3", state="finished", ended="2026-06-03T01:00:00Z", counters={"frames": 7})
    assert resumed(store, PERMIT) == "s2"
    assert set(endings(scan(store, "s4", silent), "ssh")) == {"10.0.0.1", "10.0.0.2"}
    with pytest.raises(InputError, match="the last scan finished"):
        resumed(store, PERMIT)
