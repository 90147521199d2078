"""From letters to verdicts, and from endpoint verdicts to the asset: pure functions over small values."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from inventory.observation import EvidenceClass, Outcome
from rules.rule import WEAKEST_FOR_FAIL, Rule
from rules.verdict import Word

NOT_READ = "not_read"
OTHER_PROTOCOL = "other_protocol"
RANK = {word: rank for rank, word in enumerate(Word)}


@dataclass(frozen=True, order=True, slots=True)
class Decision:
    """One rule on one row: the word, the stable word that says why, and whether a person must confirm."""

    word: Word
    why: str
    candidate: bool = False


@cache
def decide(
    letter: str, outcome: str, strength: str, needed: EvidenceClass, closed: str, filtered: str, high_risk: bool
) -> Decision:
    """The decision for a letter of `judge_sql`, the outcome of the attempt and the class of its evidence.

    A pass or partial that evidence is too weak for is not assessed; so is a fail, but it is kept as a candidate. A rule content with a
    port or a declaration never fails anything, whatever it saw. A fail of a rule with a high-risk case is a fail, and a candidate for that case until a person confirms it.
    """
    if letter == "n":
        return Decision(Word.NOT_APPLICABLE, "applies")
    shut = {Outcome.CLOSED.value: closed, Outcome.FILTERED.value: filtered}.get(outcome)
    if outcome == OTHER_PROTOCOL and closed != Word.NOT_ASSESSED:
        return Decision(Word.NOT_APPLICABLE, OTHER_PROTOCOL)
    if letter in "a-" and shut is not None and (letter == "-" or shut == Word.NOT_APPLICABLE):
        return Decision(Word(shut), outcome)
    rank = EvidenceClass(strength).rank
    if letter in "-au" and needed.rank >= EvidenceClass.READ.rank > rank:
        return Decision(Word.NOT_ASSESSED, NOT_READ)
    if letter == "-":
        return Decision(Word.NOT_ASSESSED, outcome)
    if letter in "au":
        return Decision(Word.NOT_ASSESSED, "unknown" if outcome == Outcome.ANSWERED else outcome)
    if letter == "p":
        weak = rank < needed.rank
        return Decision(Word.NOT_ASSESSED, "evidence") if weak else Decision(Word.PASS, "requires")
    if needed.rank < WEAKEST_FOR_FAIL.rank or rank < needed.rank:
        return Decision(Word.NOT_ASSESSED, "evidence", candidate=letter != "h")
    if letter == "x":
        return Decision(Word.NOT_ASSESSED, "unknown", candidate=True)
    if letter == "h":
        return Decision(Word.PARTIAL, "requires")
    return Decision(Word.FAIL, "requires", candidate=high_risk)


def decide_rule(rule: Rule, letter: str, outcome: str, strength: str) -> Decision:
    """`decide` for a rule."""
    return decide(letter, outcome, strength, rule.evidence, rule.closed, rule.filtered, rule.high_risk is not None)


def is_finding(decision: Decision) -> bool:
    """A fail, a partial or a candidate: something that somebody has to deal with."""
    return decision.word in (Word.FAIL, Word.PARTIAL) or decision.candidate


def fold(decisions: Sequence[Decision]) -> Decision:
    """The worst decides: fail, not assessed, partial, pass, what waits to be read, not applicable. A candidate among equals stays
    visible; the first of equals gives the reason.

    What waits to be read stands back where something was read, and only there: that another place or layer does not matter
    says nothing about the one that nobody has read. The order is total, so folding parts and then the parts' results, in any order and
    grouping, gives the same. `decisions` is not empty.
    """
    return min(decisions, key=_place)


def fold_endpoints(decisions: Sequence[Decision]) -> Decision:
    """From endpoints to the asset: as `fold`; where several decide alike, the reason that the alphabet puts first. So the same
    decisions give the same in any order and grouping."""
    return min(decisions, key=lambda decision: (*_place(decision), decision.why))


@cache
def _place(decision: Decision) -> tuple[float, bool]:
    rank = RANK[Word.PASS] + 0.5 if decision.why == NOT_READ else RANK[decision.word]
    return rank, not decision.candidate
