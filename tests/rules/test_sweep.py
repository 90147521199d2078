"""One pass over a table, and counting patterns, give what reading every question whole gives."""

from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.asset import Asset, Component
from inventory.endpoint import Endpoint
from inventory.fact import Fact
from inventory.facts.certificate import CertificateFacts
from inventory.facts.flow import FlowFacts
from inventory.facts.redis import RedisFacts
from inventory.facts.ssh import SshFacts
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from rules.counting import count_places
from rules.finding import Finding
from rules.fold import NOT_READ, Decision, fold, fold_endpoints
from rules.grading import ItemCount, add_items, count_word
from rules.judge import Judgement, join, judge, share_of
from rules.load import RuleSet, load_packs
from rules.profile import Overlay, Profile
from rules.roster import Place
from rules.side_by_side import judge_side_by_side
from rules.sitting import sittings
from rules.telling import Telling
from rules.verdict import AssetVerdict
from rules.waiver import Selector, Waiver

AS_OF = "2026-06-01T00:00:00Z"
SUBJECTS = {"redis", "ssh", "flow", "certificate", "component", "registration", "organisation_share"}
PACKS = load_packs()
RULES = RuleSet(PACKS.packs, tuple(rule for rule in PACKS.rules if rule.subject in SUBJECTS), {}, PACKS.clauses)
WAIVER = Waiver(
    id="W1",
    rule="ds-redis-authentication",
    where=Selector(department="water"),
    reason="test bench",
    approver="Li",
    approved="2026-05-01",
    expires="2026-07-01",
)
OPEN_REDIS = RedisFacts(authentication_required=False, protected_mode=False)
SOME = st.sampled_from([None, True, False])
FACTS: dict[str, st.SearchStrategy[list[Fact]]] = {
    "redis": st.lists(st.builds(RedisFacts, authentication_required=SOME, protected_mode=SOME), max_size=1),
    "ssh": st.lists(
        st.builds(SshFacts, protocol_1=SOME, cipher_weak=SOME, cipher_none=SOME, mac_weak=SOME), max_size=1
    ),
    "flow": st.lists(st.builds(FlowFacts, remote_control=SOME, outside=SOME), max_size=3),
    "certificate": st.lists(st.builds(CertificateFacts, self_signed=SOME), max_size=2),
}
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(sorted(FACTS)),
        st.integers(1, 4),
        st.integers(1, 3),
        st.sampled_from(Outcome),
        st.sampled_from(["", "other-protocol"]),
        st.sampled_from(EvidenceClass),
    ).flatmap(lambda head: st.tuples(st.just(head), FACTS[head[0]])),
    max_size=12,
    unique_by=lambda answer: answer[0][:3],
)


Answers = list[tuple[tuple[str, int, int, Outcome, str, EvidenceClass], list[Fact]]]


def filled(answers: Answers) -> Store:
    store = Store.memory()
    fill(store, answers)
    return store


def fill(store: Store, answers: Answers) -> None:
    store.begin_scan("s", started=AS_OF, permit={}, profile={}, versions={})
    assets = [
        Asset(
            f"a{number}",
            (f"address:127.0.0.{number}",),
            (f"127.0.0.{number}",),
            department="water" if number % 2 else "power",
            city="450100",
            device_class="server" if number == 1 else "iot",
            protection_level=3 if number < 3 else None,
            registered=number != 4,
        )
        for number in range(1, 5)
    ]
    for (table, host, port, outcome, reason, strength), facts in answers:
        question = Question(Endpoint(f"127.0.0.{host}", "tcp", port), table, "office")
        store.add_questions("s", [question])
        if outcome is not Outcome.NEVER_ASKED:
            seen = Observation(question.id, outcome, reason, AS_OF, strength)
            store.add_observation("s", seen, {table: facts} if outcome is Outcome.ANSWERED else {})
    store.put_assets("s", assets)
    store.put_components("s", [Component("a1", "database", "v", "p", "1", "foreign", "proven", EvidenceClass.READ)])
    store.set_assets_of_questions("s", {asset.addresses[0]: asset.id for asset in assets})


def plain(store: Store, profile: Profile) -> tuple[list[AssetVerdict], list[Finding]]:
    """Every question read whole, its verdicts folded one by one."""
    by_pair: dict[tuple[str, str], list[Decision]] = {}
    found: list[Finding] = []
    with sittings(store.connection, "s", RULES, profile, AS_OF) as tables:
        for sitting in tables:
            for _, members in groupby(sitting.rows(store.connection), key=itemgetter(0)):
                rows = list(members)
                found += Telling(sitting).findings(rows)
                for row in rows:
                    for rule, said in zip(sitting.wanted.rules, sitting.decisions(row), strict=True):
                        by_pair.setdefault((rule.id, row[1]), []).append(said)
    verdicts = []
    for (name, asset), decisions in by_pair.items():
        said = fold_endpoints(decisions)
        assert fold(decisions).word is said.word
        verdicts.append(AssetVerdict(name, asset, said.word, said.why, said.candidate, said.why == NOT_READ))
    return sorted(verdicts), found


