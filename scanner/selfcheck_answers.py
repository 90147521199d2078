"""Answers of people to what no file and no network tells: facts of the weakest class, which alone never fail anything.

A JSON file: `{"answers": [{"asset": "…", "table": "host_config", "facts": {"log_days": 200}, "by": "…", "on": "2026-11-01"}]}`.
`table` and the names in `facts` are those of the city data dictionary.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inventory.canonical import canonical
from inventory.endpoint import Endpoint
from inventory.errors import InputError
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact, all_tables
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store

KIND = "answers"
LARGEST_FILE = 4 * 1024 * 1024  # bytes
MOST_ANSWERS = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of an asset, and when."""

    asset: str
    table: str
    facts: Mapping[str, Any]
    by: str
    on: str


def load_answers(path: Path, *, address: str = "") -> tuple[Answer, ...]:
    """Read a file of answers. Raises InputError with the number of the answer and the field."""
    try:
        data = path.read_bytes()
        raw = json.loads(data[:LARGEST_FILE])
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    except (ValueError, RecursionError) as error:
        raise InputError("not JSON", str(path), str(getattr(error, "lineno", ""))) from error
    listed = raw.get("answers") if isinstance(raw, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_ANSWERS:
        raise InputError("no list of answers", str(path), "answers", hint='{"answers": [...]}')
    return tuple(_answer(item, f"answers[{number}]", str(path), address) for number, item in enumerate(listed))


def _answer(item: Any, where: str, source: str, address: str) -> Answer:
    if not isinstance(item, dict):
        raise InputError("not an answer", source, where)
    asset = address or item.get("asset")
    for name, value in (("asset", asset), ("table", item.get("table")), ("by", item.get("by")), ("on", item.get("on"))):
        if not isinstance(value, str) or not value.strip():
            raise InputError("is missing or no text", source, f"{where}.{name}")
    try:
        date.fromisoformat(item["on"])
    except ValueError as error:
        raise InputError("is no date", source, f"{where}.on", hint="YYYY-MM-DD") from error
    if item["table"] not in all_tables():
        raise InputError(
            f"no fact table {item['table']!r}", source, f"{where}.table", hint="chengjian inventory dictionary"
        )
    answer = Answer(str(asset), item["table"], item.get("facts") or {}, item["by"], item["on"])
    try:
        fact_of(answer)
    except (ValidationError, TypeError) as error:
        found = (
            error.errors(include_url=False)[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        )
        place = ".".join(str(part) for part in found["loc"])
        raise InputError(
            str(found["msg"]), source, f"{where}.facts.{place}", hint="chengjian inventory dictionary"
        ) from error
    return answer


def fact_of(answer: Answer) -> Fact:
    """The answer as a row. Raises ValidationError for unknown columns and wrong types."""
    return all_tables()[answer.table].model(**dict(answer.facts))


def exchange(answer: Answer) -> Exchange:
    """What was said, by whom and when, as evidence."""
    said = canonical({"table": answer.table, "facts": dict(answer.facts)})
    return Exchange(KIND, Endpoint(answer.asset), (Turn("answer", received=said),), {"by": answer.by, "on": answer.on})


def interpret(evidence: Exchange) -> Mapping[str, Sequence[Fact]]:
    """Pure: the row again."""
    turn = evidence.turn("answer")
    said: Any = json.loads(turn.received) if turn is not None else {"table": "", "facts": {}}
    if said["table"] not in all_tables():
        return {}
    return {said["table"]: [all_tables()[said["table"]].model(**said["facts"])]}


def fill_answers(store: Store, scan: str, answers: Iterable[Answer], at: str) -> None:
    """Questions, evidence and facts of all answers."""
    for answer in answers:
        question = Question(Endpoint(answer.asset), answer.table, f"answers:{answer.by}")
        digest = store.put_evidence(exchange(answer))
        store.add_questions(scan, [question])
        seen = Observation(question.id, Outcome.ANSWERED, "", at, EvidenceClass.DECLARED, (digest,))
        store.add_observation(scan, seen, {answer.table: [fact_of(answer)]})
