"""Oracle TNS: listener answer."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class OracleFacts(Fact):
    """Answer of an Oracle listener to a version request (TNS)."""

    answers: Annotated[bool | None, Column("应答", "the answer is TNS")] = None
    version: Annotated[str | None, Column("版本", "version as stated by the listener")] = None
    refused: Annotated[bool | None, Column("已拒绝", "the request was refused")] = None
    error_code: Annotated[int | None, Column("错误码", "error code of the refusal")] = None


TABLE = FactTable(
    name="oracle",
    model=OracleFacts,
    title=Text(zh="Oracle监听服务", en="Oracle listener"),
    definition=Text(zh="Oracle监听程序应答", en="answer of an Oracle listener to a version request (TNS)"),
    ports=(("tcp", 1521),),
    protocols=("oracle",),
    classes=(
        "server",
        "unknown",
    ),
)
