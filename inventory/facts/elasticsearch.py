"""Elasticsearch and OpenSearch: can anybody list the indices?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class ElasticsearchFacts(Fact):
    """How Elasticsearch or OpenSearch answers without authentication."""

    answers: Annotated[bool | None, Column("应答", "the answer is of Elasticsearch or OpenSearch")] = None
    authentication_required: Annotated[
        bool | None, Column("需要认证", "the root document is refused without authentication", sensitivity="important")
    ] = None
    indices: Annotated[int | None, Column("索引数", "indices listed without authentication")] = None
    version: Annotated[str | None, Column("版本", "version.number of the root document")] = None
    distribution: Annotated[
        str | None,
        Column(
            "发行版",
            "elasticsearch or opensearch",
            codes={"elasticsearch": "Elasticsearch", "opensearch": "OpenSearch"},
        ),
    ] = None
    cluster: Annotated[str | None, Column("集群名", "name of the cluster in the root document")] = None
    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None


TABLE = FactTable(
    name="elasticsearch",
    model=ElasticsearchFacts,
    title=Text(zh="Elasticsearch服务", en="Elasticsearch service"),
    definition=Text(
        zh="Elasticsearch或OpenSearch对未认证访问的应答",
        en="how Elasticsearch or OpenSearch answers without authentication",
    ),
    ports=(("tcp", 9200),),
    protocols=("elasticsearch",),
    classes=(
        "server",
        "unknown",
    ),
)
