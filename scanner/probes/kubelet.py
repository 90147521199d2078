"""Kubelet: may anybody list the pods of a node? (kubelet API; GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.kubelet import KubeletFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused

HEALTH, PODS = "/healthz", "/pods"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (HEALTH, PODS))


def interpret(exchange: Exchange) -> dict[str, list[KubeletFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    health, listed = answer(exchange, HEALTH), answer(exchange, PODS)
    told = document(listed)
    open_list = isinstance(told, dict) and told.get("kind") == "PodList"
    healthy = health is not None and health.status == 200 and health.body.strip() == b"ok"
    closed = (refused(listed) and listed is not None and listed.body.strip() in (b"Unauthorized", b"Forbidden")) or (
        refused(listed) and listed is not None and b"resource=nodes" in listed.body
    )
    if not open_list and not (closed and (healthy or refused(health))):
        raise NotUnderstood("not an answer of the kubelet")
    items = told.get("items") if isinstance(told, dict) else None
    return {
        "kubelet": [
            KubeletFacts(
                answers=True,
                authentication_required=not open_list,
                version=None,
                tls=inside_tls(exchange),
                pods=len(items) if isinstance(items, list) else None,
            )
        ]
    }


PROBE = Probe(
    name="kubelet", table="kubelet", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
