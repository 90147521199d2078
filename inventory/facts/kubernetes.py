"""Kubernetes API server: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class KubernetesFacts(Fact):
    """How the Kubernetes API server answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    anonymous_resources: Annotated[
        bool | None, Column("匿名可读资源", "anonymous clients may list resources", sensitivity="important")
    ] = None


TABLE = FactTable(
    name="kubernetes",
    model=KubernetesFacts,
    title=Text(zh="Kubernetes接口", en="Kubernetes API server"),
    definition=Text(
        zh="Kubernetes接口对未认证访问的应答", en="how the Kubernetes API server answers without authentication"
    ),
    ports=(("tcp", 6443),),
    protocols=("kubernetes",),
    classes=(
        "server",
        "unknown",
    ),
)