def counted_one_by_one(judgement: Judgement, verdicts: list[AssetVerdict]) -> dict[Place, tuple[ItemCount, ...]]:
    by_id = {rule.id: rule for rule in RULES.rules}
    roster = judgement.roster
    found: dict[Place, list[ItemCount]] = {}
    for one in verdicts:
        rule = by_id[one.rule]
        waived = (one.rule, one.asset) in judgement.waived
        high_risk = rule.high_risk is not None
        added = count_word(one.word, candidate=one.candidate, high_risk=high_risk, waived=waived, manual=one.manual)
        place = roster.places[roster.place_of[roster.number(one.asset)]]
        found.setdefault(place, []).append(ItemCount(rule.id, rule.pack, rule.weight, rule.severity, **added))
    return {place: add_items(items) for place, items in found.items()}


@settings(max_examples=20)
@given(ANSWERS, st.booleans(), st.booleans())
def test_one_pass_gives_the_verdicts_findings_and_counts_of_reading_each_question_whole(
    answers: Answers, overlay: bool, floor: bool
) -> None:
    store = filled(answers)
    stricter = Overlay(organisation="water", parameters={"ds-ssh-key-size": {"rsa_bits": 4096}})
    profile = Profile(waivers=(WAIVER,), overlays=(stricter,) if overlay else (), protection_level=3 if floor else None)
    with store:
        judged = judge(store.connection, "s", RULES, profile, AS_OF)
        verdicts, findings = plain(store, profile)
    assert list(judged.asset_verdicts) == verdicts
    assert sorted(map(repr, judged.findings)) == sorted(map(repr, findings))
    assert judged.waived == {(finding.rule, finding.asset) for finding in findings if finding.waiver}
    assert count_places(judged, RULES.rules) == counted_one_by_one(judged, verdicts)


@settings(max_examples=10)
@given(ANSWERS)
def test_shares_side_by_side_give_what_one_process_gives(
    answers: Answers,
) -> None:
    store = filled(answers)
    profile = Profile(waivers=(WAIVER,))
    with store:
        whole = judge(store.connection, "s", RULES, profile, AS_OF)
        first, second = (judge(store.connection, "s", RULES, profile, AS_OF, part=(k, 2)) for k in range(2))
    same(join(first, share_of(second), second.findings), whole)


def same(one: Judgement, other: Judgement) -> None:
    assert one.asset_verdicts == other.asset_verdicts
    assert one.findings == other.findings
    assert (one.waived, one.evaluations) == (other.waived, other.evaluations)
    assert count_places(one, RULES.rules) == count_places(other, RULES.rules)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_second_process_changes_nothing(tmp_path: Path, streamed: bool) -> None:
    answers: Answers = [
        (("redis", 1, 1, Outcome.ANSWERED, "", EvidenceClass.HANDSHAKE), [OPEN_REDIS]),
        (("ssh", 2, 2, Outcome.ANSWERED, "", EvidenceClass.PORT), [SshFacts(cipher_weak=True)]),
        (("flow", 3, 3, Outcome.SILENT, "", EvidenceClass.HANDSHAKE), []),
    ]
    profile = Profile(waivers=(WAIVER,))
    told: list[Finding] = []
    with Store.create(tmp_path / "city.db") as store:
        fill(store, answers)
        whole = judge(store.connection, "s", RULES, profile, AS_OF)
        emit = told.append if streamed else None
        other = judge_side_by_side(store, "s", RULES, profile, AS_OF, emit=emit, large=1)
    if streamed:
        assert other.findings == ()
        other = replace(other, findings=tuple(sorted(told, key=whole.findings.index)))
    same(other, whole)


def test_facts_of_a_question_that_was_asked_again_in_vain_are_not_read() -> None:
    store = filled([(("redis", 1, 1, Outcome.ANSWERED, "", EvidenceClass.HANDSHAKE), [OPEN_REDIS])])
    question = Question(Endpoint("127.0.0.1", "tcp", 1), "redis", "office")
    store.add_observation("s", Observation(question.id, Outcome.SILENT, "", AS_OF))
    with store:
        judged = judge(store.connection, "s", RULES, Profile(), AS_OF)
        assert not any(finding.rule == "ds-redis-authentication" for finding in judged.findings)
        assert list(judged.asset_verdicts) == plain(store, Profile())[0]
