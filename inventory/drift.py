"""Drift: what two scans of one workspace know differently. Pure over the store."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from inventory.asset import Asset
from inventory.asset_drift import PATIENCE, Change, Pair, Seen, device_changes, pairs
from inventory.fact import all_tables
from inventory.observation import Observation, Outcome
from inventory.question import Question
from inventory.store import Store, asked_itself

__all__ = ["Change", "drift"]

# What counts on by itself says nothing about a change.
RUNNING = frozenset(
    {"snmp.uptime_seconds", "snmp.engine_seconds", "snmp.engine_boots", "ntp.offset_milliseconds", "onvif.device_time"}
)
# Told as changes of keys, with the device that they belong to.
KEYS = frozenset(
    {"ssh.host_key_fingerprint", "tls.certificate_fingerprint", "certificate.fingerprint", "snmp.engine_id", "host.mac"}
)
SIGNS_OF_LIFE = frozenset({Outcome.ANSWERED, Outcome.CLOSED, Outcome.REFUSED, Outcome.FILTERED})


def drift(store: Store, before: str, after: str, patience: int = PATIENCE) -> tuple[Change, ...]:
    """Everything that changed from one scan to the other, sorted. A device is gone after `patience` scans without a sign."""
    old, new = seen_in(store, before), seen_in(store, after)
    silent_for = _silences(store, after, patience)
    known = pairs(old, new)
    # an address that holds another device now has no facts to compare
    taken = {address for pair in known if not pair.same or pair.moved for address in _old_and_new(pair)}
    found = [*device_changes(old, new, silent_for, patience), *_ports(store, before, after, old, new, taken)]
    found += [change for change in _questions(store, before, after) if _address(change.where) not in taken]
    return tuple(sorted(found))


def _old_and_new(pair: Pair) -> tuple[str, ...]:
    return (*pair.before.addresses, *pair.after.addresses)


def _address(where: str) -> str:
    """The address of an endpoint as it is printed."""
    host = where.rpartition(":")[0] if "/" in where else where
    return host.strip("[]")


def seen_in(store: Store, scan: str) -> Seen:
    """What a scan knows of devices."""
    parts: dict[str, list[Any]] = {}
    for part in store.components(scan):
        parts.setdefault(part.asset, []).append(part)
    return Seen(store.assets(scan), _alive(store, scan), parts)


def _alive(store: Store, scan: str) -> frozenset[str]:
    seen = store.observations(scan)
    return frozenset(
        question.endpoint.address
        for question in store.questions(scan)
        if question.id in seen and seen[question.id].outcome in SIGNS_OF_LIFE
    )


def _silences(store: Store, after: str, patience: int) -> Callable[[Asset], int]:
    """Asset → in how many scans up to `after`, at most `patience`, neither its addresses nor its keys were seen."""
    rows = store.scans()
    here = next(row for row in rows if row["id"] == after)
    running = [
        row["id"]
        for row in reversed(rows)
        if row["permit"].get("id") == here["permit"].get("id")
        and row["state"] == "finished"
        and (row["id"] == after or (row["started"] < here["started"] and asked_itself(row)))
    ][:patience]

    @cache
    def signs(scan: str) -> tuple[frozenset[str], frozenset[str]]:
        seen = seen_in(store, scan)
        keys = frozenset(key for asset in seen.assets if seen.lives(asset) for key in asset.keys)
        return seen.alive, keys

    def silent_for(asset: Asset) -> int:
        count = 0
        for scan in running:
            alive, keys = signs(scan)
            if not alive.isdisjoint(asset.addresses) or not keys.isdisjoint(asset.keys):
                break
            count += 1
        return count

    return silent_for


def _ports(store: Store, before: str, after: str, old: Seen, new: Seen, taken: set[str]) -> Iterator[Change]:
    """TCP ports that opened or closed on addresses that gave a sign in both scans."""
    both = (old.alive & new.alive) - taken
    was, now = _services(store, before), _services(store, after)
    for question in sorted({*was, *now}, key=lambda one: one.endpoint):
        if question.endpoint.address not in both:
            continue
        one, other = was.get(question), now.get(question)
        where = str(question.endpoint)
        if one is None and other is not None and other.outcome == Outcome.ANSWERED:
            yield Change("port", where, "", "", "open")
        elif one is not None and one.outcome == Outcome.ANSWERED and other is None:
            yield Change("port", where, "", "open", "not seen")
        elif (
            one is not None and other is not None and {one.outcome, other.outcome} == {Outcome.ANSWERED, Outcome.CLOSED}
        ):
            said = {Outcome.ANSWERED: "open", Outcome.CLOSED: "closed"}
            yield Change("port", where, "", said[one.outcome], said[other.outcome])


def _services(store: Store, scan: str) -> dict[Question, Observation]:
    seen = store.observations(scan)
    return {one: seen[one.id] for one in store.questions(scan) if one.table == "service" and one.id in seen}


def _questions(store: Store, before: str, after: str) -> list[Change]:
    asked = {question.id: question for scan in (before, after) for question in store.questions(scan)}
    old, new = store.observations(before), store.observations(after)
    changes = []
    for question_id in old.keys() & new.keys():
        one, other = old[question_id].outcome, new[question_id].outcome
        if one != other and question_id in asked:
            question = asked[question_id]
            changes.append(Change("outcome", str(question.endpoint), question.table, one.value, other.value))
    for table in all_tables():
        facts_before, facts_after = store.facts(before, table), store.facts(after, table)
        for question_id in facts_before.keys() & facts_after.keys():
            rows = [tuple(row.model_dump() for row in facts[question_id]) for facts in (facts_before, facts_after)]
            changes += _facts(asked.get(question_id), table, rows[0], rows[1])
    return changes


def _facts(
    question: Question | None, table: str, before: tuple[Mapping[str, Any], ...], after: tuple[Mapping[str, Any], ...]
) -> list[Change]:
    if question is None or before == after:
        return []
    where = str(question.endpoint)
    if len(before) == len(after) == 1:
        return [
            Change("fact", where, f"{table}.{name}", _text(value), _text(after[0].get(name)))
            for name, value in before[0].items()
            if value != after[0].get(name) and f"{table}.{name}" not in RUNNING | KEYS
        ]
    return [Change("fact", where, table, f"{len(before)} rows", f"{len(after)} rows")]


def _text(value: object) -> str:
    return "unknown" if value is None else str(value)
