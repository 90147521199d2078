"""Replay reads the same evidence and comes to the same facts, outcomes and assets; better code may know more."""

import asyncio

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.redis import RedisFacts
from inventory.observation import Outcome
from inventory.register import Entry, to_bytes
from inventory.store import Store
from scanner import replay as replaying
from scanner.derive import REGISTER, derive
from scanner.probe import Interpret
from scanner.replay import replay
from tests.scanner.permits import permit_for
from tests.scanner.test_pipeline import city, pipeline_on


def scanned() -> Store:
    permit = permit_for("10.0.0.0/28", exclusions=["10.0.0.7"])
    register = tuple(Entry(f"10.0.0.{last}", name=f"host {last}") for last in (1, 2, 3, 7))
    pipeline = pipeline_on(city, permit, register=register)
    pipeline.store.keep("s/register.json", REGISTER, to_bytes(register))
    asyncio.run(pipeline.run())
    derive(pipeline.store, "s")
    return pipeline.store


def everything(store: Store) -> tuple[object, ...]:
    return (
        store.questions("s"),
        store.observations("s"),
        store.facts("s", "redis"),
        store.facts("s", "host"),
        store.assets("s"),
        store.components("s"),
        store.connection.execute("SELECT id, asset FROM question ORDER BY id").fetchall(),
    )


def test_replay_gives_the_same_and_twice_too() -> None:
    store = scanned()
    before = everything(store)
    assert everything(replay(store, "s")) == before
    for table in ("redis", "host"):
        store.connection.execute(f"DELETE FROM fact_{table}")
    store.connection.execute("DELETE FROM asset")
    store.connection.execute("DELETE FROM asset_address")
    assert everything(replay(store, "s")) == before


def test_assets_are_who_talks_and_who_is_registered() -> None:
    store = scanned()
    found = {asset.addresses[0]: asset for asset in store.assets("s")}
    assert set(found) == {f"10.0.0.{last}" for last in (1, 2, 3, 4, 5, 6, 7)}
    assert {address for address, asset in found.items() if asset.registered} == {
        f"10.0.0.{last}" for last in (1, 2, 3, 7)
    }
    assert all(asset.zone == "office" for asset in found.values())
    unbound = store.connection.execute("SELECT count(*) FROM question WHERE asset IS NULL").fetchone()
    assert unbound == (0,)


def knows_better(exchange: Exchange) -> dict[str, list[RedisFacts]]:
    return {"redis": [RedisFacts(speaks_redis=False)]}


def knows_less(exchange: Exchange) -> dict[str, list[RedisFacts]]:
    raise NotUnderstood("newer code is stricter")


@pytest.mark.parametrize(
    ("interpret", "at_1", "at_6"),
    [(knows_better, Outcome.ANSWERED, Outcome.ANSWERED), (knows_less, Outcome.FAILED, Outcome.CLOSED)],
)
def test_other_code_changes_what_the_answers_mean_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, interpret: Interpret, at_1: Outcome, at_6: Outcome
) -> None:
    store = scanned()
    before = store.observations("s")
    original = replaying.interpreter_for
    monkeypatch.setattr(
        replaying,
        "interpreter_for",
        lambda kind, table: interpret if kind == "redis" else original(kind, table),
    )
    after = replay(store, "s").observations("s")
    by_address = {
        question.endpoint.address: question.id for question in store.questions("s") if question.table == "redis"
    }
    assert after[by_address["10.0.0.1"]].outcome == at_1
    assert after[by_address["10.0.0.6"]].outcome == at_6
    for last in (2, 3, 4, 7):
        assert after[by_address[f"10.0.0.{last}"]] == before[by_address[f"10.0.0.{last}"]]
