"""Neighbours: who is connected to a device, as it was told by LLDP."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class NeighbourFacts(Fact):
    """One neighbour that a device knows from LLDP (IEEE 802.1AB), read from its SNMP agent."""

    place: Annotated[int | None, Column("序号", "position in the agent's order, from 0")] = None
    local_port: Annotated[int | None, Column("本端端口号", "number of the device's own port (lldpRemLocalPortNum)")] = (
        None
    )
    chassis: Annotated[
        str | None, Column("邻居机箱标识", "lldpRemChassisId; a MAC address in lower-case hex with colons")
    ] = None
    port: Annotated[str | None, Column("邻居端口标识", "lldpRemPortId")] = None
    name: Annotated[str | None, Column("邻居名称", "lldpRemSysName")] = None
    description: Annotated[str | None, Column("邻居描述", "lldpRemSysDesc")] = None


TABLE = FactTable(
    name="neighbour",
    model=NeighbourFacts,
    title=Text(zh="链路邻居", en="Neighbours on links"),
    definition=Text(
        zh="设备通过LLDP获知的相邻设备", en="who is connected to a device, as LLDP told it (IEEE 802.1AB), read by SNMP"
    ),
    protocols=("snmp",),
    many=True,
)
