"""LDAP: StartTLS and anonymous reading."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class LdapFacts(Fact):
    """StartTLS and anonymous root entry of an LDAP server (RFC 4511)."""

    answers: Annotated[bool | None, Column("应答", "the answer is LDAP")] = None
    root_readable: Annotated[bool | None, Column("根条目可读", "the root DSE is readable without binding")] = None
    start_tls: Annotated[bool | None, Column("支持StartTLS", "StartTLS is announced in supportedExtension")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    anonymous_entries: Annotated[
        bool | None,
        Column("匿名读取目录", "entries below the base are readable without binding", sensitivity="important"),
    ] = None
    vendor: Annotated[str | None, Column("厂商", "vendorName of the root DSE")] = None
    naming_contexts: Annotated[int | None, Column("命名上下文数", "number of naming contexts")] = None
    active_directory: Annotated[bool | None, Column("活动目录", "the server is an Active Directory")] = None


TABLE = FactTable(
    name="ldap",
    model=LdapFacts,
    title=Text(zh="LDAP服务", en="LDAP service"),
    definition=Text(zh="LDAP服务的加密与匿名读取", en="StartTLS and anonymous root entry of an LDAP server (RFC 4511)"),
    ports=(("tcp", 389),),
    protocols=("ldap",),
    classes=(
        "server",
        "unknown",
    ),
)
