"""Register: what the owner declared of an asset, one row an asset."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class RegistrationFacts(Fact):
    """Completeness of what the register says of an asset; derived from the register."""

    registered: Annotated[bool | None, Column("已登记", "the asset stands in the register")] = None
    owner_known: Annotated[bool | None, Column("责任单位明确", "a department is named")] = None
    contact_known: Annotated[bool | None, Column("联系人明确", "a contact is named")] = None
    importance_known: Annotated[bool | None, Column("重要性明确", "an importance is declared")] = None
    level_known: Annotated[bool | None, Column("等级明确", "a protection level is declared")] = None
    class_known: Annotated[bool | None, Column("类别明确", "a device class is declared")] = None
    seen: Annotated[bool | None, Column("在线", "the asset was seen in this scan")] = None
    class_agrees: Annotated[bool | None, Column("类别一致", "the class seen agrees with the class declared")] = None


TABLE = FactTable(
    name="registration",
    model=RegistrationFacts,
    title=Text(zh="资产登记", en="Asset registration"),
    definition=Text(
        zh="资产登记信息的完整性", en="completeness of what the register says of an asset; derived from the register"
    ),
)
