"""Memcached: can anybody read it?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class MemcachedFacts(Fact):
    """How Memcached answers a client that has not authenticated."""

    answers: Annotated[bool | None, Column("应答", "the answer is of the Memcached text protocol")] = None
    authentication_required: Annotated[
        bool | None, Column("需要认证", "commands are refused before authentication", sensitivity="important")
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    udp: Annotated[bool | None, Column("UDP应答", "the UDP port answers too")] = None


TABLE = FactTable(
    name="memcached",
    model=MemcachedFacts,
    title=Text(zh="Memcached服务", en="Memcached service"),
    definition=Text(zh="Memcached对未认证访问的应答", en="how Memcached answers a client that has not authenticated"),
    ports=(("tcp", 11211),),
    protocols=("memcached",),
    classes=(
        "server",
        "unknown",
    ),
)
