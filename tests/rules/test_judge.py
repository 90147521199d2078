"""Judging: it starts from questions, so that nothing that was not seen can vanish or pass."""

import sqlite3
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import Asset, Component, Origin, Strength
from inventory.endpoint import Endpoint
from inventory.facts.redis import RedisFacts
from inventory.facts.ssh import SshFacts
from inventory.facts.tls import TlsFacts
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from rules.fold import NOT_READ, Decision, decide_rule, fold
from rules.judge import Judgement, endpoint_verdicts, judge
from rules.load import RuleSet, load_packs
from rules.profile import Overlay, Profile
from rules.verdict import Word

AS_OF = "2026-06-01T00:00:00Z"
ASSET = Asset("a1", ("address:127.0.0.1",), ("127.0.0.1",), zone="office", department="water", protection_level=3)


@cache
def packs() -> RuleSet:
    return load_packs()


def only(*ids: str) -> RuleSet:
    ruleset = packs()
    return RuleSet(ruleset.packs, tuple(rule for rule in ruleset.rules if rule.id in ids), {}, ruleset.clauses)


def store_with(
    outcome: Outcome | None = Outcome.ANSWERED,
    facts: tuple[RedisFacts, ...] = (),
    evidence: EvidenceClass = EvidenceClass.HANDSHAKE,
    assets: tuple[Asset, ...] = (ASSET,),
) -> Store:
    store = Store.memory()
    store.begin_scan("s", started=AS_OF, permit={}, profile={}, versions={})
    question = Question(Endpoint("127.0.0.1", "tcp", 6379), "redis", "office")
    store.add_questions("s", [question])
    if outcome is not None:
        seen = Observation(question.id, outcome, "", "2026-05-31T12:00:00Z", evidence, ("d1",))
        store.add_observation("s", seen, {"redis": facts})
    store.put_assets("s", assets)
    store.set_assets_of_questions("s", {"127.0.0.1": "a1"})
    return store


def judged(store: Store, *ids: str, profile: Profile | None = None) -> Judgement:
    with store:
        return judge(store.connection, "s", only(*ids), profile or Profile(), AS_OF)


OPEN = RedisFacts(speaks_redis=True, authentication_required=False, protected_mode=False)


@pytest.mark.parametrize(
    ("outcome", "word", "why"),
    [
        (None, Word.NOT_ASSESSED, "never_asked"),
        (Outcome.SILENT, Word.NOT_ASSESSED, "silent"),
        (Outcome.REFUSED, Word.NOT_ASSESSED, "refused"),
        (Outcome.FAILED, Word.NOT_ASSESSED, "failed"),
        (Outcome.FORBIDDEN, Word.NOT_ASSESSED, "forbidden"),
        (Outcome.FILTERED, Word.NOT_ASSESSED, "filtered"),
        (Outcome.CLOSED, Word.NOT_APPLICABLE, "closed"),
        (Outcome.ANSWERED, Word.NOT_ASSESSED, "unknown"),
    ],
)
def test_silence_is_never_compliance(outcome: Outcome | None, word: Word, why: str) -> None:
    found = judged(store_with(outcome), "ds-redis-authentication")
    assert [(verdict.word, verdict.why) for verdict in found.asset_verdicts] == [(word, why)]
    assert found.findings == ()


def test_a_fail_becomes_a_finding_with_everything_that_a_reader_needs() -> None:
    found = judged(store_with(facts=(OPEN,)), "ds-redis-authentication")
    (finding,) = found.findings
    assert (finding.word, finding.candidate, finding.high_risk) == (Word.FAIL, True, "6.4.1.1")
    assert (finding.asset, finding.owner, finding.evidence) == ("a1", "water", ("d1",))
    assert finding.clauses[0] == "GB/T 22239-2019 8.1.4.1 a"
    assert "GB/T 22239-2019 7.1.4.1 a" not in finding.clauses
    assert finding.reason.zh == "127.0.0.1:6379上的Redis无需口令即可执行命令（版本未知）"
    assert finding.reason.en.endswith("(version unknown)")
    assert (finding.last_seen, finding.due) == ("2026-05-31T12:00:00Z", "2026-06-16")
    assert finding.id == judged(store_with(facts=(OPEN,)), "ds-redis-authentication").findings[0].id


