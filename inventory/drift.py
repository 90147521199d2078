"""Drift: what two scans of one workspace know differently. Pure over the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inventory.asset import Asset
from inventory.fact import all_tables
from inventory.question import Question
from inventory.store import Store

# What counts on by itself says nothing about a change.
RUNNING = frozenset(
    {"snmp.uptime_seconds", "snmp.engine_seconds", "snmp.engine_boots", "ntp.offset_milliseconds", "onvif.device_time"}
)


@dataclass(frozen=True, order=True, slots=True)
class Change:
    """One difference. `kind`: asset-new, asset-gone, outcome, fact; `where` an address or endpoint; values as text."""

    kind: str
    where: str
    what: str = ""
    before: str = ""
    after: str = ""


def drift(store: Store, before: str, after: str) -> tuple[Change, ...]:
    """Everything that changed from one scan to the other, sorted."""
    return tuple(sorted([*_assets(store, before, after), *_questions(store, before, after)]))


def _assets(store: Store, before: str, after: str) -> list[Change]:
    old, new = _by_address(store.assets(before)), _by_address(store.assets(after))
    gone = [Change("asset-gone", address, "", old[address].name) for address in old.keys() - new.keys()]
    return gone + [Change("asset-new", address, "", "", new[address].name) for address in new.keys() - old.keys()]


def _by_address(assets: list[Asset]) -> dict[str, Asset]:
    return {address: asset for asset in assets for address in asset.addresses}


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
            if value != after[0].get(name) and f"{table}.{name}" not in RUNNING
        ]
    return [Change("fact", where, table, f"{len(before)} rows", f"{len(after)} rows")]


def _text(value: object) -> str:
    return "unknown" if value is None else str(value)
