"""MongoDB: can anybody list its databases?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class MongodbFacts(Fact):
    """How MongoDB answers hello and listDatabases without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of the MongoDB wire protocol")] = None
    authentication_required: Annotated[
        bool | None, Column("需要认证", "listDatabases is refused before authentication", sensitivity="important")
    ] = None
    databases: Annotated[int | None, Column("数据库数", "databases listed without authentication")] = None
    wire_version: Annotated[int | None, Column("协议版本", "maxWireVersion of hello")] = None
    version: Annotated[str | None, Column("版本", "version of buildInfo")] = None
    writable: Annotated[bool | None, Column("可写主节点", "isWritablePrimary of hello")] = None


TABLE = FactTable(
    name="mongodb",
    model=MongodbFacts,
    title=Text(zh="MongoDB服务", en="MongoDB service"),
    definition=Text(
        zh="MongoDB对未认证访问的应答", en="how MongoDB answers hello and listDatabases without authentication"
    ),
    ports=(("tcp", 27017),),
    protocols=("mongodb",),
    classes=(
        "server",
        "unknown",
    ),
)
