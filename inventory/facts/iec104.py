"""IEC 60870-5-104: link test only."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class Iec104Facts(Fact):
    """Answer of an IEC 60870-5-104 outstation to TESTFR, no data transfer started."""

    answers: Annotated[bool | None, Column("应答", "TESTFR is confirmed")] = None
    encrypted: Annotated[bool | None, Column("传输层加密", "asked inside TLS (IEC 62351-3)")] = None


TABLE = FactTable(
    name="iec104",
    model=Iec104Facts,
    title=Text(zh="IEC 104服务", en="IEC 104 outstation"),
    definition=Text(
        zh="IEC 104链路测试应答", en="answer of an IEC 60870-5-104 outstation to TESTFR, no data transfer started"
    ),
    ports=(("tcp", 2404),),
    protocols=("iec104",),
    classes=("ot",),
)
