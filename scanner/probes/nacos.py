"""Nacos: may anybody list the configurations? (Open API v1; GET only, one entry at most)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.nacos import NacosFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

STATE, CONFIGURATIONS = (
    "/nacos/v1/console/server/state",
    "/nacos/v1/cs/configs?dataId=&group=&pageNo=1&pageSize=1&search=accurate",
)


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (STATE, CONFIGURATIONS))


def interpret(exchange: Exchange) -> dict[str, list[NacosFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    told = document(answer(exchange, STATE))
    listed = answer(exchange, CONFIGURATIONS)
    page = document(listed)
    known = isinstance(told, dict) and ("standalone_mode" in told or "function_mode" in told)
    if not known and not (isinstance(page, dict) and "pageItems" in page):
        raise NotUnderstood("not an answer of Nacos")
    readable = True if isinstance(page, dict) and "pageItems" in page else (False if refused(listed) else None)
    return {
        "nacos": [
            NacosFacts(
                answers=True,
                authentication_required=None if readable is None else not readable,
                version=word(told.get("version")) if isinstance(told, dict) else None,
                tls=inside_tls(exchange),
                configurations_readable=readable,
            )
        ]
    }


PROBE = Probe(
    name="nacos", table="nacos", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
