"""OPC UA: endpoints and their security."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class OpcuaFacts(Fact):
    """Endpoints, security policies and user tokens of an OPC UA server (GetEndpoints)."""

    answers: Annotated[bool | None, Column("应答", "the answer is OPC UA")] = None
    endpoints: Annotated[int | None, Column("端点数", "number of endpoints")] = None
    none_allowed: Annotated[
        bool | None, Column("允许无保护", "an endpoint with security mode None is offered", sensitivity="important")
    ] = None
    weak_policy: Annotated[bool | None, Column("弱安全策略", "Basic128Rsa15 or Basic256 is offered")] = None
    anonymous: Annotated[
        bool | None, Column("允许匿名", "an anonymous user token is offered", sensitivity="important")
    ] = None
    anonymous_unprotected: Annotated[
        bool | None,
        Column(
            "无保护匿名", "an anonymous token is offered on an endpoint without protection", sensitivity="important"
        ),
    ] = None
    best_mode: Annotated[
        int | None,
        Column(
            "最高保护模式",
            "1 none, 2 sign, 3 sign and encrypt",
            codes={"1": "无保护 / none", "2": "签名 / sign", "3": "签名并加密 / sign and encrypt"},
        ),
    ] = None
    application: Annotated[str | None, Column("应用名", "application name")] = None
    product: Annotated[str | None, Column("产品标识", "product URI as the server states it")] = None


TABLE = FactTable(
    name="opcua",
    model=OpcuaFacts,
    title=Text(zh="OPC UA服务", en="OPC UA server"),
    definition=Text(
        zh="OPC UA端点与安全策略", en="endpoints, security policies and user tokens of an OPC UA server (GetEndpoints)"
    ),
    ports=(("tcp", 4840),),
    protocols=("opcua",),
    classes=("ot",),
)