def test_weak_evidence_gives_a_candidate_and_no_verdict() -> None:
    found = judged(store_with(facts=(OPEN,), evidence=EvidenceClass.PORT), "ds-redis-authentication")
    assert [(v.word, v.why, v.candidate) for v in found.asset_verdicts] == [(Word.NOT_ASSESSED, "evidence", True)]
    assert [(f.word, f.candidate) for f in found.findings] == [(Word.NOT_ASSESSED, True)]
    good = RedisFacts(speaks_redis=True, authentication_required=True)
    found = judged(store_with(facts=(good,), evidence=EvidenceClass.PORT), "ds-redis-authentication")
    assert [(v.word, v.candidate) for v in found.asset_verdicts] == [(Word.NOT_ASSESSED, False)]


def test_a_table_that_was_never_asked_of_an_asset_gives_no_verdict() -> None:
    found = judged(store_with(facts=(OPEN,)), "ds-tls-version", "ds-redis-authentication")
    assert {verdict.rule for verdict in found.asset_verdicts} == {"ds-redis-authentication"}


def test_the_worst_endpoint_decides_for_the_asset() -> None:
    store = store_with(facts=(OPEN,))
    other = Question(Endpoint("127.0.0.1", "tcp", 6380), "redis", "office")
    store.add_questions("s", [other])
    store.add_observation(
        "s",
        Observation(other.id, Outcome.ANSWERED, "", AS_OF),
        {"redis": [RedisFacts(authentication_required=True)]},
    )
    store.set_assets_of_questions("s", {"127.0.0.1": "a1"})
    questions = endpoint_verdicts(store.connection, "s", only("ds-redis-authentication"), Profile(), AS_OF)
    found = judged(store, "ds-redis-authentication")
    assert [verdict.word for verdict in questions] == [Word.FAIL, Word.PASS]
    assert [verdict.word for verdict in found.asset_verdicts] == [Word.FAIL]


def test_an_overlay_sets_parameters_for_its_organisation_alone() -> None:
    def store() -> Store:
        made = Store.memory()
        made.begin_scan("s", started=AS_OF, permit={}, profile={}, versions={})
        assets = []
        for number, department in enumerate(["water", "power"], start=1):
            address = f"127.0.0.{number}"
            question = Question(Endpoint(address, "tcp", 443), "tls", "office")
            made.add_questions("s", [question])
            made.add_observation(
                "s", Observation(question.id, Outcome.ANSWERED, "", AS_OF), {"tls": [TlsFacts(oldest_version=0x0303)]}
            )
            assets.append(Asset(f"a{number}", (f"address:{address}",), (address,), department=department))
        made.put_assets("s", assets)
        made.set_assets_of_questions("s", {"127.0.0.1": "a1", "127.0.0.2": "a2"})
        return made

    stricter = Overlay(organisation="power", parameters={"ds-tls-version": {"minimum": 0x0304}})
    found = judged(store(), "ds-tls-version", profile=Profile(overlays=(stricter,)))
    assert [(v.asset, v.word) for v in found.asset_verdicts] == [("a1", Word.PASS), ("a2", Word.FAIL)]
    assert "TLS 1.3" in found.findings[0].reason.en
    everywhere = Profile(parameters={"ds-tls-version": {"minimum": 0x0304}})
    found = judged(store(), "ds-tls-version", profile=everywhere)
    assert [v.word for v in found.asset_verdicts] == [Word.FAIL, Word.FAIL]


def test_the_profile_sets_a_floor_for_the_protection_level_and_never_lowers_it() -> None:
    undeclared = Asset("a1", ("address:127.0.0.1",), ("127.0.0.1",))
    found = judged(store_with(facts=(OPEN,), assets=(undeclared,)), "ds-redis-authentication")
    assert all(clause.startswith(("网络", "数据")) for clause in found.findings[0].clauses)
    found = judged(
        store_with(facts=(OPEN,), assets=(undeclared,)), "ds-redis-authentication", profile=Profile(protection_level=2)
    )
    assert found.findings[0].clauses[0] == "GB/T 22239-2019 7.1.4.1 a"
    found = judged(store_with(facts=(OPEN,)), "ds-redis-authentication", profile=Profile(protection_level=2))
    assert found.findings[0].clauses[0] == "GB/T 22239-2019 8.1.4.1 a"


def test_hostile_text_of_a_device_stays_on_one_bounded_line() -> None:
    evil = RedisFacts(authentication_required=False, protected_mode=False, version="7\n\x1b[31m\u202e" + "x" * 500)
    (finding,) = judged(store_with(facts=(evil,)), "ds-redis-authentication").findings
    assert not any(ord(letter) < 32 or letter == "\u202e" for letter in finding.reason.en)
    assert len(finding.reason.en) < 300


def component(origin: Origin, strength: Strength, layer: str = "database") -> Component:
    return Component("a1", layer, "v", "p", "1", origin, strength, EvidenceClass.HANDSHAKE)


