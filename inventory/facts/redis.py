"""Redis: can anybody read it?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class RedisFacts(Fact):
    """An answer of a RESP server to PING and INFO (RESP2, redis.io protocol specification)."""

    speaks_redis: Annotated[bool | None, Column("是Redis协议", "the answer is RESP")] = None
    authentication_required: Annotated[
        bool | None, Column("需要认证", "commands are refused before AUTH", sensitivity="important")
    ] = None
    protected_mode: Annotated[bool | None, Column("保护模式", "refused because of protected mode")] = None
    version: Annotated[str | None, Column("版本", "redis_version of INFO, where it may be read")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None


TABLE = FactTable(
    name="redis",
    model=RedisFacts,
    title=Text(zh="Redis服务", en="Redis service"),
    definition=Text(zh="Redis对未认证访问的应答", en="how Redis answers a client that has not authenticated"),
    ports=(("tcp", 6379),),
    protocols=("redis",),
    classes=("server", "unknown"),
)
