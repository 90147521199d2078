"""InfluxDB: may anybody list its databases? (API 1.x query, health of 2.x; GET only)"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.influxdb import InfluxdbFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.json_service import answer, document, get_all, inside_tls, refused, word

PING, DATABASES = "/ping?verbose=true", "/query?q=SHOW%20DATABASES"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two documents."""
    await get_all(recorder, asking, (PING, DATABASES))


def interpret(exchange: Exchange) -> dict[str, list[InfluxdbFacts]]:
    """Pure. Raises NotUnderstood where the answer is of something else."""
    ping, listed = answer(exchange, PING), answer(exchange, DATABASES)
    version = word(ping.header("x-influxdb-version")) if ping is not None else None
    if version is None:
        raise NotUnderstood("not an answer of InfluxDB")
    databases = _databases(document(listed))
    required = True if refused(listed) else (False if databases is not None else None)
    return {
        "influxdb": [
            InfluxdbFacts(
                answers=True,
                authentication_required=required,
                version=version,
                tls=inside_tls(exchange),
                databases=databases,
            )
        ]
    }


def _databases(told: object) -> int | None:
    """Rows of the first series of the first result, None where the answer has another shape."""
    results = told.get("results") if isinstance(told, dict) else None
    first = results[0] if isinstance(results, list) and results and isinstance(results[0], dict) else {}
    if first.get("statement_id") is None or "error" in first:
        return None
    series = first.get("series")
    values = series[0].get("values") if isinstance(series, list) and series and isinstance(series[0], dict) else []
    return len(values) if isinstance(values, list) else None


PROBE = Probe(
    name="influxdb", table="influxdb", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=20
)
