"""XMPP: what a message server offers before anybody logs in."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class XmppFacts(Fact):
    """Encryption and ways to log in among the features of an XMPP stream (RFC 6120)."""

    answers: Annotated[bool | None, Column("应答", "the answer is an XMPP stream")] = None
    domain: Annotated[str | None, Column("域", "domain that the server names as its own")] = None
    start_tls: Annotated[bool | None, Column("提供STARTTLS", "an upgrade to TLS is offered")] = None
    tls_required: Annotated[bool | None, Column("强制TLS", "the upgrade must be made before anything else")] = None
    tls: Annotated[bool | None, Column("传输层加密", "the stream runs inside TLS")] = None
    plain_login: Annotated[
        bool | None, Column("明文登录", "a password is accepted as it is (PLAIN) outside TLS", source="RFC 4616")
    ] = None
    anonymous: Annotated[
        bool | None, Column("匿名登录", "a session without credentials is offered (ANONYMOUS)", source="RFC 4505")
    ] = None
    registration: Annotated[
        bool | None, Column("开放注册", "accounts can be made by anybody (in-band registration)", source="XEP-0077")
    ] = None
    mechanisms: Annotated[str | None, Column("认证机制", "SASL mechanisms before TLS, in the server's order")] = None


TABLE = FactTable(
    name="xmpp",
    model=XmppFacts,
    title=Text(zh="XMPP即时消息服务", en="XMPP service"),
    definition=Text(
        zh="XMPP服务在登录之前提供的加密与认证方式",
        en="encryption and ways to log in that an XMPP server offers before anybody logs in (RFC 6120)",
    ),
    ports=(("tcp", 5222),),
    protocols=("xmpp",),
    classes=("server",),
)
