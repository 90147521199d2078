"""rsync: modules listed to anybody."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class RsyncFacts(Fact):
    """Modules that an rsync daemon lists without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of the rsync daemon protocol")] = None
    modules: Annotated[
        int | None, Column("模块数", "modules listed without authentication", sensitivity="important")
    ] = None
    authentication_required: Annotated[bool | None, Column("需要认证", "modules ask for a password (read)")] = None
    version: Annotated[str | None, Column("协议版本", "protocol version of the greeting")] = None


TABLE = FactTable(
    name="rsync",
    model=RsyncFacts,
    title=Text(zh="rsync服务", en="rsync service"),
    definition=Text(zh="rsync模块列表的应答", en="modules that an rsync daemon lists without authentication"),
    ports=(("tcp", 873),),
    protocols=("rsync",),
    classes=(
        "server",
        "storage",
        "unknown",
    ),
)
