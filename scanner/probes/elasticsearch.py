"""Elasticsearch and OpenSearch: may anybody read the root document and the list of indices?"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.elasticsearch import ElasticsearchFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

ROOT, INDICES = "/", "/_cat/indices?format=json&h=index"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (ROOT, INDICES))


def interpret(exchange: Exchange) -> dict[str, list[ElasticsearchFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    first = answer(exchange, ROOT)
    root = document(first)
    tls = inside_tls(exchange)
    if (
        isinstance(root, dict)
        and isinstance(root.get("version"), dict)
        and ("tagline" in root or "lucene_version" in root["version"])
    ):
        listed = document(answer(exchange, INDICES))
        version = root["version"]
        return {
            "elasticsearch": [
                ElasticsearchFacts(
                    answers=True,
                    authentication_required=False,
                    indices=len(listed) if isinstance(listed, list) else None,
                    version=word(version.get("number")),
                    distribution=word(version.get("distribution")) or "elasticsearch",
                    cluster=word(root.get("cluster_name")),
                    tls=tls,
                )
            ]
        }
    named = first is not None and (b"security_exception" in first.body or first.header("x-elastic-product") is not None)
    if refused(first) and (
        named or "opensearch" in (first.header("www-authenticate") or "").lower() if first else False
    ):
        return {"elasticsearch": [ElasticsearchFacts(answers=True, authentication_required=True, tls=tls)]}
    raise NotUnderstood("not an answer of Elasticsearch or OpenSearch")


PROBE = Probe(
    name="elasticsearch",
    table="elasticsearch",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=2,
    packets=20,
)
