"""Judgements made of verdicts that a test writes down."""

from array import array
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from inventory.asset import Asset, Component
from inventory.store import Store
from rules.counting import count_places
from rules.fold import Decision
from rules.grading import ItemCount
from rules.judge import Judgement, TableVerdicts
from rules.rollup import RollUp, layer_counts, roll_up
from rules.roster import Roster
from rules.rule import Rule
from rules.verdict import AssetVerdict


def judgement_of(verdicts: Sequence[AssetVerdict], assets: Sequence[Asset]) -> Judgement:
    """A judgement that says just this; each rule has a table of its own."""
    with Store.memory() as store:
        store.begin_scan("s", started="2026-06-01T00:00:00Z", permit={}, profile={}, versions={})
        store.put_assets("s", assets)
        roster = Roster(store.connection, "s")
    tables = []
    for rule in dict.fromkeys(verdict.rule for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.rule == rule]
        patterns = tuple((Decision(one.word, one.why, one.candidate),) for one in mine)
        numbers = array("I", [roster.number(one.asset) for one in mine])
        tables.append(TableVerdicts((rule,), patterns, numbers, array("I", range(len(mine)))))
    return Judgement(roster, tuple(tables), (), frozenset(), len(verdicts))


def rolled_up(
    rules: Sequence[Rule],
    verdicts: Sequence[AssetVerdict],
    assets: Sequence[Asset],
    components: Sequence[Component] = (),
    *,
    settled: Mapping[tuple[str, str], bool] = MappingProxyType({}),
    management: tuple[ItemCount, ...] = (),
) -> RollUp:
    """Verdicts counted and summed up the tree."""
    judgement = judgement_of(verdicts, assets)
    counted = count_places(judgement, rules, settled)
    return roll_up(counted, judgement.roster.sizes(), layer_counts(assets, components), management=management)
