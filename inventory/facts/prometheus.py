"""Prometheus service: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class PrometheusFacts(Fact):
    """How the Prometheus service answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    targets_readable: Annotated[bool | None, Column("目标可读", "targets may be listed without authentication")] = None


TABLE = FactTable(
    name="prometheus",
    model=PrometheusFacts,
    title=Text(zh="Prometheus服务", en="Prometheus service"),
    definition=Text(
        zh="Prometheus服务对未认证访问的应答", en="how the Prometheus service answers without authentication"
    ),
    ports=(("tcp", 9090),),
    protocols=("prometheus",),
    classes=(
        "server",
        "unknown",
    ),
)
