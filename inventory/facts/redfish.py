"""Redfish: the service root of a BMC."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class RedfishFacts(Fact):
    """Service root of a baseboard management controller, readable without a login (DSP0266)."""

    answers: Annotated[bool | None, Column("应答", "a Redfish service root is answered")] = None
    version: Annotated[str | None, Column("版本", "RedfishVersion")] = None
    vendor: Annotated[str | None, Column("厂商", "Vendor of the root")] = None
    product: Annotated[str | None, Column("产品", "Product of the root")] = None
    identifier: Annotated[str | None, Column("标识", "UUID of the root")] = None
    inventory_open: Annotated[
        bool | None, Column("清单无需认证", "systems may be listed without a login", sensitivity="important")
    ] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None


TABLE = FactTable(
    name="redfish",
    model=RedfishFacts,
    title=Text(zh="Redfish服务", en="Redfish service"),
    definition=Text(
        zh="带外管理服务根文档",
        en="service root of a baseboard management controller, readable without a login (DSP0266)",
    ),
    protocols=(
        "redfish",
        "http",
    ),
    classes=("server",),
)
