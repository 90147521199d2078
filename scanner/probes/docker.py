"""Docker engine API: may anybody ask it without a client certificate? (Docker Engine API; GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.docker import DockerFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

VERSION, CONTAINERS = "/version", "/containers/json?limit=50"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (VERSION, CONTAINERS))


def interpret(exchange: Exchange) -> dict[str, list[DockerFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    first = answer(exchange, VERSION)
    told = document(first)
    tls = inside_tls(exchange)
    if isinstance(told, dict) and ("ApiVersion" in told or "MinAPIVersion" in told):
        listed = document(answer(exchange, CONTAINERS))
        containers = len(listed) if isinstance(listed, list) else None
        return {
            "docker": [
                DockerFacts(
                    answers=True,
                    authentication_required=None if containers is None else False,
                    version=word(told.get("Version")),
                    tls=tls,
                    containers=containers,
                )
            ]
        }
    if refused(first) and first is not None and "docker" in (first.header("server") or "").lower():
        return {"docker": [DockerFacts(answers=True, authentication_required=True, tls=tls)]}
    raise NotUnderstood("not an answer of the Docker engine")


PROBE = Probe(
    name="docker", table="docker", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
