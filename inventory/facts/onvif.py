"""ONVIF: what a camera tells without a login."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class OnvifFacts(Fact):
    """How an ONVIF device service answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of an ONVIF device service")] = None
    information_readable: Annotated[
        bool | None,
        Column("设备信息可读", "GetDeviceInformation is answered without authentication", sensitivity="important"),
    ] = None
    manufacturer: Annotated[str | None, Column("厂商", "Manufacturer of GetDeviceInformation")] = None
    model: Annotated[str | None, Column("型号", "Model of GetDeviceInformation")] = None
    firmware: Annotated[str | None, Column("固件版本", "FirmwareVersion of GetDeviceInformation")] = None
    serial: Annotated[str | None, Column("序列号", "SerialNumber of GetDeviceInformation")] = None
    device_time: Annotated[str | None, Column("设备时间", "UTC time of GetSystemDateAndTime, YYYY-MM-DDTHH:MM:SSZ")] = (
        None
    )
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None


TABLE = FactTable(
    name="onvif",
    model=OnvifFacts,
    title=Text(zh="ONVIF服务", en="ONVIF device service"),
    definition=Text(
        zh="ONVIF设备服务对未认证请求的应答", en="how an ONVIF device service answers without authentication"
    ),
    protocols=(
        "onvif",
        "http",
    ),
    classes=("camera",),
)
