"""What speaks on an endpoint: the fact that every other endpoint question builds on."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ServiceFacts(Fact):
    """One endpoint that answered."""

    protocol: Annotated[str | None, Column("协议", "protocol recognised by its own answer, not by its port")] = None
    tls: Annotated[bool | None, Column("传输层加密", "the protocol runs inside TLS or TLCP")] = None
    banner: Annotated[str | None, Column("标识文本", "first bytes as printable text, at most 256 characters")] = None
    vendor: Annotated[str | None, Column("厂商", "maker as identified from the banner")] = None
    product: Annotated[str | None, Column("产品", "product as identified from the banner")] = None
    version: Annotated[str | None, Column("版本", "version as the banner states it; never enough for a verdict")] = None


UPGRADED = ("ftp", "imap", "ldap", "mysql", "pop3", "postgresql", "smtp", "xmpp")  # protocols that can go on inside TLS


def spoken(facts: ServiceFacts) -> tuple[str, ...]:
    """The words by which `FactTable.protocols` finds this endpoint: its protocol, and `tls` or `tlcp` around it."""
    if facts.protocol is None:
        return ("tls",) if facts.tls else ()
    around = ("tls",) if facts.tls and facts.protocol not in ("tls", "tlcp") else ()
    return (facts.protocol, *around)


TABLE = FactTable(
    name="service",
    model=ServiceFacts,
    title=Text(zh="网络服务", en="network service"),
    definition=Text(zh="端点上实际应答的协议", en="the protocol that answers on an endpoint"),
)
