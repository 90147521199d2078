"""Products on an asset, layer by layer, with their origin: derived from what identification concluded."""

from typing import Annotated

from inventory.code_names import LAYER_NAMES, ORIGIN_NAMES, as_codes
from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ComponentFacts(Fact):
    """Products on an asset by layer, with origin, strength and end of support; derived."""

    layer: Annotated[
        str | None,
        Column(
            "层",
            "chip, firmware, operating_system, database, middleware, network, security, cryptography, video, iot, ics, cloud, application, time",
            codes=as_codes(LAYER_NAMES),
        ),
    ] = None
    vendor: Annotated[str | None, Column("厂商", "maker as identified, a word of the vocabulary of makers")] = None
    product: Annotated[str | None, Column("产品", "name of the product as identified")] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    origin: Annotated[
        str | None,
        Column(
            "来源",
            "domestic_certified, domestic, domestic_derived, community, licensed, foreign; NULL while unknown",
            codes=as_codes(ORIGIN_NAMES),
        ),
    ] = None
    domestic: Annotated[
        bool | None,
        Column("国产", "the origin is domestic_certified, domestic or domestic_derived; NULL while unknown"),
    ] = None
    origin_score: Annotated[
        int | None, Column("来源得分", "score of the origin in percent; NULL while unknown", "%")
    ] = None
    proven: Annotated[
        bool | None, Column("已证实", "two independent signals from handshake up, or one read or document")
    ] = None
    end_of_support: Annotated[str | None, Column("停止支持日期", "end of support, YYYY-MM-DDTHH:MM:SSZ")] = None
    certificate_expiry: Annotated[
        str | None, Column("认证到期日期", "end of its certificate or announcement, YYYY-MM-DDTHH:MM:SSZ")
    ] = None
    certified: Annotated[
        bool | None, Column("通过测评认证", "listed in a catalogue of assessed or certified products")
    ] = None


TABLE = FactTable(
    name="component",
    model=ComponentFacts,
    title=Text(zh="产品组件", en="Product component"),
    definition=Text(
        zh="资产上各层产品及其来源",
        en="products on an asset by layer, with origin, strength and end of support; derived",
    ),
    many=True,
)
