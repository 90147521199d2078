"""A person's answers: to clauses that no scanner can decide, and to fails that may be a high-risk case. They are kept beside the
verdicts, never in their place.

An answer belongs to one scan and to one clause or finding. It is shown as what somebody said, with name, date and the file that
shows it; no verdict or coverage of the scanner changes by it. What was said of management clauses counts in the score of the 2021
template, and a high-risk case that was confirmed or rejected no longer holds a grade up.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from inventory.canonical import canonical
from inventory.errors import WorkspaceError
from rules.finding import Finding
from rules.grading import ItemCount, count_word
from rules.verdict import Word

ANSWERS = "scan/clause-answers"  # kind of the kept list of answers; its name is SCAN/clause-answers.json
ANSWER_FILE = "scan/answer-file"  # kind of the kept evidence files; the name is SCAN/SHA-256
BY_A_PERSON = ("manual", "impossible")
# The general requirements on systems, bodies, people, construction and operation; those before them are technical.
MANAGEMENT = re.compile(r"GB/T 22239-2019 [78]\.1\.(?:[6-9]|10)\.")

Result = Literal["pass", "partial", "fail", "not_applicable"]
HighRiskResult = Literal["confirmed", "rejected"]


class _Answer(BaseModel):
    """What somebody found, and when. `evidence` names the file, `sha256` is its digest; both empty where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    remarks: str = ""
    by: str
    on: str
    evidence: str = ""
    sha256: str = ""


class ClauseAnswer(_Answer):
    """What somebody found of a clause."""

    clause: str
    result: Result


class HighRiskAnswer(_Answer):
    """What somebody found of a fail that may be a high-risk case, by the finding's id: it is one, or it is none because something
    that the guide allows stands against it. The fail stays a fail."""

    finding: str
    result: HighRiskResult


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that persons said of a scan, by clause and by finding."""

    clauses: Mapping[str, ClauseAnswer] = field(default_factory=dict)
    findings: Mapping[str, HighRiskAnswer] = field(default_factory=dict)

    def settled(self, findings: Iterable[Finding]) -> dict[tuple[str, str], bool]:
        """(rule, asset) → whether its fail is a high-risk case, where persons said so: one finding that was confirmed is enough,
        and all of them must have been rejected to be none."""
        said: dict[tuple[str, str], list[str]] = {}
        for finding in findings:
            if is_high_risk(finding):
                answer = self.findings.get(finding.id)
                said.setdefault((finding.rule, finding.asset), []).append(answer.result if answer else "")
        return {
            pair: "confirmed" in results
            for pair, results in said.items()
            if "confirmed" in results or set(results) == {"rejected"}
        }


def is_high_risk(finding: Finding) -> bool:
    """Whether a finding is a fail that may be a high-risk case."""
    return finding.word is Word.FAIL and finding.high_risk is not None


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


def to_bytes(answers: Answers) -> bytes:
    """Canonical: clauses first, each kind by its name."""
    clauses = sorted(answers.clauses.values(), key=lambda one: one.clause)
    findings = sorted(answers.findings.values(), key=lambda one: one.finding)
    return canonical([one.model_dump() for one in (*clauses, *findings)])


def from_bytes(data: bytes) -> Answers:
    """What was kept. Raises WorkspaceError for what `to_bytes` did not write."""
    try:
        listed = json.loads(data)
        clauses = [ClauseAnswer.model_validate(item) for item in listed if "clause" in item]
        findings = [HighRiskAnswer.model_validate(item) for item in listed if "clause" not in item]
    except (ValidationError, ValueError, TypeError) as error:
        raise WorkspaceError(f"the answers of persons are damaged: {error}") from error
    return Answers({one.clause: one for one in clauses}, {one.finding: one for one in findings})
