"""MySQL protocol: the greeting of MySQL, MariaDB and the databases that share their protocol."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class MysqlFacts(Fact):
    """Greeting of a database that speaks the MySQL protocol (version 10)."""

    version: Annotated[str | None, Column("版本", "server version as greeted")] = None
    protocol_version: Annotated[int | None, Column("协议版本", "protocol version, 10 for all current servers")] = None
    tls_offered: Annotated[bool | None, Column("提供TLS", "the greeting announces TLS (CLIENT_SSL)")] = None
    tls_required: Annotated[bool | None, Column("强制TLS", "connections without TLS are refused (read)")] = None
    authentication_plugin: Annotated[str | None, Column("认证插件", "default authentication plugin")] = None
    weak_authentication: Annotated[
        bool | None, Column("弱认证插件", "mysql_old_password or mysql_native_password (SHA-1) is the default")
    ] = None
    client_refused: Annotated[
        bool | None, Column("拒绝来源地址", "the server refuses our address before login (error 1130)")
    ] = None
    collation: Annotated[int | None, Column("字符集编号", "default collation")] = None
    listens_everywhere: Annotated[bool | None, Column("监听全部地址", "bound to all addresses (read)")] = None


TABLE = FactTable(
    name="mysql",
    model=MysqlFacts,
    title=Text(zh="MySQL协议服务", en="MySQL protocol service"),
    definition=Text(
        zh="MySQL协议数据库的握手信息", en="greeting of a database that speaks the MySQL protocol (version 10)"
    ),
    ports=(("tcp", 3306),),
    protocols=("mysql",),
    classes=(
        "server",
        "unknown",
    ),
)
