"""Assets with their components and the whole matrix of verdicts."""

from collections.abc import Iterable, Sequence

from inventory.asset import Asset, Component
from inventory.endpoint import address_key
from reports.report import AssetEntry, ComponentEntry, VerdictWord
from rules.verdict import AssetVerdict, Word


def asset_entries(
    assets: Sequence[Asset], components: Iterable[Component], verdicts: Iterable[AssetVerdict]
) -> tuple[AssetEntry, ...]:
    """Assets in the order of their ids."""
    parts: dict[str, list[ComponentEntry]] = {}
    for item in components:
        parts.setdefault(item.asset, []).append(_component(item))
    matrix = verdict_matrix(verdicts)
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


def verdict_matrix(verdicts: Iterable[AssetVerdict]) -> dict[str, dict[VerdictWord, tuple[str, ...]]]:
    """Asset or organisation → verdict → ids of the rules, sorted."""
    gathered: dict[str, dict[Word, list[str]]] = {}
    for verdict in verdicts:
        gathered.setdefault(verdict.asset, {}).setdefault(verdict.word, []).append(verdict.rule)
    return {
        asset: {word.value: tuple(sorted(rules)) for word, rules in sorted(words.items())}
        for asset, words in gathered.items()
    }


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
