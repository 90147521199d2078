"""Hadoop web interfaces: may anybody read the cluster? (JMX and ResourceManager REST; GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.hadoop import HadoopFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

JMX, CLUSTER = "/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo", "/ws/v1/cluster/info"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (JMX, CLUSTER))


def interpret(exchange: Exchange) -> dict[str, list[HadoopFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    first, second = answer(exchange, JMX), answer(exchange, CLUSTER)
    beans, cluster = document(first), document(second)
    found = beans.get("beans") if isinstance(beans, dict) else None
    name_node = isinstance(found, list) and any(
        isinstance(bean, dict) and "NameNodeInfo" in str(bean.get("name")) for bean in found
    )
    info = cluster.get("clusterInfo") if isinstance(cluster, dict) else None
    manager = isinstance(info, dict)
    negotiate = any(
        refused(each)
        and each is not None
        and "negotiate" in (each.header("www-authenticate") or "").lower()
        and any(value.startswith("hadoop.auth") for value in each.every("set-cookie"))
        for each in (first, second)
    )
    if not (name_node or manager or negotiate):
        raise NotUnderstood("not an answer of Hadoop")
    bean = (
        next((each for each in found if isinstance(each, dict) and "Version" in each), {})
        if isinstance(found, list)
        else {}
    )
    version = word(info.get("hadoopVersion")) if isinstance(info, dict) else word(bean.get("Version"))
    return {
        "hadoop": [
            HadoopFacts(
                answers=True,
                authentication_required=negotiate and not name_node and not manager,
                version=version,
                tls=inside_tls(exchange),
                component="namenode" if name_node else ("resourcemanager" if manager else None),
            )
        ]
    }


PROBE = Probe(
    name="hadoop", table="hadoop", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
