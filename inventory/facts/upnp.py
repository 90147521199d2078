"""UPnP: SSDP answers."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class UpnpFacts(Fact):
    """Answer of a UPnP device to an SSDP search."""

    answers: Annotated[bool | None, Column("应答", "the answer is SSDP")] = None
    server: Annotated[str | None, Column("服务器标识", "SERVER header")] = None
    location: Annotated[str | None, Column("描述地址", "LOCATION header")] = None
    devices: Annotated[int | None, Column("设备数", "number of answers")] = None


TABLE = FactTable(
    name="upnp",
    model=UpnpFacts,
    title=Text(zh="UPnP服务", en="UPnP device"),
    definition=Text(zh="SSDP发现应答", en="answer of a UPnP device to an SSDP search"),
    ports=(("udp", 1900),),
    protocols=("upnp",),
    classes=("iot", "camera"),
)
