"""PostgreSQL protocol: TLS and the authentication asked for, also of databases that share the protocol."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class PostgresqlFacts(Fact):
    """TLS and authentication of a database that speaks the PostgreSQL protocol (version 3)."""

    tls_offered: Annotated[bool | None, Column("提供TLS", "SSLRequest is answered with S")] = None
    tls_required: Annotated[bool | None, Column("强制TLS", "a session outside TLS is refused")] = None
    authentication_code: Annotated[
        int | None,
        Column(
            "认证方式",
            "code of the authentication request: 0 none, 3 cleartext, 5 MD5, 10 SASL, 7 GSS, 13 openGauss SHA-256",
            codes={
                "0": "免认证 / none",
                "3": "明文口令 / cleartext password",
                "5": "MD5口令 / MD5 password",
                "7": "GSSAPI",
                "10": "SASL (SCRAM)",
                "13": "SHA-256或SM3（openGauss） / SHA-256 or SM3 (openGauss)",
            },
        ),
    ] = None
    trusted: Annotated[
        bool | None, Column("免认证登录", "a session is opened without any authentication", sensitivity="important")
    ] = None
    weak_authentication: Annotated[bool | None, Column("弱认证方式", "cleartext or MD5 password is asked for")] = None
    error_text: Annotated[str | None, Column("错误文本", "message of the error to an unknown protocol version")] = None
    error_routine: Annotated[str | None, Column("错误例程", "file and routine named in that error")] = None
    listens_everywhere: Annotated[bool | None, Column("监听全部地址", "bound to all addresses (read)")] = None


TABLE = FactTable(
    name="postgresql",
    model=PostgresqlFacts,
    title=Text(zh="PostgreSQL协议服务", en="PostgreSQL protocol service"),
    definition=Text(
        zh="PostgreSQL协议数据库的加密与认证方式",
        en="TLS and authentication of a database that speaks the PostgreSQL protocol (version 3)",
    ),
    ports=(("tcp", 5432),),
    protocols=("postgresql",),
    classes=(
        "server",
        "unknown",
    ),
)
