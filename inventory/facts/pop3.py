"""POP3 mail service: is a login possible in clear text?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class Pop3Facts(Fact):
    """TLS and authentication of an POP3 mail service."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this protocol")] = None
    banner: Annotated[str | None, Column("标识文本", "greeting, at most 256 characters")] = None
    start_tls: Annotated[bool | None, Column("支持STARTTLS", "an upgrade to TLS is offered")] = None
    plain_login: Annotated[bool | None, Column("明文认证", "authentication is offered outside TLS")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    apop: Annotated[bool | None, Column("支持APOP", "the greeting offers APOP")] = None


TABLE = FactTable(
    name="pop3",
    model=Pop3Facts,
    title=Text(zh="POP3邮件服务", en="POP3 mail service"),
    definition=Text(zh="POP3邮件服务的加密与认证方式", en="TLS and authentication of an POP3 mail service"),
    ports=(("tcp", 110),),
    protocols=("pop3",),
    classes=(
        "server",
        "unknown",
    ),
)
