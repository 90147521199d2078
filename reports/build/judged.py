"""A judgement together with what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.report import Accuracy
from rules.answers import ClauseAnswer
from rules.judge import Judgement
from rules.load import RuleSet
from rules.profile import Profile

Pairs = frozenset[tuple[str, str]]  # (rule, asset)


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with what it was made from. `confirmed` holds (rule, asset) pairs of high-risk
    cases that a person confirmed; `first_seen` says since
    when earlier scans knew a finding; `answers` are a person's, by clause."""

    ruleset: RuleSet
    profile: Profile
    judgement: Judgement
    confirmed: Pairs = frozenset()
    first_seen: Mapping[str, str] = field(default_factory=dict)
    accuracy: Accuracy | None = None
    answers: Mapping[str, ClauseAnswer] = field(default_factory=dict)
