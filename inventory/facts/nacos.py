"""Nacos service: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class NacosFacts(Fact):
    """How the Nacos service answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    configurations_readable: Annotated[
        bool | None, Column("配置可读", "configurations may be listed without authentication", sensitivity="important")
    ] = None


TABLE = FactTable(
    name="nacos",
    model=NacosFacts,
    title=Text(zh="Nacos服务", en="Nacos service"),
    definition=Text(zh="Nacos服务对未认证访问的应答", en="how the Nacos service answers without authentication"),
    ports=(("tcp", 8848),),
    protocols=("nacos",),
    classes=(
        "server",
        "unknown",
    ),
)
