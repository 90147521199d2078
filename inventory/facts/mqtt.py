"""MQTT: may anybody connect?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class MqttFacts(Fact):
    """How an MQTT broker answers a connection without credentials (MQTT 3.1.1)."""

    answers: Annotated[bool | None, Column("应答", "the answer is a CONNACK")] = None
    anonymous: Annotated[
        bool | None, Column("允许匿名", "a connection without credentials is accepted", sensitivity="important")
    ] = None
    return_code: Annotated[
        int | None,
        Column(
            "返回码",
            "CONNACK return code: 0 accepted, 4 bad credentials, 5 not authorised",
            codes={
                "0": "接受 / accepted",
                "1": "协议版本不支持 / protocol version",
                "2": "标识被拒绝 / identifier rejected",
                "3": "服务不可用 / unavailable",
                "4": "凭据错误 / bad credentials",
                "5": "未授权 / not authorised",
            },
        ),
    ] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    version_5: Annotated[bool | None, Column("支持MQTT 5", "MQTT 5 is accepted")] = None
    plain_listener: Annotated[bool | None, Column("明文监听", "a listener without TLS is open")] = None


TABLE = FactTable(
    name="mqtt",
    model=MqttFacts,
    title=Text(zh="MQTT服务", en="MQTT broker"),
    definition=Text(
        zh="MQTT代理对匿名连接的应答", en="how an MQTT broker answers a connection without credentials (MQTT 3.1.1)"
    ),
    ports=(("tcp", 1883),),
    protocols=("mqtt",),
    classes=(
        "server",
        "iot",
        "unknown",
    ),
)
