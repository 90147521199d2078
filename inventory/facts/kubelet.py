"""kubelet API: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class KubeletFacts(Fact):
    """How the kubelet API answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    pods: Annotated[int | None, Column("容器组数", "pods listed without authentication")] = None


TABLE = FactTable(
    name="kubelet",
    model=KubeletFacts,
    title=Text(zh="Kubelet接口", en="kubelet API"),
    definition=Text(zh="Kubelet接口对未认证访问的应答", en="how the kubelet API answers without authentication"),
    ports=(("tcp", 10250),),
    protocols=("kubelet",),
    classes=(
        "server",
        "unknown",
    ),
)
