"""mDNS: the services that a device announces on its link, as told to a question sent to it alone."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class MdnsFacts(Fact):
    """Answer of a device to a unicast question of multicast DNS (RFC 6762 5.5, RFC 6763 9)."""

    answers: Annotated[bool | None, Column("应答", "the answer is multicast DNS")] = None
    service_count: Annotated[int | None, Column("服务类型数", "number of service types announced")] = None
    services: Annotated[str | None, Column("服务类型", "service types announced, sorted")] = None
    host: Annotated[str | None, Column("主机名", "host name that the answer holds")] = None


TABLE = FactTable(
    name="mdns",
    model=MdnsFacts,
    title=Text(zh="多播DNS服务", en="Multicast DNS"),
    definition=Text(
        zh="设备对单播多播DNS查询的应答",
        en="answer of a device to a unicast question of multicast DNS (RFC 6762, RFC 6763)",
    ),
    ports=(("udp", 5353),),
    protocols=("mdns",),
    classes=("camera", "iot"),
)
