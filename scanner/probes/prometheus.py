"""Prometheus: may anybody read what it watches? (HTTP API v1; GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.prometheus import PrometheusFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

BUILD, TARGETS = "/api/v1/status/buildinfo", "/api/v1/targets?state=active"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (BUILD, TARGETS))


def interpret(exchange: Exchange) -> dict[str, list[PrometheusFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    first, listed = answer(exchange, BUILD), answer(exchange, TARGETS)
    told, targets = document(first), document(listed)
    data = told.get("data") if isinstance(told, dict) else None
    active = targets.get("data") if isinstance(targets, dict) else None
    readable = isinstance(active, dict) and "activeTargets" in active
    if not (isinstance(data, dict) and "goVersion" in data) and not readable:
        raise NotUnderstood("not an answer of Prometheus")
    return {
        "prometheus": [
            PrometheusFacts(
                answers=True,
                authentication_required=False if readable else (True if refused(listed) else None),
                version=word(data.get("version")) if isinstance(data, dict) else None,
                tls=inside_tls(exchange),
                targets_readable=True if readable else (False if refused(listed) else None),
            )
        ]
    }


PROBE = Probe(
    name="prometheus",
    table="prometheus",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=2,
    packets=20,
)
