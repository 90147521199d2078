"""RDP: is network level authentication required?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class RdpFacts(Fact):
    """Security protocols that a remote desktop server accepts (MS-RDPBCGR)."""

    answers: Annotated[bool | None, Column("应答", "the answer is of the RDP connection sequence")] = None
    standard_security: Annotated[bool | None, Column("接受标准RDP加密", "standard RDP security is accepted")] = None
    tls: Annotated[bool | None, Column("接受TLS", "TLS without network level authentication is accepted")] = None
    nla: Annotated[bool | None, Column("支持NLA", "network level authentication (CredSSP) is accepted")] = None
    nla_required: Annotated[
        bool | None, Column("强制NLA", "connections without network level authentication are refused")
    ] = None


TABLE = FactTable(
    name="rdp",
    model=RdpFacts,
    title=Text(zh="远程桌面服务", en="Remote desktop service"),
    definition=Text(zh="远程桌面的协商结果", en="security protocols that a remote desktop server accepts (MS-RDPBCGR)"),
    ports=(("tcp", 3389),),
    protocols=("rdp",),
    classes=(
        "server",
        "terminal",
        "unknown",
    ),
)
