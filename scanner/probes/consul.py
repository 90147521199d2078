"""Consul: may anybody read the agent and the catalogue? (HTTP API v1; GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.consul import ConsulFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

SELF, SERVICES = "/v1/agent/self", "/v1/catalog/services"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (SELF, SERVICES))


def interpret(exchange: Exchange) -> dict[str, list[ConsulFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    first, listed = answer(exchange, SELF), answer(exchange, SERVICES)
    told = document(first)
    config = told.get("Config") if isinstance(told, dict) else None
    named = any(
        response is not None and any(name.startswith("x-consul-") for name, _ in response.headers)
        for response in (first, listed)
    )
    if not named and not (isinstance(config, dict) and "Datacenter" in config):
        raise NotUnderstood("not an answer of Consul")
    readable = isinstance(document(listed), dict)
    closed = refused(first) or refused(listed)
    return {
        "consul": [
            ConsulFacts(
                answers=True,
                authentication_required=False if readable and not closed else (True if refused(listed) else None),
                version=word(config.get("Version")) if isinstance(config, dict) else None,
                tls=inside_tls(exchange),
                acl_enabled=True if closed else _acl(told),
            )
        ]
    }


def _acl(told: object) -> bool | None:
    debug = told.get("DebugConfig") if isinstance(told, dict) else None
    flag = debug.get("ACLsEnabled") if isinstance(debug, dict) else None
    return flag if isinstance(flag, bool) else None


PROBE = Probe(
    name="consul", table="consul", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
