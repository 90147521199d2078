"""What persons said of findings that may be a high-risk case, and what the grade makes of it."""

from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import Asset
from inventory.endpoint import Endpoint
from inventory.observation import EvidenceClass
from inventory.text import Text
from rules.answers import Answers, HighRiskAnswer, from_bytes, to_bytes
from rules.finding import Finding
from rules.grading import all_schemes
from rules.load import load_packs
from rules.verdict import AssetVerdict, Word
from tests.rules.judgements import rolled_up

RULE = next(rule for rule in load_packs().rules if rule.high_risk is not None)
ASSET = Asset("a1", ("address:127.0.0.1",), ("127.0.0.1",))


def finding(port: int, word: Word = Word.FAIL) -> Finding:
    said = Text(zh="甲", en="a")
    where = Endpoint("127.0.0.1", "tcp", port)
    return Finding(
        *(RULE.id, "a1", where, "office", word, True, "high", said, (), (), EvidenceClass.HANDSHAKE, RULE.high_risk)
    )


def answers(*said: tuple[Finding, str]) -> Answers:
    made = {
        found.id: HighRiskAnswer.model_validate({"finding": found.id, "result": result, "by": "Li", "on": "2026-03-01"})
        for found, result in said
        if result
    }
    return Answers(findings=made)


@given(st.lists(st.sampled_from(["", "confirmed", "rejected"]), min_size=1, max_size=4))
def test_one_confirmed_case_is_enough_and_all_must_be_rejected(results: list[str]) -> None:
    findings = [finding(port) for port in range(1, len(results) + 1)]
    settled = answers(*zip(findings, results, strict=True)).settled(findings)
    expected = True if "confirmed" in results else False if set(results) == {"rejected"} else None
    assert settled.get((RULE.id, "a1")) is expected


def test_an_answer_about_another_finding_or_about_no_fail_settles_nothing() -> None:
    assert answers((finding(2), "confirmed")).settled([finding(1)]) == {}
    partial = finding(1, Word.PARTIAL)
    assert answers((partial, "confirmed")).settled([partial]) == {}


def test_no_letter_while_a_case_waits_the_worst_once_it_is_confirmed_and_the_score_alone_once_it_is_rejected() -> None:
    verdicts = [
        AssetVerdict(RULE.id, "a1", Word.FAIL, "requires", candidate=True),
        *(AssetVerdict(RULE.id, f"b{number}", Word.PASS, "requires") for number in range(99)),
    ]

    def word(settled: dict[tuple[str, str], bool], scheme: str) -> str:
        grade = all_schemes()[scheme].grade(rolled_up([RULE], verdicts, [ASSET], settled=settled).whole.counts)
        assert grade.word is not None
        return grade.word.zh

    pair = (RULE.id, "a1")
    assert [word(settled, "self-check") for settled in ({}, {pair: True}, {pair: False})] == ["等级待确认", "差", "良"]
    assert [word(settled, "mlps-2025") for settled in ({}, {pair: True}, {pair: False})] == [
        "符合或基本符合，待确认",
        "基本符合",
        "符合",
    ]


def test_answers_go_round() -> None:
    said = answers((finding(1), "confirmed"), (finding(2), "rejected"))
    assert from_bytes(to_bytes(said)) == said
