"""DNS: recursion, version and zone transfer."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class DnsFacts(Fact):
    """Recursion, version and zone transfer of a DNS server (RFC 1035, RFC 5936)."""

    answers: Annotated[bool | None, Column("应答", "the answer is DNS")] = None
    recursion: Annotated[bool | None, Column("开放递归", "recursion is available to us")] = None
    version: Annotated[str | None, Column("版本", "version.bind")] = None
    version_disclosed: Annotated[bool | None, Column("泄露版本", "version.bind is answered with a version number")] = (
        None
    )
    zone_transfer: Annotated[
        bool | None, Column("允许区域传送", "AXFR is answered with a zone", sensitivity="important")
    ] = None
    dnssec: Annotated[bool | None, Column("支持DNSSEC", "the DO bit is honoured")] = None
    overseas_forwarder: Annotated[
        bool | None, Column("境外上游", "a forwarder outside the mainland is configured (read)")
    ] = None


TABLE = FactTable(
    name="dns",
    model=DnsFacts,
    title=Text(zh="DNS服务", en="DNS service"),
    definition=Text(
        zh="DNS服务器的递归、版本与区域传送",
        en="recursion, version and zone transfer of a DNS server (RFC 1035, RFC 5936)",
    ),
    ports=(("udp", 53),),
    protocols=("dns",),
    classes=(
        "server",
        "network",
        "unknown",
    ),
)
