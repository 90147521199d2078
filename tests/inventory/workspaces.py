"""Workspaces that tests fill: small scans with evidence, at a chosen time."""

from pathlib import Path

from inventory.asset import Asset
from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store


def add_scan(
    store: Store,
    name: str,
    ended: str,
    *,
    answers: tuple[bytes, ...],
    permit: str = "P",
    environment: str = "production",
) -> list[str]:
    """A finished scan with one asset and one observation an answer; returns the digests of its evidence."""
    store.begin_scan(
        name, started=ended, permit={"id": permit, "environment": environment}, profile={}, versions={"chengjian": "0"}
    )
    digests = []
    with store.batch():
        for number, answer in enumerate(answers, 1):
            question = Question(Endpoint(f"127.0.0.{number}", "tcp", 6379), "redis", "office")
            digest = store.put_evidence(Exchange("redis", question.endpoint, (Turn("ping", b"PING", answer),)))
            seen = Observation(question.id, Outcome.ANSWERED, "", ended, EvidenceClass.HANDSHAKE, (digest,))
            store.add_questions(name, [question])
            store.add_observation(name, seen)
            digests.append(digest)
        store.put_assets(
            name,
            [
                Asset(f"a{number}", (f"address:127.0.0.{number}",), (f"127.0.0.{number}",))
                for number in range(1, len(answers) + 1)
            ],
        )
        store.end_scan(name, state="finished", ended=ended, counters={})
    return digests


def three_scans(path: Path) -> None:
    """Scans s1 (January), s2 (March) and s3 (November 2026) of one permit; s1 and s2 share a piece of evidence."""
    with Store.create(path) as store:
        add_scan(store, "s1", "2026-01-10T02:00:00Z", answers=(b"+PONG\r\n", b"-NOAUTH old\r\n"))
        add_scan(store, "s2", "2026-03-10T02:00:00Z", answers=(b"+PONG\r\n",))
        add_scan(store, "s3", "2026-11-10T02:00:00Z", answers=(b"-ERR new\r\n",))