@pytest.mark.parametrize(
    ("found", "word", "candidate"),
    [
        (component("foreign", "proven"), Word.FAIL, False),
        (component("foreign", "inferred"), Word.NOT_ASSESSED, True),
        (component("domestic", "proven"), Word.PASS, False),
        (component("domestic", "inferred"), Word.NOT_ASSESSED, False),
        (component("unknown", "unknown"), Word.NOT_ASSESSED, False),
        (component("unknown", "proven"), Word.NOT_ASSESSED, False),
    ],
)
def test_only_a_proven_origin_decides_and_unknown_is_never_domestic(
    found: Component, word: Word, candidate: bool
) -> None:
    store = store_with()
    store.put_components("s", [found])
    verdicts = judged(store, "da-database-origin").asset_verdicts
    assert [(verdict.word, verdict.candidate) for verdict in verdicts] == [(word, candidate)]


def test_a_server_without_a_known_operating_system_is_a_gap_not_nothing() -> None:
    server = Asset("a1", ("address:127.0.0.1",), ("127.0.0.1",), device_class="server")
    store = store_with(assets=(server,))
    with store:
        rows = endpoint_verdicts(store.connection, "s", only("da-database-origin"), Profile(), AS_OF)
    assert [(verdict.vantage, verdict.word) for verdict in rows] == [("operating_system", Word.NOT_APPLICABLE)]


def test_departments_of_one_name_in_two_cities_are_two() -> None:
    places = [("a1", "450100"), ("a2", "450200")]
    store = store_with(
        assets=tuple(Asset(name, (f"serial:{name}",), (), city=city, department="公安局") for name, city in places)
    )
    made = [
        Component(name, "database", "v1", "p", None, "domestic", "proven", EvidenceClass.HANDSHAKE)
        for name, _ in places
    ]
    store.put_components("s", made)
    with store:
        found = judge(store.connection, "s", only("da-single-supplier"), Profile(), AS_OF)
    departments = {verdict.asset for verdict in found.asset_verdicts if verdict.asset.startswith("department:")}
    assert departments == {"department:450100//公安局", "department:450200//公安局"}


def test_shares_count_only_what_is_proven() -> None:
    store = store_with()
    kinds: list[tuple[Origin, Strength, str | None]] = [
        ("domestic", "proven", "v1"),
        ("domestic", "proven", "v1"),
        ("domestic", "inferred", "v1"),
        ("foreign", "proven", "v1"),
        ("unknown", "unknown", None),
    ]
    store.put_components(
        "s",
        [
            Component("a1", "database", vendor, f"p{number}", None, origin, strength, EvidenceClass.HANDSHAKE)
            for number, (origin, strength, vendor) in enumerate(kinds)
        ],
    )
    with store:
        found = judge(store.connection, "s", only("da-single-supplier"), Profile(), AS_OF)
    assert {verdict.asset for verdict in found.asset_verdicts} == {"department://water"}
    assert [verdict.word for verdict in found.asset_verdicts] == [Word.NOT_ASSESSED]


def test_the_connection_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    with Store.create(path) as store:
        store.begin_scan("s", started=AS_OF, permit={}, profile={}, versions={})
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only = ON")
    assert judge(connection, "s", packs(), Profile(), AS_OF).asset_verdicts == ()
    connection.execute("SELECT random()").fetchone()  # the authorizer is gone again
    connection.close()


DECISIONS = st.one_of(
    st.builds(Decision, st.sampled_from(Word), st.just("requires"), st.booleans()),
    st.just(Decision(Word.NOT_ASSESSED, NOT_READ)),
)


def what_counts(decision: Decision) -> tuple[Word, bool, bool]:
    return decision.word, decision.candidate, decision.why == NOT_READ


@given(st.lists(DECISIONS, min_size=1, max_size=6), st.data())
def test_folding_takes_the_worst_whatever_the_order_and_the_grouping(
    decisions: list[Decision], data: st.DataObject
) -> None:
    folded = fold(decisions)
    assert folded in decisions
    read = [decision.word for decision in decisions if decision.why != NOT_READ]
    if set(read) - {Word.NOT_APPLICABLE}:
        assert folded.word == min(read, key=list(Word).index)
    mixed = data.draw(st.permutations(decisions))
    cut = data.draw(st.integers(1, len(mixed)))
    parts = [fold(part) for part in (mixed[:cut], mixed[cut:]) if part]
    assert what_counts(fold(parts)) == what_counts(fold(mixed)) == what_counts(folded)


@given(st.lists(DECISIONS, min_size=1, max_size=6))
def test_silence_never_becomes_not_applicable(decisions: list[Decision]) -> None:
    if fold(decisions).word is Word.NOT_APPLICABLE:
        assert {decision.word for decision in decisions} == {Word.NOT_APPLICABLE}


