"""Host: does anything answer at an address, and on which of the ports that were tried?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class HostFacts(Fact):
    """What discovery saw of one address: connects only, nothing was sent over them (RFC 9293)."""

    answers: Annotated[bool | None, Column("在线", "at least one port answered, open or closed")] = None
    open_ports: Annotated[int | None, Column("开放端口数", "TCP ports that accepted a connection")] = None
    closed_ports: Annotated[int | None, Column("关闭端口数", "TCP ports that refused (RST)")] = None
    silent_ports: Annotated[int | None, Column("无应答端口数", "TCP ports from which nothing came back")] = None
    every_port_open: Annotated[
        bool | None, Column("中间设备代答", "ports that nobody uses are open too: a middle box answers for the host")
    ] = None
    shunned: Annotated[
        bool | None, Column("中途不再应答", "a port that had answered stopped answering during discovery")
    ] = None
    mac: Annotated[str | None, Column("物理地址", "MAC address by ARP, lower-case with colons", personal=True)] = None


TABLE = FactTable(
    name="host",
    model=HostFacts,
    title=Text(zh="主机可达性", en="host reachability"),
    definition=Text(zh="主机对连接请求的应答情况", en="how a host answers connection requests"),
)
