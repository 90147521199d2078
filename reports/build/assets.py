"""Assets with their components and the whole matrix of verdicts."""

from collections.abc import Iterable, Mapping, Sequence

from inventory.asset import Asset, Component
from inventory.endpoint import address_key
from reports.report import AssetEntry, ComponentEntry, VerdictWord
from rules.fold import NOT_READ
from rules.judge import Judgement
from rules.verdict import Word

Words = dict[VerdictWord, tuple[str, ...]]  # verdict → ids of the rules, sorted


def asset_entries(
    assets: Sequence[Asset], components: Iterable[Component], matrix: Mapping[str, Words]
) -> tuple[AssetEntry, ...]:
    """Assets in the order of their ids."""
    parts: dict[str, list[ComponentEntry]] = {}
    for item in components:
        parts.setdefault(item.asset, []).append(_component(item))
    return tuple(
        AssetEntry(
            id=asset.id,
            name=asset.name,
            addresses=tuple(sorted(asset.addresses, key=address_key)),
            zone=asset.zone,
            city=asset.city,
            district=asset.district,
            department=asset.department,
            system=asset.system,
            importance=asset.importance,
            protection_level=asset.protection_level,
            device_class=asset.device_class,
            registered=asset.registered,
            contact=asset.contact,
            components=tuple(sorted(parts.get(asset.id, ()), key=_component_order)),
            verdicts=matrix.get(asset.id, {}),
        )
        for asset in sorted(assets, key=lambda asset: asset.id)
    )


def verdict_matrix(judgement: Judgement) -> dict[str, Words]:
    """Asset or organisation → its verdicts. Those with the same patterns share one object."""
    patterns: dict[int, list[tuple[int, int]]] = {}
    for place, table in enumerate(judgement.tables):
        for asset, number in zip(table.assets, table.chosen, strict=True):
            patterns.setdefault(asset, []).append((place, number))
    known: dict[tuple[tuple[int, int], ...], Words] = {}
    found = {}
    for name, asset in judgement.roster.number_of.items():
        if asset in patterns:
            key = tuple(patterns[asset])
            if key not in known:
                known[key] = _words(judgement, key)
            found[name] = known[key]
    return found


def _words(judgement: Judgement, patterns: Iterable[tuple[int, int]]) -> Words:
    words: dict[Word, list[str]] = {}
    for place, number in patterns:
        table = judgement.tables[place]
        for rule, said in zip(table.rules, table.patterns[number], strict=True):
            words.setdefault(said.word, []).append(rule)
    return {word.value: tuple(sorted(rules)) for word, rules in sorted(words.items())}


def manual_pairs(judgement: Judgement) -> list[tuple[str, str]]:
    """(rule, asset) of all verdicts that wait for something that a person has to hand in, sorted."""
    names = list(judgement.roster.number_of)
    found = []
    for table in judgement.tables:
        waiting = [
            [rule for rule, said in zip(table.rules, pattern, strict=True) if said.why == NOT_READ]
            for pattern in table.patterns
        ]
        for asset, number in zip(table.assets, table.chosen, strict=True):
            found += [(rule, names[asset]) for rule in waiting[number]]
    return sorted(found)


def _component(item: Component) -> ComponentEntry:
    return ComponentEntry(
        layer=item.layer,
        vendor=item.vendor,
        product=item.product,
        version=item.version,
        origin=item.origin,
        strength=item.strength,
        confidence=item.evidence_class,
        why=item.why,
        end_of_support=item.end_of_support,
    )


def _component_order(item: ComponentEntry) -> tuple[str, str, str, str]:
    return (item.layer, item.vendor or "", item.product or "", item.version or "")
