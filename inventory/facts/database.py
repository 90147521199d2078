"""Databases: which product it is, apart from the protocol that it shares with others."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class DatabaseFacts(Fact):
    """Product of a database endpoint, decided by its own signs, or undecided."""

    family: Annotated[
        str | None, Column("协议族", "protocol family: mysql, postgresql, tds, tns, mongodb, redis, dameng, drda …")
    ] = None
    product: Annotated[
        str | None,
        Column(
            "产品",
            "mysql, mariadb, postgresql, oceanbase, tidb, opengauss, kingbase, dameng, txsql, polardb, sqlserver, oracle, mongodb, redis …; NULL while undecided",
        ),
    ] = None
    decided: Annotated[bool | None, Column("已判定", "a sign of the product's own was seen")] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls_offered: Annotated[bool | None, Column("提供TLS", "encryption is offered")] = None
    authentication_required: Annotated[bool | None, Column("需要认证", "data is refused before authentication")] = None


TABLE = FactTable(
    name="database",
    model=DatabaseFacts,
    title=Text(zh="数据库产品", en="Database product"),
    definition=Text(
        zh="数据库端点所属产品的判定", en="product of a database endpoint, decided by its own signs, or undecided"
    ),
    protocols=(
        "mysql",
        "postgresql",
        "mongodb",
        "mssql",
        "oracle",
        "dameng",
        "redis",
        "elasticsearch",
        "influxdb",
        "clickhouse",
        "cassandra",
    ),
)
