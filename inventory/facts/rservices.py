"""rlogin, rsh, rexec: does one answer?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class RservicesFacts(Fact):
    """Whether rexec, rlogin or rsh listens; nothing is sent."""

    listens: Annotated[bool | None, Column("端口开放", "the connection was accepted", sensitivity="important")] = None


TABLE = FactTable(
    name="rservices",
    model=RservicesFacts,
    title=Text(zh="r系列服务", en="r-services"),
    definition=Text(zh="rlogin、rsh、rexec服务的应答", en="whether rexec, rlogin or rsh listens; nothing is sent"),
    ports=(
        ("tcp", 512),
        ("tcp", 513),
        ("tcp", 514),
    ),
    classes=(
        "server",
        "network",
        "unknown",
    ),
)
