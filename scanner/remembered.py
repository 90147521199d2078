"""What the scan before this one had to ask: a host that falls silent, or a service that goes away, leaves its questions behind.

Without it, an endpoint that is found by looking (SSH on any port, TLS, web pages) would take its verdicts with it when a host
blocks us. A port that was closed the last time is forgotten; one that is closed now is so for this scan.
"""

from collections.abc import Mapping

from inventory.fact import FactTable
from inventory.observation import Observation, Outcome
from inventory.question import Question
from inventory.store import Store, asked_itself

FORGOTTEN = frozenset({Outcome.CLOSED, Outcome.FORBIDDEN, Outcome.NEVER_ASKED})


def remembered_questions(
    store: Store, scan: str, tables: Mapping[str, FactTable], vantage: str
) -> dict[str, tuple[Question, ...]]:
    """Address → questions over TCP that the newest finished scan before `scan` under the same permit had from this vantage
    zone, apart from the host's own. Empty for a first scan."""
    known = store.scans()
    here = next(each for each in known if each["id"] == scan)
    before = [
        each
        for each in known
        if each["state"] == "finished"
        and asked_itself(each)
        and each["id"] != scan
        and each["permit"].get("id") == here["permit"].get("id")
        and each["permit"].get("vantage") == here["permit"].get("vantage")
        and each["started"] <= here["started"]
    ]
    for each in reversed(before):
        asked = [question for question in store.questions(each["id"]) if question.vantage == vantage]
        if asked:
            return _left(asked, store.observations(each["id"]), tables)
    return {}


def _left(
    asked: list[Question], seen: Mapping[str, Observation], tables: Mapping[str, FactTable]
) -> dict[str, tuple[Question, ...]]:
    found: dict[str, list[Question]] = {}
    for question in asked:
        observation = seen.get(question.id)
        if observation is None or observation.outcome in FORGOTTEN:
            continue
        if question.endpoint.transport == "tcp" and question.table in tables:
            found.setdefault(question.endpoint.address, []).append(question)
    return {address: tuple(questions) for address, questions in found.items()}
