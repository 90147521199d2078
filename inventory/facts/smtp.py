"""SMTP mail service: is a login possible in clear text?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class SmtpFacts(Fact):
    """TLS and authentication of an SMTP mail service."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this protocol")] = None
    banner: Annotated[str | None, Column("标识文本", "greeting, at most 256 characters")] = None
    start_tls: Annotated[bool | None, Column("支持STARTTLS", "an upgrade to TLS is offered")] = None
    plain_login: Annotated[bool | None, Column("明文认证", "authentication is offered outside TLS")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    open_relay: Annotated[
        bool | None,
        Column(
            "开放转发",
            "mail for other domains is relayed (read from configuration only, never tried)",
            sensitivity="important",
        ),
    ] = None


TABLE = FactTable(
    name="smtp",
    model=SmtpFacts,
    title=Text(zh="SMTP邮件服务", en="SMTP mail service"),
    definition=Text(zh="SMTP邮件服务的加密与认证方式", en="TLS and authentication of an SMTP mail service"),
    ports=(("tcp", 25),),
    protocols=("smtp",),
    classes=(
        "server",
        "unknown",
    ),
)
