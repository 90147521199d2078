"""FTP: anonymous access and protection of the control connection."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class FtpFacts(Fact):
    """Anonymous access and TLS of an FTP server (RFC 959, RFC 4217)."""

    banner: Annotated[str | None, Column("标识文本", "greeting, at most 256 characters")] = None
    tls_offered: Annotated[bool | None, Column("提供TLS", "AUTH TLS is offered")] = None
    tls_required: Annotated[bool | None, Column("强制TLS", "login outside TLS is refused")] = None
    plain_login: Annotated[bool | None, Column("允许明文登录", "a user name is accepted outside TLS")] = None
    anonymous: Annotated[bool | None, Column("匿名访问", "the anonymous user may log in", sensitivity="important")] = (
        None
    )
    anonymous_write: Annotated[
        bool | None,
        Column(
            "匿名可写",
            "the anonymous user may write (read from configuration only, never tried)",
            sensitivity="important",
        ),
    ] = None
    implicit_tls: Annotated[bool | None, Column("隐式TLS", "the server speaks TLS from the first byte")] = None


TABLE = FactTable(
    name="ftp",
    model=FtpFacts,
    title=Text(zh="FTP服务", en="FTP service"),
    definition=Text(zh="FTP服务的匿名访问与加密", en="anonymous access and TLS of an FTP server (RFC 959, RFC 4217)"),
    ports=(("tcp", 21),),
    protocols=("ftp",),
)
