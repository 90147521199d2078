"""From workspace and judgement to the document: nothing lost, nothing invented, the same bytes every time."""

import json
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from inventory.asset import Asset, Component, Importance
from inventory.endpoint import Endpoint
from inventory.errors import WorkspaceError
from inventory.exchange import Exchange, Turn
from inventory.facts.redis import RedisFacts
from inventory.facts.telnet import TelnetFacts
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from reports.build import make_report
from reports.build.make import HISTORY
from reports.canonical_form import canonical_report, comparable, read_report
from reports.inputs import input_manifest, manifest_digest
from reports.report import Report, SignOff
from rules.profile import Profile
from rules.profile_file import load_profile
from rules.waiver import Selector, Waiver

WORDS = ("pass", "partial", "fail", "not_applicable", "not_assessed")
PERMIT = {
    "id": "P-1",
    "issuer": {"organisation": "市数据局", "authorised_by": "张"},
    "contact": "0771",
    "environment": "lab",
    "timezone": "Asia/Shanghai",
    "valid_from": "2026-03-01T00:00:00",
    "valid_to": "2026-03-31T23:59:59",
    "networks": ["127.45.1.0/29"],
    "exclusions": ["127.45.1.6/32"],
    "zones": [{"name": "office", "networks": ["127.45.1.0/29"], "classes": {"server": 2}}],
    "acts": [],
    "pace": {"host_packets": 40},
}
REDIS = Question(Endpoint("127.45.1.1", "tcp", 6379), "redis", "office")
TELNET = Question(Endpoint("127.45.1.2", "tcp", 23), "telnet", "office")
SILENT = Question(Endpoint("127.45.1.3", "tcp", 23), "telnet", "office")
OPEN = RedisFacts(speaks_redis=True, authentication_required=False, protected_mode=False)
SHUT = RedisFacts(speaks_redis=True, authentication_required=True, protected_mode=False)


def scanned(
    store: Store, scan: str, started: str, redis: RedisFacts | None, important: tuple[Importance | None, ...] = ()
) -> Report:
    """A scan of three hosts: Redis (silent if None), a Telnet that answers, a host that is silent."""
    ended = f"{started[:-4]}50Z"
    store.begin_scan(scan, started=started, permit=PERMIT, profile={"protection_level": 3}, versions={"chengjian": "1"})
    assets = [
        Asset("a1", ("address:127.45.1.1",), ("127.45.1.1",), "office", "缓存", "数据局", "450100", registered=True),
        Asset("a2", ("address:127.45.1.2",), ("127.45.1.2",), "office", "交换机", "水务局", "450100", registered=False),
        Asset("a3", ("address:127.45.1.3",), ("127.45.1.3",), "office", "", "水务局", "450100"),
    ]
    assets = [replace(asset, importance=given) for asset, given in zip(assets, important or (None,) * 3, strict=True)]
    with store.batch():
        store.add_questions(scan, [REDIS, TELNET, SILENT])
        heard = Exchange("redis", REDIS.endpoint, (Turn("ping", b"PING\r\n", b"+PONG\r\n\x1b"),))
        if redis is None:
            store.add_observation(scan, Observation(REDIS.id, Outcome.SILENT, "timeout", started))
        else:
            seen = Observation(
                REDIS.id, Outcome.ANSWERED, "", started, EvidenceClass.HANDSHAKE, (store.put_evidence(heard),)
            )
            store.add_observation(scan, seen, {"redis": [redis]})
        hello = Exchange("telnet", TELNET.endpoint, (Turn("hello", b"", b"\xff\xfb\x01login:"),))
        seen = Observation(
            TELNET.id, Outcome.ANSWERED, "", started, EvidenceClass.HANDSHAKE, (store.put_evidence(hello),)
        )
        store.add_observation(scan, seen, {"telnet": [TelnetFacts(answers=True, negotiates=True)]})
        store.add_observation(scan, Observation(SILENT.id, Outcome.SILENT, "timeout", started))
        store.put_assets(scan, assets)
        store.set_assets_of_questions(scan, {asset.addresses[0]: asset.id for asset in assets})
        origin = Component("a1", "database", "redis", "redis", "7", "community", "proven", EvidenceClass.HANDSHAKE)
        store.put_components(scan, [origin])
    store.end_scan(scan, state="finished", ended=ended, counters={"packets": 9, "malformed": 0})
    return make_report(store, scan)


