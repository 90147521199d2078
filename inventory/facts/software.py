"""Software parts from a bill of materials, one row a part."""

from typing import Annotated

from inventory.code_names import ORIGIN_NAMES, as_codes
from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class SoftwareFacts(Fact):
    """Parts of a software bill of materials (CycloneDX, SPDX)."""

    name: Annotated[str | None, Column("名称", "name of the part")] = None
    version: Annotated[str | None, Column("版本", "version of the part as the list states it")] = None
    kind: Annotated[
        str | None, Column("类型", "type of the part as the list states it: library, application, device, firmware …")
    ] = None
    supplier: Annotated[str | None, Column("供应商", "supplier or group")] = None
    purl: Annotated[str | None, Column("包标识", "package URL that names the part across tools")] = None
    licence: Annotated[str | None, Column("许可证", "licence expression")] = None
    direct: Annotated[bool | None, Column("直接依赖", "used directly, not through another part")] = None
    origin: Annotated[
        str | None, Column("来源", "origin as for components; NULL while unknown", codes=as_codes(ORIGIN_NAMES))
    ] = None
    domestic: Annotated[bool | None, Column("国产", "NULL while unknown")] = None
    end_of_support: Annotated[str | None, Column("停止支持日期", "end of support, YYYY-MM-DDTHH:MM:SSZ")] = None
    copyleft: Annotated[bool | None, Column("强制开源许可", "the licence asks for publication of the source")] = None
    integrity: Annotated[bool | None, Column("完整性校验值", "a digest of the part is stated")] = None


TABLE = FactTable(
    name="software",
    model=SoftwareFacts,
    title=Text(zh="软件成分", en="Software part"),
    definition=Text(zh="软件物料清单中的组件", en="parts of a software bill of materials (CycloneDX, SPDX)"),
    many=True,
)
