"""ZooKeeper: four-letter words and their limits."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ZookeeperFacts(Fact):
    """How ZooKeeper answers four-letter words."""

    answers: Annotated[bool | None, Column("应答", "ruok or srvr was answered")] = None
    commands_allowed: Annotated[
        bool | None, Column("允许状态命令", "commands beyond ruok (srvr, envi) are answered", sensitivity="important")
    ] = None
    environment_readable: Annotated[
        bool | None, Column("环境可读", "envi is answered without authentication", sensitivity="important")
    ] = None
    version: Annotated[str | None, Column("版本", "version as stated")] = None
    mode: Annotated[
        str | None,
        Column(
            "角色",
            "leader, follower or standalone",
            codes={
                "leader": "主节点 / leader",
                "follower": "从节点 / follower",
                "observer": "观察节点 / observer",
                "standalone": "单机 / standalone",
            },
        ),
    ] = None


TABLE = FactTable(
    name="zookeeper",
    model=ZookeeperFacts,
    title=Text(zh="ZooKeeper服务", en="ZooKeeper service"),
    definition=Text(zh="ZooKeeper四字命令的应答", en="how ZooKeeper answers four-letter words"),
    ports=(("tcp", 2181),),
    protocols=("zookeeper",),
    classes=(
        "server",
        "unknown",
    ),
)