@pytest.fixture(scope="module")
def report() -> Report:
    """The report of one scan with an open Redis."""
    with Store.memory() as store:
        return scanned(store, "s1", "2026-03-02T02:10:00Z", OPEN)


def found(report: Report, rule: str, asset: str) -> list[str]:
    """The verdicts of a rule on an asset, from the matrix."""
    return [
        verdict
        for entry in report.assets
        if entry.id == asset
        for verdict, rules in entry.verdicts.items()
        if rule in rules
    ]


def test_the_matrix_is_whole(report: Report) -> None:
    assert found(report, "ds-redis-authentication", "a1") == ["fail"]
    assert found(report, "ds-telnet-enabled", "a2") == ["fail"]
    assert found(report, "ds-telnet-enabled", "a3") == ["not_assessed"]
    counted = dict.fromkeys(report.summary.verdicts, 0)
    for verdicts in (*(asset.verdicts for asset in report.assets), *(unit.verdicts for unit in report.organisations)):
        for word, rules in verdicts.items():
            counted[word] += len(rules)
    assert counted == report.summary.verdicts


def test_a_finding_carries_its_evidence_in_printable_form(report: Report) -> None:
    (redis,) = [item for item in report.findings if item.rule == "ds-redis-authentication"]
    (piece,) = redis.evidence
    assert (piece.label, piece.offset, piece.excerpt) == ("ping", 0, "+PONG\\x0d\\x0a\\x1b")
    assert len(piece.digest) == len(piece.sm3) == 64
    assert redis.clauses
    assert redis.first_seen == "2026-03-02T02:10:00Z"


def test_silence_is_a_gap_with_its_reason(report: Report) -> None:
    gaps = [gap for gap in report.not_assessed if gap.asset == "a3" and gap.rule == "ds-telnet-enabled"]
    assert [(gap.why, gap.reason, gap.vantage) for gap in gaps] == [("silent", "timeout", "office")]


def test_the_scope_page_counts_what_was_reached(report: Report) -> None:
    (office,) = report.scope.zones
    assert (office.zone, office.assets) == ("office", 3)
    assert office.outcomes == {"answered": 2, "silent": 1}
    assert report.scope.vantages == ("office",)
    assert report.scope.unanswered_addresses == 8 - 1 - 3
    assert [item.target for item in report.scope.exclusions] == ["127.45.1.6/32"]
    assert report.simulated
    assert report.title.zh.startswith("南宁市")
    assert report.permit.issuer == "市数据局　张"


def test_grades_are_there_for_every_named_unit(report: Report) -> None:
    subjects = {(grade.subject_kind, grade.name.zh) for grade in report.grades if grade.scheme == "self-check"}
    assert {("region", "南宁市"), ("city", "南宁市"), ("department", "数据局"), ("department", "水务局")} <= subjects
    whole = next(grade for grade in report.grades if grade.scheme == "self-check")
    assert whole.subject == "region"
    assert whole.lower is not None
    assert whole.upper is not None
    assert whole.lower <= whole.upper


