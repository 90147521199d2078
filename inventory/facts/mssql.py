"""SQL Server (TDS): pre-login answer."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class MssqlFacts(Fact):
    """Pre-login answer of a server that speaks TDS (MS-TDS)."""

    answers: Annotated[bool | None, Column("应答", "the answer is a TDS pre-login")] = None
    version: Annotated[str | None, Column("版本", "version of the server")] = None
    encryption: Annotated[
        int | None,
        Column(
            "加密选项",
            "0 off, 1 on, 2 not supported, 3 required",
            codes={"0": "关闭 / off", "1": "开启 / on", "2": "不支持 / not supported", "3": "要求加密 / required"},
        ),
    ] = None
    tls_offered: Annotated[bool | None, Column("提供TLS", "encryption is possible")] = None
    tls_required: Annotated[bool | None, Column("强制TLS", "encryption is on or required for the whole session")] = None


TABLE = FactTable(
    name="mssql",
    model=MssqlFacts,
    title=Text(zh="SQL Server服务", en="SQL Server service"),
    definition=Text(zh="TDS预登录应答", en="pre-login answer of a server that speaks TDS (MS-TDS)"),
    ports=(("tcp", 1433),),
    protocols=("mssql",),
    classes=(
        "server",
        "unknown",
    ),
)
