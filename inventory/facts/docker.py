"""Docker engine API: does it answer without authentication?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class DockerFacts(Fact):
    """How the Docker engine API answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of this product")] = None
    authentication_required: Annotated[
        bool | None,
        Column("需要认证", "data is refused without authentication or client certificate", sensitivity="important"),
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    containers: Annotated[int | None, Column("容器数", "containers listed without authentication")] = None


TABLE = FactTable(
    name="docker",
    model=DockerFacts,
    title=Text(zh="Docker引擎接口", en="Docker engine API"),
    definition=Text(
        zh="Docker引擎接口对未认证访问的应答", en="how the Docker engine API answers without authentication"
    ),
    ports=(("tcp", 2375),),
    protocols=("docker",),
    classes=(
        "server",
        "unknown",
    ),
)
