"""X11: may anybody open a display?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class X11Facts(Fact):
    """Answer of an X11 display to a connection without authorisation."""

    answers: Annotated[bool | None, Column("应答", "the answer is X11")] = None
    open_display: Annotated[
        bool | None, Column("无需认证", "the connection is accepted without authorisation", sensitivity="important")
    ] = None
    vendor: Annotated[str | None, Column("厂商", "vendor of the display")] = None


TABLE = FactTable(
    name="x11",
    model=X11Facts,
    title=Text(zh="X11服务", en="X11 display"),
    definition=Text(zh="X11显示服务的应答", en="answer of an X11 display to a connection without authorisation"),
    ports=(("tcp", 6000),),
    protocols=("x11",),
    classes=(
        "server",
        "terminal",
        "unknown",
    ),
)