@given(st.lists(DECISIONS, min_size=1, max_size=6), st.data())
def test_what_nobody_read_stands_back_where_something_was_read(decisions: list[Decision], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(decisions)))
    waiting = [*decisions[:place], Decision(Word.NOT_ASSESSED, NOT_READ), *decisions[place:]]
    before, after = fold(decisions), fold(waiting)
    assert after == before or (before.word is Word.NOT_APPLICABLE and after.why == NOT_READ)


def test_a_product_of_another_layer_says_nothing_about_the_system_that_nobody_identified() -> None:
    store = store_with()
    server = Asset("a1", ("address:127.0.0.1",), ("127.0.0.1",), device_class="server", registered=True)
    store.put_assets("s", [server])
    nginx = Component("a1", "middleware", "nginx", "nginx", None, "community", "proven", EvidenceClass.HANDSHAKE)
    store.put_components("s", [nginx])
    (listed,) = judged(store, "da-system-listed").asset_verdicts
    assert (listed.word, listed.why, listed.manual) == (Word.NOT_ASSESSED, "not_read", True)
    debian = Component(
        "a1", "operating_system", "debian", "Debian", "12", "community", "proven", EvidenceClass.HANDSHAKE
    )
    store = store_with()
    store.put_assets("s", [server])
    store.put_components("s", [nginx, debian])
    (listed,) = judged(store, "da-system-listed").asset_verdicts
    assert listed.word is Word.NOT_APPLICABLE


@given(st.sampled_from(packs().rules), st.sampled_from("naupxhf-"), st.sampled_from(Outcome), st.data())
def test_weaker_evidence_never_gives_more(rule: object, letter: str, outcome: Outcome, data: st.DataObject) -> None:
    assert rule is not None
    found = next(item for item in packs().rules if item == rule)
    classes = sorted(EvidenceClass, key=lambda one: one.rank)
    weaker = data.draw(st.sampled_from(classes))
    stronger = data.draw(st.sampled_from(classes[weaker.rank :]))
    low, high = (decide_rule(found, letter, outcome, strength) for strength in (weaker, stronger))
    assert low == high or low.word is Word.NOT_ASSESSED


def test_an_address_that_is_no_asset_is_not_judged() -> None:
    store = store_with(Outcome.SILENT)
    store.add_questions("s", [Question(Endpoint("127.0.0.9", "tcp", 6379), "redis", "office")])
    questions = endpoint_verdicts(store.connection, "s", only("ds-redis-authentication"), Profile(), AS_OF)
    assert {verdict.asset for verdict in questions} == {"a1"}
    assert {verdict.asset for verdict in judged(store, "ds-redis-authentication").asset_verdicts} == {"a1"}


def test_a_rule_that_reads_a_configuration_waits_for_it_and_asks_nothing_of_the_network() -> None:
    store = store_with()
    network = Question(Endpoint("127.0.0.1", "tcp", 22), "ssh", "office")
    read = Question(Endpoint("127.0.0.1", "tcp", 22), "ssh", "config:sshd_config")
    store.add_questions("s", [network])
    store.add_observation(
        "s", Observation(network.id, Outcome.ANSWERED, "", AS_OF), {"ssh": [SshFacts(protocol_1=False)]}
    )
    store.set_assets_of_questions("s", {"127.0.0.1": "a1"})
    rules = only("ds-ssh-empty-password")
    (waiting,) = judge(store.connection, "s", rules, Profile(), AS_OF).asset_verdicts
    assert (waiting.word, waiting.why, waiting.manual) == (Word.NOT_ASSESSED, "not_read", True)
    store.add_questions("s", [read])
    seen = Observation(read.id, Outcome.ANSWERED, "", AS_OF, EvidenceClass.READ)
    store.add_observation("s", seen, {"ssh": [SshFacts(empty_password=False)]})
    store.set_assets_of_questions("s", {"127.0.0.1": "a1"})
    (decided,) = judge(store.connection, "s", rules, Profile(), AS_OF).asset_verdicts
    assert (decided.word, decided.manual) == (Word.PASS, False)
    store.close()


def test_another_protocol_at_the_port_means_that_the_service_is_not_there() -> None:
    store = store_with()
    question = Question(Endpoint("127.0.0.1", "tcp", 6379), "redis", "office")
    store.add_observation("s", Observation(question.id, Outcome.FAILED, "other-protocol", AS_OF))
    found = judged(store, "ds-redis-authentication")
    assert [(v.word, v.why) for v in found.asset_verdicts] == [(Word.NOT_APPLICABLE, "other_protocol")]
