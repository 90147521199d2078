"""The words of judging. A gap is data: not assessed is a verdict with a reason."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from inventory.endpoint import Endpoint
from inventory.text import Text

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")


class Word(StrEnum):
    """单项判定, in the order in which endpoint verdicts fold to the asset: the worst first."""

    FAIL = "fail"
    NOT_ASSESSED = "not_assessed"
    PARTIAL = "partial"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NOT_APPLICABLE = "not_applicable"


WORD_TEXT = {
    Word.FAIL: Text(zh="不符合", en="fail"),
    Word.NOT_ASSESSED: Text(zh="无法判定", en="not assessed"),
    Word.PARTIAL: Text(zh="部分符合", en="partial"),
    Word.PASS: Text(zh="符合", en="pass"),
    Word.NOT_APPLICABLE: Text(zh="不适用", en="not applicable"),
}


@dataclass(frozen=True, order=True, slots=True)
class EndpointVerdict:
    """One rule on one question. `why` is a stable word: `requires` (decided by the condition), `applies`, `closed`,
    `filtered`, `silent`, `refused`, `failed`, `forbidden`, `never_asked`, `unknown` (a fact is missing), `evidence`
    (too weak for a verdict), `not_read` (a configuration or document must be handed in), `other_protocol` (something else
    answers there). `candidate`: a person must confirm. `vantage`: the zone that it was seen from."""

    rule: str
    asset: str
    endpoint: Endpoint
    vantage: str
    word: Word
    why: str
    question: str
    candidate: bool = False


@dataclass(frozen=True, order=True, slots=True)
class AssetVerdict:
    """One rule on one asset: the fold of its endpoint verdicts. `why` is that of the deciding endpoint. `manual`: it waits for
    something that a person has to hand in."""

    rule: str
    asset: str
    word: Word
    why: str
    candidate: bool = False
    manual: bool = False