def recomputed(report: Report, kind: str, name: str) -> tuple[dict[str, int], Decimal | None, Decimal, Decimal]:
    """Counts, score, low and high end of a unit's self-check, from the matrix, the weights and the units of assets that the
    document shows, and from nothing else: 100 − 100 × Σ f·(1 − x) ÷ n."""
    rules = {rule.id: rule for rule in report.rules if rule.pack != "domestic-autonomy"}
    own = [asset for asset in report.assets if kind == "region" or getattr(asset, kind) == name]
    said = [
        (word, rules[rule].weight)
        for asset in own
        for word in asset.verdicts
        for rule in asset.verdicts[word]
        if rule in rules
    ]
    counts = {word: sum(1 for one, _ in said if one == word) for word in WORDS}
    halves = {"fail": 2, "partial": 1}
    lost = sum((Fraction(weight * halves.get(word, 0), 2) for word, weight in said), Fraction(0))
    open_lost = sum(weight for word, weight in said if word == "not_assessed")
    decided = counts["pass"] + counts["partial"] + counts["fail"]
    whole = decided + counts["not_assessed"]

    def score(deduction: Fraction, number: int) -> Decimal:
        exact = max(Fraction(0), 100 - 100 * deduction / number)
        return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)

    return counts, score(lost, decided) if decided else None, score(lost + open_lost, whole), score(lost, whole)


def test_every_score_of_the_roll_up_can_be_recomputed_from_the_document_alone(report: Report) -> None:
    entries = [grade for grade in report.grades if grade.scheme == "self-check"]
    assert {entry.subject_kind for entry in entries} >= {"region", "city", "department"}
    for entry in entries:
        name = entry.subject.rpartition("/")[2] if "/" in entry.subject else entry.subject.partition(":")[2]
        counts, point, low, high = recomputed(report, entry.subject_kind, name)
        assert {word: number for word, number in entry.counts.items() if number} == {
            word: number for word, number in counts.items() if number
        }
        shown = [None if value is None else Decimal(str(value)) for value in (entry.point, entry.lower, entry.upper)]
        assert shown == [point, low, high]
    departments = [entry for entry in entries if entry.subject_kind == "department"]
    (region,) = (entry for entry in entries if entry.subject_kind == "region")
    for word, number in region.counts.items():
        assert sum(entry.counts.get(word, 0) for entry in departments) == number


def test_levels_and_importance_are_graded_where_assets_differ_and_sum_up_to_the_whole(report: Report) -> None:
    with Store.memory() as store:
        mixed = scanned(store, "s1", "2026-03-02T02:10:00Z", OPEN, ("critical", "general", None))
    entries = [grade for grade in mixed.grades if grade.scheme == "self-check"]
    (region,) = (entry for entry in entries if entry.subject_kind == "region")
    groups = {entry.subject: entry for entry in entries if entry.subject_kind == "importance"}
    assert {name: entry.name.zh for name, entry in groups.items()} == {
        "importance:critical": "关键",
        "importance:general": "一般",
        "importance:": "未申报",
    }
    for word, number in region.counts.items():
        assert sum(entry.counts.get(word, 0) for entry in groups.values()) == number
    assert all(entry.arithmetic for entry in groups.values())
    assert {grade.subject_kind for grade in report.grades}.isdisjoint({"level", "importance"}), "all assets are alike"


def test_clauses_of_the_level_are_listed_whether_covered_or_not(report: Report) -> None:
    by_id = {clause.id: clause for clause in report.coverage.clauses}
    telnet = by_id["GB/T 22239-2019 8.1.4.1 c"]
    assert telnet.verdicts.get("fail", 0) >= 1
    assert "ds-telnet-enabled" in telnet.rules
    assert any(clause.automation == "impossible" and not clause.rules for clause in by_id.values())
    assert not any(clause.level == "2" for clause in by_id.values())
    assert report.coverage.clauses_total == len(by_id)


def test_the_same_workspace_gives_the_same_bytes_and_names_its_inputs() -> None:
    with Store.memory() as one, Store.memory() as other:
        first = scanned(one, "s1", "2026-03-02T02:10:00Z", OPEN)
        again = make_report(one, "s1")
        second = scanned(other, "s1", "2026-03-02T02:10:00Z", OPEN)
        assert canonical_report(first) == canonical_report(again) == canonical_report(second)
        assert first.generated_from.input_manifest == manifest_digest(input_manifest(one, "s1"))
        assert one.report("s1") == canonical_report(first)
        assert read_report(one.report("s1")) == first


