"""What a device says of itself on its own command line (`display version`, `show version`), handed in as a file."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class DeviceVersionFacts(Fact):
    """Maker, system, version, model and serial number as a device's command line printed them; read."""

    vendor: Annotated[str | None, Column("厂商", "maker as identified from the output")] = None
    os: Annotated[str | None, Column("操作系统", "vrp, comware, ios, rgos … as identified from the output")] = None
    product: Annotated[str | None, Column("产品", "product as identified from the output")] = None
    version: Annotated[str | None, Column("版本", "version of the software as printed")] = None
    model: Annotated[str | None, Column("型号", "model of the hardware as printed")] = None
    serial: Annotated[str | None, Column("序列号", "serial number of the chassis as printed")] = None
    hostname: Annotated[str | None, Column("设备名", "name in the prompt before the command")] = None


TABLE = FactTable(
    name="device_version",
    model=DeviceVersionFacts,
    title=Text(zh="设备版本信息", en="Device version"),
    definition=Text(
        zh="设备命令行对版本查询的输出，或设备向邻居通告的内容（LLDP、CDP、DHCP）",
        en="what a device's command line printed when it was asked for its version, or announced to its neighbours (LLDP, CDP, DHCP)",
    ),
    valid_for_days=180,
)
