"""Hadoop web interfaces: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class HadoopFacts(Fact):
    """How the Hadoop web interfaces answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    component: Annotated[str | None, Column("组件", "namenode, resourcemanager or other")] = None


TABLE = FactTable(
    name="hadoop",
    model=HadoopFacts,
    title=Text(zh="Hadoop管理界面", en="Hadoop web interfaces"),
    definition=Text(
        zh="Hadoop管理界面对未认证访问的应答", en="how the Hadoop web interfaces answers without authentication"
    ),
    ports=(("tcp", 9870),),
    protocols=("hadoop",),
    classes=(
        "server",
        "unknown",
    ),
)
