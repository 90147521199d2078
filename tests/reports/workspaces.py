"""A workspace in memory with one scan of one Redis server, and a hand-made report that names its true inputs."""

from inventory.asset import Asset, Component
from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn
from inventory.facts.redis import RedisFacts
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from reports.canonical_form import canonical_report
from reports.inputs import input_manifest, manifest_digest
from tests.reports.documents import small

ASKED = Question(Endpoint("127.45.1.10", "tcp", 6379), "redis", "office")
SILENT = Question(Endpoint("127.45.1.11", "tcp", 6379), "redis", "office")
HEARD = Exchange(
    "redis", ASKED.endpoint, (Turn("ping", b"PING\r\n", b"+PONG\r\n"), Turn("info", b"INFO\r\n", b"$5\r\nredis\r\n"))
)


def workspace(
    scan: str = "s1", started: str = "2026-03-02T02:10:00Z", answer: bytes = b"+PONG\r\n", store: Store | None = None
) -> Store:
    """One scan: a question that was answered, one that met silence, a kept register, and the report."""
    store = store or Store.memory()
    heard = Exchange(HEARD.kind, HEARD.endpoint, (Turn("ping", b"PING\r\n", answer), *HEARD.turns[1:]))
    ended = f"{started[:-3]}59Z"
    store.begin_scan(
        scan, started=started, permit={"id": "p1"}, profile={"protection_level": 3}, versions={"chengjian": "0.1.0"}
    )
    with store.batch():
        store.add_questions(scan, [ASKED, SILENT])
        digest = store.put_evidence(heard)
        seen = Observation(ASKED.id, Outcome.ANSWERED, "", started, EvidenceClass.HANDSHAKE, (digest,))
        store.add_observation(scan, seen, {"redis": [RedisFacts(speaks_redis=True, authentication_required=False)]})
        store.add_observation(scan, Observation(SILENT.id, Outcome.SILENT, "timeout", started))
        store.put_assets(scan, [Asset("a1", ("address:127.45.1.10",), ("127.45.1.10",), name="缓存")])
        store.put_components(
            scan,
            [Component("a1", "database", "redis", "redis", None, "community", "inferred", EvidenceClass.HANDSHAKE)],
        )
        store.keep("register/city.csv", "register", "地址,部门\n127.45.1.10,数据局\n".encode())
    store.end_scan(scan, state="finished", ended=ended, counters={"packets": 12})
    put_report(store, scan)
    return store


def put_report(store: Store, scan: str) -> bytes:
    """Give the scan a report that names the inputs as they are now."""
    base = small()
    made = base.generated_from.model_copy(update={"input_manifest": manifest_digest(input_manifest(store, scan))})
    row = store.scan(scan)
    of_scan = base.scan.model_copy(update={name: row[name] for name in ("id", "started", "ended", "state")})
    document = canonical_report(base.model_copy(update={"generated_from": made, "scan": of_scan}))
    store.put_report(scan, document)
    return document
