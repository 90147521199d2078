"""SIP and GB/T 28181: how registration is protected."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class SipFacts(Fact):
    """How a SIP server answers OPTIONS and, where permitted, REGISTER."""

    answers: Annotated[bool | None, Column("应答", "the answer is SIP")] = None
    server: Annotated[str | None, Column("服务器标识", "Server or User-Agent header")] = None
    status: Annotated[int | None, Column("OPTIONS状态码", "status of OPTIONS")] = None
    register_status: Annotated[int | None, Column("REGISTER状态码", "status of a REGISTER without credentials")] = None
    register_open: Annotated[
        bool | None, Column("注册无需认证", "REGISTER is accepted without credentials", sensitivity="important")
    ] = None
    digest: Annotated[bool | None, Column("Digest认证", "a Digest challenge is given")] = None
    digest_algorithm: Annotated[
        str | None, Column("摘要算法", "algorithm of the challenge in lower case, md5 where none is named")
    ] = None
    certificate_authentication: Annotated[
        bool | None,
        Column(
            "证书认证", "a GB 35114 challenge (Capability, Unidirection, Bidirection) is given", source="GB 35114-2017"
        ),
    ] = None
    realm: Annotated[str | None, Column("认证域", "realm of the challenge")] = None
    gb28181: Annotated[
        bool | None, Column("GB/T 28181", "the realm or device id is of the 20-digit kind", source="GB/T 28181-2022")
    ] = None


TABLE = FactTable(
    name="sip",
    model=SipFacts,
    title=Text(zh="SIP/GB/T 28181信令", en="SIP signalling (GB/T 28181)"),
    definition=Text(
        zh="SIP服务器对OPTIONS与REGISTER的应答", en="how a SIP server answers OPTIONS and, where permitted, REGISTER"
    ),
    ports=(("udp", 5060),),
    protocols=("sip",),
    classes=("server", "camera"),
)
