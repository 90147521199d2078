"""The contract of a rule: one YAML file, checked and frozen. How it is loaded stands in `load`, how it judges in `judge`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from inventory.observation import EvidenceClass, Outcome
from inventory.text import Text
from rules.verdict import Severity, Word

WhenShut = Literal["not_assessed", "not_applicable", "pass"]
ClauseList = tuple[str, ...]
ClauseScope = Literal[
    "2", "3", "law", "cii"
]  # level 2, level 3, laws and regulations, declared critical infrastructure
CLAUSE_SCOPES: tuple[ClauseScope, ...] = ("2", "3", "law", "cii")
WEAKEST_FOR_FAIL = EvidenceClass.PASSIVE  # a port, a MAC address or a declaration alone never fails anything


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1, arbitrary_types_allowed=True)


class Parameter(_Frozen):
    """A number or word that a profile may set. `stricter` says which direction tightens; `free` is a name that
    may be set without loosening anything; without it every change loosens."""

    type: Literal["integer", "text"]
    default: Annotated[int, Field(strict=True)] | Annotated[str, Field(strict=True)]
    zh: str
    en: str
    unit: str = Field(default="", min_length=0)
    stricter: Literal["higher", "lower", "free"] | None = None

    @model_validator(mode="after")
    def _default_is_of_the_type(self) -> "Parameter":
        if isinstance(self.default, int) != (self.type == "integer"):
            raise ValueError(f"the default {self.default!r} is not of type {self.type}")
        return self


class Remediation(_Frozen):
    """What to do, for three readers: the officer (risk, who mends it), the auditor (clause, method, evidence) and the
    vendor (the concrete setting, and how to check again)."""

    officer: Text
    auditor: Text
    vendor: Text


class Example(_Frozen):
    """A case with its expected verdict. `facts` are the rows of the subject; without them `outcome` says how the attempt
    ended. `asset` holds asset columns, `parameters` values other than the defaults, `evidence` the class of evidence,
    `vantage` and `port` where it was asked."""

    verdict: Word
    candidate: bool | None = None
    asset: Mapping[str, int | str | bool | None] = Field(default_factory=dict)
    facts: tuple[Mapping[str, int | str | bool | None], ...] | None = None
    outcome: Outcome = Outcome.ANSWERED
    parameters: Mapping[str, int | str] = Field(default_factory=dict)
    evidence: EvidenceClass = EvidenceClass.READ
    vantage: str = "example"
    port: int = 1
    as_of: str = "2026-06-01T00:00:00Z"

    @model_validator(mode="after")
    def _has_facts_or_an_outcome(self) -> "Example":
        if (self.facts is None) == (self.outcome is Outcome.ANSWERED):
            raise ValueError("an example has either rows of the subject or an outcome such as closed or silent")
        return self


class Rule(_Frozen):
    """One rule, as written in its file. `requires` TRUE passes, FALSE fails, NULL cannot tell; see the design of conditions
    in `condition`. `evidence` is the class needed for pass and fail; `high_risk` a case id of the 2025 guide, reported as a
    candidate until a person confirms it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$", max_length=60)
    title: Text
    subject: str
    applies: str | None = None
    requires: str
    partial: str | None = None
    closed: WhenShut = "not_assessed"
    filtered: WhenShut = "not_assessed"
    parameters: Mapping[str, Parameter] = Field(default_factory=dict)
    severity: Severity
    weight: Literal[1, 2, 3]
    evidence: EvidenceClass
    clauses: Mapping[ClauseScope, ClauseList]
    high_risk: str | None = Field(default=None, pattern=r"^\d+(\.\d+){3}$")
    reason: Text
    remediation: Remediation
    examples: tuple[Example, ...]
    pack: str = ""

    @model_validator(mode="before")
    @classmethod
    def _read_short_forms(cls, raw: Any) -> Any:
        """Levels may be written as numbers, and an example names the rows of the subject by the subject's name."""
        if not isinstance(raw, Mapping):
            return raw
        made = dict(raw)
        if isinstance(made.get("clauses"), Mapping):
            made["clauses"] = {str(key): value for key, value in made["clauses"].items()}
        subject = made.get("subject")
        if isinstance(made.get("examples"), list):
            made["examples"] = [_with_facts(example, subject) for example in made["examples"]]
        return made

    @property
    def can_fail(self) -> bool:
        """False where the class of evidence is so weak that the rule only ever finds candidates."""
        return self.evidence.rank >= WEAKEST_FOR_FAIL.rank

    def clauses_for(self, level: int | None, *, cii: bool = False) -> tuple[str, ...]:
        """The clauses to cite for an asset of a protection level (None: undeclared, cite the laws only)."""
        scopes = [str(level), "law", *(("cii",) if cii else ())]
        return tuple(clause for scope in scopes for clause in self.clauses.get(scope, ()))


def _with_facts(example: Any, subject: Any) -> Any:
    if not isinstance(example, Mapping) or not isinstance(subject, str) or subject not in example:
        return example
    made = {key: value for key, value in example.items() if key != subject}
    rows = example[subject]
    made["facts"] = rows if isinstance(rows, list) else [rows]
    return made
