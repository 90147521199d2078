"""A judgement together with what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.report import Accuracy
from rules.answers import Answers
from rules.judge import Judgement
from rules.load import RuleSet
from rules.profile import Profile


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with what it was made from. `first_seen` says since when earlier scans knew a finding; `answers` are those of
    persons."""

    ruleset: RuleSet
    profile: Profile
    judgement: Judgement
    first_seen: Mapping[str, str] = field(default_factory=dict)
    accuracy: Accuracy | None = None
    answers: Answers = field(default_factory=Answers)
