"""Consul service: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ConsulFacts(Fact):
    """How the Consul service answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    acl_enabled: Annotated[bool | None, Column("访问控制", "the agent says that access control is on")] = None


TABLE = FactTable(
    name="consul",
    model=ConsulFacts,
    title=Text(zh="Consul服务", en="Consul service"),
    definition=Text(zh="Consul服务对未认证访问的应答", en="how the Consul service answers without authentication"),
    ports=(("tcp", 8500),),
    protocols=("consul",),
    classes=(
        "server",
        "unknown",
    ),
)
