"""Secrets and personal data seen in clear text in captures: counts only."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ClearTextFacts(Fact):
    """Credentials and personal data seen in clear text in a capture; kept as counts."""

    credentials: Annotated[int | None, Column("明文口令数", "logins seen in clear text", sensitivity="important")] = (
        None
    )
    protocols_seen: Annotated[str | None, Column("协议", "protocols that carried them, sorted")] = None
    identity_numbers: Annotated[
        int | None, Column("身份证号数", "distinct valid identity numbers", sensitivity="important")
    ] = None
    mobile_numbers: Annotated[int | None, Column("手机号数", "distinct mobile numbers", sensitivity="important")] = None
    bank_cards: Annotated[int | None, Column("银行卡号数", "distinct bank card numbers", sensitivity="important")] = (
        None
    )


TABLE = FactTable(
    name="clear_text",
    model=ClearTextFacts,
    title=Text(zh="明文传输", en="Clear text seen"),
    definition=Text(
        zh="被动捕获中明文出现的口令与个人信息",
        en="credentials and personal data seen in clear text in a capture; kept as counts",
    ),
)
