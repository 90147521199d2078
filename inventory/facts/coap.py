"""CoAP: are resources listed in clear text?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class CoapFacts(Fact):
    """How a CoAP server answers /.well-known/core outside DTLS (RFC 7252, RFC 6690)."""

    answers: Annotated[bool | None, Column("应答", "the answer is CoAP")] = None
    code: Annotated[int | None, Column("应答码", "response code, class × 32 + detail: 69 is 2.05")] = None
    readable: Annotated[
        bool | None,
        Column("目录可读", "the resource directory is readable without protection", sensitivity="important"),
    ] = None
    resources: Annotated[int | None, Column("资源数", "resources listed")] = None
    lwm2m: Annotated[bool | None, Column("LwM2M对象", "LwM2M objects are listed")] = None


TABLE = FactTable(
    name="coap",
    model=CoapFacts,
    title=Text(zh="CoAP服务", en="CoAP service"),
    definition=Text(
        zh="CoAP资源目录的明文应答", en="how a CoAP server answers /.well-known/core outside DTLS (RFC 7252, RFC 6690)"
    ),
    ports=(("udp", 5683),),
    protocols=("coap",),
    classes=("iot",),
)
