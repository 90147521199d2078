"""Counting a region gives what judging and rolling up gives, without keeping a verdict."""

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
from rules.finding import Finding
from rules.grading import add_items
from rules.judge import judge
from rules.load import RuleSet, load_packs
from rules.profile import Profile
from rules.rollup import roll_up
from rules.tally import add_tallies, tally
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


def filled(
    answers: list[tuple[tuple[str, int, int, Outcome, str, EvidenceClass], list[Fact]]],
) -> tuple[Store, list[Asset]]:
    store = Store.memory()
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
    return store, assets


@settings(max_examples=20)
@given(ANSWERS)
def test_counts_and_findings_are_those_of_judging(
    answers: list[tuple[tuple[str, int, int, Outcome, str, EvidenceClass], list[Fact]]],
) -> None:
    store, assets = filled(answers)
    profile = Profile(waivers=(WAIVER,))
    with store:
        whole = judge(store.connection, "s", RULES, profile, AS_OF)
        told: list[Finding] = []
        shares = [tally(store.connection, "s", RULES, profile, AS_OF, told.append, part=(k, 2)) for k in range(2)]
    counted = add_tallies(shares)
    rolled = roll_up(RULES.rules, whole.asset_verdicts, assets, (), whole.waived)
    assert add_items(one for items in counted.items.values() for one in items) == rolled.whole.counts.items
    assert counted.findings == len(told) == len(whole.findings)
    assert {repr(finding) for finding in told} == {repr(finding) for finding in whole.findings}
    by_level = [one for place, items in counted.items.items() if place.level == 3 for one in items]
    assert add_items(by_level) == (rolled.by_level["3"].items if "3" in rolled.by_level else ())
