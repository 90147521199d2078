"""VNC: security types."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class VncFacts(Fact):
    """Security types of a VNC server (RFC 6143)."""

    answers: Annotated[bool | None, Column("应答", "the answer is RFB")] = None
    version: Annotated[str | None, Column("协议版本", "version of RFB that the server announces")] = None
    none_allowed: Annotated[
        bool | None, Column("无需认证", "security type None is offered", sensitivity="important")
    ] = None
    password_only: Annotated[bool | None, Column("VNC口令", "VNC authentication (DES) is offered")] = None
    encrypted: Annotated[bool | None, Column("加密类型", "a type with TLS is offered")] = None
    security_types: Annotated[int | None, Column("安全类型数", "number of security types")] = None


TABLE = FactTable(
    name="vnc",
    model=VncFacts,
    title=Text(zh="VNC服务", en="VNC service"),
    definition=Text(zh="VNC服务的安全类型", en="security types of a VNC server (RFC 6143)"),
    ports=(("tcp", 5900),),
    protocols=("vnc",),
    classes=(
        "server",
        "terminal",
        "unknown",
    ),
)