def test_two_scans_of_an_unchanged_city_are_comparable() -> None:
    with Store.memory() as one, Store.memory() as other:
        first = scanned(one, "s1", "2026-03-02T02:10:00Z", OPEN)
        second = scanned(other, "s2", "2026-03-05T02:11:00Z", OPEN)
    assert canonical_report(first) != canonical_report(second)
    assert comparable(first) == comparable(second)


def test_a_finding_remembers_since_when_it_is_known() -> None:
    with Store.memory() as store:
        scanned(store, "s1", "2026-03-02T02:10:00Z", OPEN)
        scanned(store, "s2", "2026-03-03T02:10:00Z", SHUT)
        third = scanned(store, "s3", "2026-03-04T02:10:00Z", OPEN)
        since = {item.rule: item.first_seen for item in third.findings if item.verdict == "fail"}
        assert since["ds-redis-authentication"] == "2026-03-02T02:10:00Z"
        assert since["ds-telnet-enabled"] == "2026-03-02T02:10:00Z"
        assert set(json.loads(store.kept(HISTORY)["s3/history.json"])) >= {item.id for item in third.findings}


def test_silence_never_raises_the_lower_bound_and_lowers_coverage() -> None:
    with Store.memory() as one, Store.memory() as other:
        seen = scanned(one, "s1", "2026-03-02T02:10:00Z", SHUT)
        unseen = scanned(other, "s1", "2026-03-02T02:10:00Z", None)
    assert found(seen, "ds-redis-authentication", "a1") == ["pass"]
    assert found(unseen, "ds-redis-authentication", "a1") == ["not_assessed"]
    before, after = seen.grades[0], unseen.grades[0]
    assert (after.lower or 0) <= (before.lower or 0)
    assert unseen.coverage.checks_decided < seen.coverage.checks_decided


def test_a_scan_that_has_not_ended_has_no_report() -> None:
    with Store.memory() as store:
        store.begin_scan("s1", started="2026-03-02T02:10:00Z", permit=PERMIT, profile={}, versions={})
        with pytest.raises(WorkspaceError, match="not ended"):
            make_report(store, "s1")


def test_a_waiver_stands_beside_the_verdict_and_the_score() -> None:
    where = Selector(department="水务局")
    waiver = Waiver(
        id="W-1",
        rule="ds-telnet-enabled",
        where=where,
        reason="设备待更换",
        approver="王",
        approved="2026-01-01",
        expires="2026-12-31",
    )
    with Store.memory() as store:
        plain = scanned(store, "s1", "2026-03-02T02:10:00Z", SHUT)
        profile = Profile(protection_level=3, waivers=(waiver,))
        report = make_report(store, "s1", profile=profile)
        assert canonical_report(make_report(store, "s1")) == canonical_report(report), "the profile is an input now"
    assert [(entry.id, entry.matched, entry.expired) for entry in report.waivers] == [("W-1", 1, False)]
    waived = [item for item in report.findings if item.waiver]
    assert [(item.rule, item.verdict, item.waiver) for item in waived] == [("ds-telnet-enabled", "fail", "W-1")]
    before, after = plain.grades[0], report.grades[0]
    assert (after.point, after.lower, after.upper) == (before.point, before.lower, before.upper)
    assert before.point_without_waived is None
    assert after.point_without_waived is not None
    assert after.point_without_waived > (after.point or 0)


def test_the_names_of_the_profile_stand_in_the_signature_block(tmp_path: Path) -> None:
    """Empty names are lines to write on; the names are an input, so that a report made again has them too."""
    path = tmp_path / "profile.yaml"
    path.write_text("id: p\ntitle: {zh: 方案, en: profile}\nsign_off: {assessor: 陈工, owner: 张主任}\n", "utf-8")
    with Store.memory() as store:
        scanned(store, "s1", "2026-03-02T02:10:00Z", OPEN)
        report = make_report(store, "s1", profile=load_profile(path)[0])
        assert report.sign_off == SignOff(assessor="陈工", reviewer="", owner="张主任")
        assert canonical_report(make_report(store, "s1")) == canonical_report(report)
