"""IPMI: authentication capabilities of a BMC."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class IpmiFacts(Fact):
    """Authentication capabilities of a baseboard management controller (IPMI 2.0, 22.13)."""

    answers: Annotated[bool | None, Column("应答", "the answer is RMCP with IPMI")] = None
    version_20: Annotated[bool | None, Column("支持IPMI 2.0", "RMCP+ (IPMI 2.0) is supported")] = None
    version_15: Annotated[bool | None, Column("支持IPMI 1.5", "IPMI 1.5 sessions are supported")] = None
    none_allowed: Annotated[
        bool | None, Column("允许无认证", "authentication type none is enabled", sensitivity="important")
    ] = None
    anonymous_login: Annotated[
        bool | None, Column("匿名登录", "null user names with null passwords are enabled", sensitivity="important")
    ] = None
    null_users: Annotated[bool | None, Column("空用户名", "null user names are enabled", sensitivity="important")] = (
        None
    )
    md5_allowed: Annotated[bool | None, Column("允许MD5", "MD2 or MD5 authentication is enabled")] = None
    plain_password: Annotated[bool | None, Column("明文口令", "straight password authentication is enabled")] = None
    default_key: Annotated[
        bool | None, Column("默认密钥", "the two-key login is not enabled (KG is all zeros)", sensitivity="important")
    ] = None
    vendor_id: Annotated[int | None, Column("企业号", "OEM enterprise number")] = None


TABLE = FactTable(
    name="ipmi",
    model=IpmiFacts,
    title=Text(zh="IPMI服务", en="IPMI service"),
    definition=Text(
        zh="带外管理的认证能力", en="authentication capabilities of a baseboard management controller (IPMI 2.0, 22.13)"
    ),
    ports=(("udp", 623),),
    protocols=("ipmi",),
    classes=("server",),
)
