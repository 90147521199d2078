"""Personal data on pages that anybody can read: counts and one masked sample, never the values."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class HttpPersonalDataFacts(Fact):
    """Counts of distinct valid personal data on pages readable without authentication, with a masked sample."""

    pages: Annotated[int | None, Column("页面数", "pages read without authentication")] = None
    identity_numbers: Annotated[
        int | None,
        Column(
            "身份证号数", "distinct valid resident identity numbers", source="GB 11643-1999", sensitivity="important"
        ),
    ] = None
    mobile_numbers: Annotated[int | None, Column("手机号数", "distinct mobile numbers", sensitivity="important")] = None
    bank_cards: Annotated[
        int | None, Column("银行卡号数", "distinct bank card numbers that pass Luhn", sensitivity="important")
    ] = None
    credit_codes: Annotated[
        int | None,
        Column(
            "统一社会信用代码数",
            "distinct unified social credit codes",
            source="GB 32100-2015",
            sensitivity="important",
        ),
    ] = None
    plates: Annotated[int | None, Column("车牌号数", "distinct vehicle plates", sensitivity="important")] = None
    emails: Annotated[int | None, Column("电子邮箱数", "distinct e-mail addresses", sensitivity="important")] = None
    personal_values: Annotated[
        int | None,
        Column(
            "个人信息总数",
            "distinct identity, mobile and bank card numbers together",
            sensitivity="important",
        ),
    ] = None
    sensitive_values: Annotated[
        int | None,
        Column("敏感个人信息数", "distinct identity and bank card numbers together", sensitivity="important"),
    ] = None
    sample: Annotated[str | None, Column("脱敏样本", "one masked value", personal=True)] = None
    tls: Annotated[bool | None, Column("传输层加密", "read inside TLS")] = None


TABLE = FactTable(
    name="http_personal_data",
    model=HttpPersonalDataFacts,
    title=Text(zh="网页个人信息", en="Personal data on web pages"),
    definition=Text(
        zh="未认证页面中的个人信息计数与脱敏样本",
        en="counts of distinct valid personal data on pages readable without authentication, with a masked sample",
    ),
    protocols=("http",),
    valid_for_days=30,
)
