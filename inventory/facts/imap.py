"""IMAP mail service: is a login possible in clear text?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ImapFacts(Fact):
    """TLS and authentication of an IMAP mail service."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this protocol")] = None
    banner: Annotated[str | None, Column("标识文本", "greeting, at most 256 characters")] = None
    start_tls: Annotated[bool | None, Column("支持STARTTLS", "an upgrade to TLS is offered")] = None
    plain_login: Annotated[bool | None, Column("明文认证", "authentication is offered outside TLS")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    login_disabled: Annotated[bool | None, Column("禁用明文登录", "LOGINDISABLED is announced")] = None


TABLE = FactTable(
    name="imap",
    model=ImapFacts,
    title=Text(zh="IMAP邮件服务", en="IMAP mail service"),
    definition=Text(zh="IMAP邮件服务的加密与认证方式", en="TLS and authentication of an IMAP mail service"),
    ports=(("tcp", 143),),
    protocols=("imap",),
    classes=(
        "server",
        "unknown",
    ),
)
