"""DNP3: a remote terminal unit that answers on its link layer."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class Dnp3Facts(Fact):
    """A station that answers a request for the status of its link (IEEE 1815-2012)."""

    answers: Annotated[bool | None, Column("应答", "the answer is a DNP3 frame")] = None
    station: Annotated[int | None, Column("站地址", "link address of the station that answered")] = None
    link_status: Annotated[
        bool | None, Column("应答链路状态", "the link status is told; false: the function is not supported")
    ] = None


TABLE = FactTable(
    name="dnp3",
    model=Dnp3Facts,
    title=Text(zh="DNP3协议", en="DNP3"),
    definition=Text(
        zh="远动终端对链路状态请求的应答",
        en="what a remote terminal unit answers to a request for the status of its link (IEEE 1815-2012)",
    ),
    ports=(("tcp", 20000),),
    protocols=("dnp3",),
    classes=("ot",),
)
