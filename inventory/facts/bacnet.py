"""BACnet: the device object, read only."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class BacnetFacts(Fact):
    """Device object of a BACnet/IP device, ReadProperty only (ASHRAE 135)."""

    answers: Annotated[bool | None, Column("应答", "the answer is BACnet/IP")] = None
    instance: Annotated[int | None, Column("设备号", "instance of the device object")] = None
    vendor: Annotated[str | None, Column("厂商", "vendor-name of the device object")] = None
    vendor_id: Annotated[int | None, Column("厂商编号", "vendor-identifier of the device object")] = None
    model: Annotated[str | None, Column("型号", "model-name of the device object")] = None
    firmware: Annotated[str | None, Column("固件版本", "firmware-revision of the device object")] = None
    name: Annotated[str | None, Column("名称", "object-name of the device object, given by who installed it")] = None
    readable: Annotated[
        bool | None, Column("属性可读", "properties are readable without protection", sensitivity="important")
    ] = None


TABLE = FactTable(
    name="bacnet",
    model=BacnetFacts,
    title=Text(zh="BACnet服务", en="BACnet device"),
    definition=Text(
        zh="BACnet设备对象（只读）", en="device object of a BACnet/IP device, ReadProperty only (ASHRAE 135)"
    ),
    ports=(("udp", 47808),),
    protocols=("bacnet",),
    classes=("ot",),
)
