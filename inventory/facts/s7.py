"""S7: read-only identification of a PLC."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class S7Facts(Fact):
    """Identification of an S7 PLC from its system status list, read only."""

    answers: Annotated[bool | None, Column("应答", "the answer is S7 over ISO-TSAP")] = None
    identification_readable: Annotated[bool | None, Column("标识可读", "the module identification is answered")] = None
    module: Annotated[str | None, Column("模块", "order number of the module")] = None
    system: Annotated[str | None, Column("系统名", "name of the automation system")] = None
    hardware: Annotated[str | None, Column("硬件", "name of the module type")] = None
    firmware: Annotated[str | None, Column("固件版本", "firmware version")] = None
    serial: Annotated[str | None, Column("序列号", "serial number of the module")] = None
    protection_level: Annotated[int | None, Column("保护级别", "protection level of the CPU, where answered")] = None


TABLE = FactTable(
    name="s7",
    model=S7Facts,
    title=Text(zh="S7服务", en="S7 PLC"),
    definition=Text(zh="S7控制器标识（只读）", en="identification of an S7 PLC from its system status list, read only"),
    ports=(("tcp", 102),),
    protocols=("s7",),
    classes=("ot",),
)
