"""InfluxDB service: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class InfluxdbFacts(Fact):
    """How the InfluxDB service answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    databases: Annotated[int | None, Column("数据库数", "databases listed without authentication")] = None


TABLE = FactTable(
    name="influxdb",
    model=InfluxdbFacts,
    title=Text(zh="InfluxDB服务", en="InfluxDB service"),
    definition=Text(zh="InfluxDB服务对未认证访问的应答", en="how the InfluxDB service answers without authentication"),
    ports=(("tcp", 8086),),
    protocols=("influxdb",),
    classes=(
        "server",
        "unknown",
    ),
)
