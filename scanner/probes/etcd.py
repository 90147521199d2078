"""etcd: may anybody read its version and its list of keys? (etcd API v2 and health; GET only, no key is fetched)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.etcd import EtcdFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

VERSION, KEYS = "/version", "/v2/keys/"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (VERSION, KEYS))


def interpret(exchange: Exchange) -> dict[str, list[EtcdFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    told = document(answer(exchange, VERSION))
    keys = answer(exchange, KEYS)
    tls = inside_tls(exchange)
    if not (isinstance(told, dict) and "etcdserver" in told):
        raise NotUnderstood("not an answer of etcd")
    listed = document(keys)
    readable = True if isinstance(listed, dict) and "node" in listed else (False if refused(keys) else None)
    return {
        "etcd": [
            EtcdFacts(
                answers=True,
                authentication_required=None if readable is None else not readable,
                version=word(told.get("etcdserver")),
                tls=tls,
                keys_readable=readable,
            )
        ]
    }


PROBE = Probe(
    name="etcd", table="etcd", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
