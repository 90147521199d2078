"""A person's answers to clauses that no scanner can decide: kept beside the verdicts, never in their place.

An answer belongs to one scan and one clause. It is shown as what somebody said, with name, date and the file that shows it; no
verdict or coverage of the scanner changes by it, nor any score but that of the 2021 template, which has management items.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from inventory.canonical import canonical
from inventory.errors import WorkspaceError
from rules.grading import ItemCount, count_word
from rules.verdict import Word

ANSWERS = "scan/clause-answers"  # kind of the kept list of answers; its name is SCAN/clause-answers.json
ANSWER_FILE = "scan/answer-file"  # kind of the kept evidence files; the name is SCAN/SHA-256
BY_A_PERSON = ("manual", "impossible")
# The general requirements on systems, bodies, people, construction and operation; those before them are technical.
MANAGEMENT = re.compile(r"GB/T 22239-2019 [78]\.1\.(?:[6-9]|10)\.")

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


def management_items(clauses: Iterable[str], answers: Mapping[str, ClauseAnswer]) -> tuple[ItemCount, ...]:
    """The management items of GB/T 22239-2019 among the clauses that wait for a person: what was answered, and the others as
    not assessed. Nothing while nobody answered any: the score says so. Each has weight 1 and medium severity."""
    asked = [clause for clause in clauses if MANAGEMENT.match(clause)]
    if not any(clause in answers for clause in asked):
        return ()
    made = []
    for clause in asked:
        answer = answers.get(clause)
        word = Word(answer.result) if answer is not None else Word.NOT_ASSESSED
        added = count_word(word, candidate=False, high_risk=False, waived=False, manual=answer is None)
        made.append(ItemCount(clause, "", 1, "medium", **added))
    return tuple(made)


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
