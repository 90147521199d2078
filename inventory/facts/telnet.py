"""Telnet: does it answer?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class TelnetFacts(Fact):
    """How a Telnet server answers (RFC 854 negotiation)."""

    answers: Annotated[
        bool | None, Column("应答", "a Telnet negotiation or a login prompt was seen, or it is enabled (read)")
    ] = None
    negotiates: Annotated[
        bool | None, Column("选项协商", "the server sent IAC option negotiation", source="RFC 854")
    ] = None
    login_prompt: Annotated[bool | None, Column("登录提示", "a prompt for a name or password was seen")] = None
    encryption_offered: Annotated[bool | None, Column("提供加密", "the server offers START_TLS or ENCRYPT")] = None
    banner: Annotated[str | None, Column("标识文本", "printable text, at most 256 characters")] = None


TABLE = FactTable(
    name="telnet",
    model=TelnetFacts,
    title=Text(zh="Telnet服务", en="Telnet service"),
    definition=Text(zh="Telnet服务的应答", en="how a Telnet server answers (RFC 854 negotiation)"),
    ports=(("tcp", 23),),
    protocols=("telnet",),
)
