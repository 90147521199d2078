"""EtherNet/IP: identity object, read only."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class EthernetipFacts(Fact):
    """Identity of an EtherNet/IP device, ListIdentity only (CIP)."""

    answers: Annotated[bool | None, Column("应答", "the answer is EtherNet/IP")] = None
    vendor_id: Annotated[int | None, Column("厂商编号", "CIP vendor id")] = None
    device_type: Annotated[int | None, Column("设备类型", "CIP device type")] = None
    product: Annotated[str | None, Column("产品", "product name")] = None
    revision: Annotated[str | None, Column("版本", "revision of the identity object, major.minor")] = None
    serial: Annotated[str | None, Column("序列号", "serial number in lower-case hex")] = None


TABLE = FactTable(
    name="ethernetip",
    model=EthernetipFacts,
    title=Text(zh="EtherNet/IP服务", en="EtherNet/IP device"),
    definition=Text(zh="EtherNet/IP设备标识（只读）", en="identity of an EtherNet/IP device, ListIdentity only (CIP)"),
    ports=(("tcp", 44818),),
    protocols=("ethernetip",),
    classes=("ot",),
)
