"""Kubernetes API server: what may an anonymous client list? (GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.kubernetes import KubernetesFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

VERSION, NAMESPACES = "/version", "/api/v1/namespaces?limit=1"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (VERSION, NAMESPACES))


def interpret(exchange: Exchange) -> dict[str, list[KubernetesFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    first, listed = answer(exchange, VERSION), answer(exchange, NAMESPACES)
    told, page = document(first), document(listed)
    known = isinstance(told, dict) and "gitVersion" in told
    readable = isinstance(page, dict) and page.get("kind") == "NamespaceList"
    turned_away = refused(listed) and listed is not None and b'"Status"' in listed.body
    if not (known or readable or turned_away):
        raise NotUnderstood("not an answer of a Kubernetes API server")
    return {
        "kubernetes": [
            KubernetesFacts(
                answers=True,
                authentication_required=False if readable else (True if turned_away else None),
                version=word(told.get("gitVersion")) if isinstance(told, dict) else None,
                tls=inside_tls(exchange),
                anonymous_resources=True if readable else (False if turned_away else None),
            )
        ]
    }


PROBE = Probe(
    name="kubernetes",
    table="kubernetes",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=2,
    packets=20,
)
