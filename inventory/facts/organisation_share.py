"""Shares of an organisation by layer: derived from the components of its assets."""

from typing import Annotated

from inventory.code_names import LAYER_NAMES, as_codes
from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class OrganisationShareFacts(Fact):
    """Counts and shares of products by origin in one layer of an organisation; derived. Only a proven origin counts as one:
    an inferred origin counts as unknown."""

    layer: Annotated[str | None, Column("层", "layer of the components counted", codes=as_codes(LAYER_NAMES))] = None
    total: Annotated[int | None, Column("组件数", "components counted")] = None
    domestic_count: Annotated[int | None, Column("国产数", "components of domestic origin")] = None
    foreign_count: Annotated[int | None, Column("境外数", "components of foreign or licensed origin")] = None
    community_count: Annotated[int | None, Column("开源社区数", "components of community origin")] = None
    unknown_count: Annotated[int | None, Column("来源不明数", "components of unknown origin")] = None
    domestic_share_low: Annotated[int | None, Column("国产占比下限", "domestic of all, in thousandths", "‰")] = None
    domestic_share_high: Annotated[
        int | None, Column("国产占比上限", "domestic and unknown of all, in thousandths", "‰")
    ] = None
    unknown_share: Annotated[int | None, Column("来源不明占比", "unknown of all, in thousandths", "‰")] = None
    foreign_share_low: Annotated[int | None, Column("境外占比下限", "proven foreign of all, in thousandths", "‰")] = (
        None
    )
    foreign_share_high: Annotated[
        int | None, Column("境外占比上限", "foreign and unknown of all, in thousandths", "‰")
    ] = None
    suppliers: Annotated[int | None, Column("供应商数", "different suppliers that are known")] = None
    largest_supplier_share_high: Annotated[
        int | None,
        Column("最大供应商占比上限", "the same if every unknown supplier were this one, in thousandths", "‰"),
    ] = None
    largest_supplier_share: Annotated[
        int | None, Column("最大供应商占比", "largest known supplier of all, in thousandths", "‰")
    ] = None
    largest_supplier: Annotated[str | None, Column("最大供应商", "vendor of the largest supplier")] = None


TABLE = FactTable(
    name="organisation_share",
    model=OrganisationShareFacts,
    title=Text(zh="组织来源占比", en="Shares by origin"),
    definition=Text(
        zh="组织内各层产品来源占比",
        en="counts and shares of products by origin in one layer of an organisation; derived",
    ),
    many=True,
)
