"""Modbus: read-only device identification."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ModbusFacts(Fact):
    """Device identification of a Modbus device, function 43/14, read only."""

    answers: Annotated[bool | None, Column("应答", "the answer is Modbus/TCP")] = None
    identification_readable: Annotated[bool | None, Column("标识可读", "device identification is answered")] = None
    vendor: Annotated[str | None, Column("厂商", "VendorName of the device identification")] = None
    product: Annotated[str | None, Column("产品", "ProductCode of the device identification")] = None
    revision: Annotated[str | None, Column("版本", "MajorMinorRevision of the device identification")] = None
    exception: Annotated[
        int | None,
        Column(
            "异常码",
            "exception code where the function is refused",
            codes={
                "1": "非法功能 / illegal function",
                "2": "非法数据地址 / illegal data address",
                "3": "非法数据值 / illegal data value",
                "4": "设备故障 / device failure",
                "5": "确认 / acknowledge",
                "6": "设备忙 / device busy",
                "10": "网关路径不可用 / gateway path unavailable",
                "11": "网关目标无应答 / gateway target failed to respond",
            },
        ),
    ] = None


TABLE = FactTable(
    name="modbus",
    model=ModbusFacts,
    title=Text(zh="Modbus服务", en="Modbus device"),
    definition=Text(
        zh="Modbus设备标识（只读）", en="device identification of a Modbus device, function 43/14, read only"
    ),
    ports=(("tcp", 502),),
    protocols=("modbus",),
    classes=("ot",),
)
