"""A person's answers to clauses that no scanner can decide: kept beside the verdicts, never in their place.

An answer belongs to one scan and one clause. It is shown as what somebody said, with name, date and the file that shows it; no
verdict, score or coverage of the scanner changes by it.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from inventory.canonical import canonical
from inventory.errors import WorkspaceError

ANSWERS = "scan/clause-answers"  # kind of the kept list of answers; its name is SCAN/clause-answers.json
ANSWER_FILE = "scan/answer-file"  # kind of the kept evidence files; the name is SCAN/SHA-256
BY_A_PERSON = ("manual", "impossible")

Result = Literal["pass", "partial", "fail", "not_applicable"]


class ClauseAnswer(BaseModel):
    """What somebody found, and when. `evidence` names the file, `sha256` is its digest; both empty where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clause: str
    result: Result
    remarks: str = ""
    by: str
    on: str
    evidence: str = ""
    sha256: str = ""


def needs_person(coverage: str, rules: Collection[str]) -> bool:
    """Whether a clause waits for a person: a scanner cannot decide it, or no rule of ours does."""
    return coverage in BY_A_PERSON or not rules


def answers_name(scan: str) -> str:
    """The name that the answers of a scan are kept under."""
    return f"{scan}/clause-answers.json"


def to_bytes(answers: Iterable[ClauseAnswer]) -> bytes:
    """Canonical, by clause."""
    return canonical([one.model_dump() for one in sorted(answers, key=lambda one: one.clause)])


def from_bytes(data: bytes) -> Mapping[str, ClauseAnswer]:
    """Clause → answer. Raises WorkspaceError for what `to_bytes` did not write."""
    try:
        found = [ClauseAnswer.model_validate(item) for item in json.loads(data)]
    except (ValidationError, ValueError, TypeError) as error:
        raise WorkspaceError(f"the answers to clauses are damaged: {error}") from error
    return {one.clause: one for one in found}
