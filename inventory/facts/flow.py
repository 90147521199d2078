"""Flows between zones and outwards, from captures: one row a pair."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class FlowFacts(Fact):
    """Conversations between zones or with the outside, seen in a capture."""

    source_zone: Annotated[
        str | None, Column("源区域", "zone of the address that opened the conversation", sensitivity="important")
    ] = None
    destination_zone: Annotated[
        str | None, Column("目的区域", "zone of the destination, empty for outside", sensitivity="important")
    ] = None
    protocol: Annotated[str | None, Column("协议", "protocol as recognised")] = None
    destination_port: Annotated[int | None, Column("目的端口", "port that the conversation was opened to")] = None
    outside: Annotated[bool | None, Column("外联", "the destination lies outside the permitted networks")] = None
    overseas_service: Annotated[
        bool | None, Column("境外服务", "the name or address belongs to a known service outside the mainland")
    ] = None
    remote_control: Annotated[
        bool | None, Column("远程控制工具", "the name belongs to a remote control or tunnelling tool")
    ] = None
    network_disk: Annotated[bool | None, Column("互联网网盘", "the name belongs to a network disk")] = None
    encrypted: Annotated[bool | None, Column("加密", "the conversation was encrypted")] = None
    server_name: Annotated[
        str | None, Column("服务器名", "name asked for (DNS, SNI, Host)", sensitivity="important", personal=True)
    ] = None
    bytes_out: Annotated[int | None, Column("外发字节", "bytes that the conversation sent out", "B")] = None


TABLE = FactTable(
    name="flow",
    model=FlowFacts,
    title=Text(zh="网络流", en="Network flow"),
    definition=Text(
        zh="被动捕获中跨区域与外联的通信", en="conversations between zones or with the outside, seen in a capture"
    ),
    many=True,
)
