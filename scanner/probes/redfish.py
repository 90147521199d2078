"""Redfish: the service root of a management controller, and whether systems are listed without a login (DSP0266; GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.redfish import RedfishFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

ROOT, SYSTEMS = "/redfish/v1/", "/redfish/v1/Systems"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (ROOT, SYSTEMS))


def interpret(exchange: Exchange) -> dict[str, list[RedfishFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    told, listed = document(answer(exchange, ROOT)), answer(exchange, SYSTEMS)
    if not (isinstance(told, dict) and isinstance(told.get("RedfishVersion"), str)):
        raise NotUnderstood("no Redfish service root")
    page = document(listed)
    opened = True if isinstance(page, dict) and "Members" in page else (False if refused(listed) else None)
    return {
        "redfish": [
            RedfishFacts(
                answers=True,
                version=word(told.get("RedfishVersion")),
                vendor=word(told.get("Vendor")),
                product=word(told.get("Product")),
                identifier=word(told.get("UUID")),
                inventory_open=opened,
                tls=inside_tls(exchange),
            )
        ]
    }


PROBE = Probe(
    name="redfish", table="redfish", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
