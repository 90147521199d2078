"""WS-Discovery: what a device says of itself to a probe sent to it alone."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class WsdiscoveryFacts(Fact):
    """Answer of a device to a WS-Discovery probe; ONVIF devices describe themselves in its scopes."""

    answers: Annotated[bool | None, Column("应答", "the answer is a ProbeMatches message")] = None
    types: Annotated[str | None, Column("设备类型", "types of the first match, sorted, without their prefixes")] = None
    onvif: Annotated[bool | None, Column("ONVIF设备", "the types or scopes are those of ONVIF")] = None
    name: Annotated[str | None, Column("名称", "name in the scopes", source="ONVIF Core 7.3.2.2")] = None
    hardware: Annotated[str | None, Column("硬件", "hardware in the scopes", source="ONVIF Core 7.3.2.2")] = None
    location: Annotated[str | None, Column("位置", "location in the scopes", source="ONVIF Core 7.3.2.2")] = None
    service_address: Annotated[str | None, Column("服务地址", "first address of the device's service (XAddrs)")] = None
    encrypted_service: Annotated[bool | None, Column("HTTPS服务", "one of the addresses is HTTPS")] = None


TABLE = FactTable(
    name="wsdiscovery",
    model=WsdiscoveryFacts,
    title=Text(zh="WS-Discovery设备发现", en="WS-Discovery"),
    definition=Text(
        zh="设备对WS-Discovery探测的应答", en="answer of a device to a WS-Discovery probe that is sent to it alone"
    ),
    ports=(("udp", 3702),),
    protocols=("wsdiscovery",),
    classes=("camera",),
)
