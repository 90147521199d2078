"""etcd service: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class EtcdFacts(Fact):
    """How the etcd service answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    keys_readable: Annotated[
        bool | None, Column("键可读", "keys may be listed without authentication", sensitivity="important")
    ] = None


TABLE = FactTable(
    name="etcd",
    model=EtcdFacts,
    title=Text(zh="etcd服务", en="etcd service"),
    definition=Text(zh="etcd服务对未认证访问的应答", en="how the etcd service answers without authentication"),
    ports=(("tcp", 2379),),
    protocols=("etcd",),
    classes=(
        "server",
        "unknown",
    ),
)
