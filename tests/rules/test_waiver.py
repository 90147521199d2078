"""Waivers and profiles: beside the verdict, never instead of it; tightening is free, loosening is not."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from inventory.asset import Asset
from inventory.endpoint import Endpoint
from inventory.errors import RuleError
from inventory.facts.redis import RedisFacts
from inventory.observation import Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from rules.judge import Judgement, judge
from rules.load import RuleSet, load_packs
from rules.places import read
from rules.profile import Profile, in_force, values_for
from rules.profile_file import load_profile
from rules.verdict import Word
from rules.waiver import Selector, Waiver, lint, load_waivers, waivers_of

AS_OF = "2026-06-01T00:00:00Z"
WAIVERS = """waivers:
  - id: W1
    rule: ds-redis-authentication
    where: {department: water, zone: office}
    reason: isolated test bench until the move in July
    approver: Li, water bureau
    approved: "2026-05-01"
    expires: "2026-07-31"
"""


@cache
def data_security() -> RuleSet:
    return load_packs(packs=["data-security"])


def waivers(text: str = WAIVERS) -> tuple[Waiver, ...]:
    return waivers_of(read(text.encode(), "waivers.yaml"))


def judged(*given: Waiver, department: str = "water") -> Judgement:
    with Store.memory() as store:
        store.begin_scan("s", started=AS_OF, permit={}, profile={}, versions={})
        question = Question(Endpoint("127.0.0.1", "tcp", 6379), "redis", "office")
        store.add_questions("s", [question])
        facts = RedisFacts(authentication_required=False, protected_mode=False)
        store.add_observation("s", Observation(question.id, Outcome.ANSWERED, "", AS_OF), {"redis": [facts]})
        store.put_assets(
            "s", [Asset("a1", ("k",), ("127.0.0.1",), zone="office", department=department, name="cache-1")]
        )
        store.set_assets_of_questions("s", {"127.0.0.1": "a1"})
        return judge(store.connection, "s", data_security(), Profile(waivers=given), AS_OF)


def test_a_waiver_stands_beside_the_verdict() -> None:
    found = judged(*waivers())
    assert [(finding.word, finding.waiver) for finding in found.findings] == [(Word.FAIL, "W1")]
    assert found.waived == {("ds-redis-authentication", "a1")}
    assert any(verdict.word is Word.FAIL for verdict in found.asset_verdicts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("department: water", "department: power"),
        ("zone: office", "zone: plant"),
        ('expires: "2026-07-31"', 'expires: "2026-05-31"'),
        ('approved: "2026-05-01"', 'approved: "2026-06-02"'),
        ("rule: ds-redis-authentication", "rule: ds-telnet-enabled"),
        ("{department: water, zone: office}", "{assets: [cache-2]}"),
    ],
)
def test_a_waiver_that_does_not_fit_or_has_ended_waives_nothing(old: str, new: str) -> None:
    assert old in WAIVERS
    found = judged(*waivers(WAIVERS.replace(old, new)))
    assert [finding.waiver for finding in found.findings] == [""]
    assert found.waived == frozenset()


@pytest.mark.parametrize("name", ["a1", "cache-1", "127.0.0.1"])
def test_an_asset_is_named_by_id_name_or_address(name: str) -> None:
    found = judged(*waivers(WAIVERS.replace("{department: water, zone: office}", f"{{assets: [{name}]}}")))
    assert [finding.waiver for finding in found.findings] == ["W1"]


def test_it_holds_through_its_last_day() -> None:
    waiver = waivers()[0]
    assert waiver.active("2026-07-31T23:59:59Z")
    assert not waiver.active("2026-08-01T00:00:00Z")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("where: {department: water, zone: office}", "where: {}", 4, "selector is empty"),
        ('"2026-07-31"', '"July"', 8, "not a date"),
        ('"2026-07-31"', '"2026-04-30"', 2, "expires before it was approved"),
        ("    approver: Li, water bureau\n", "", 2, "approver is missing"),
        ("reason: isolated test bench until the move in July", "reason: ok", 5, "at least 4"),
        ("    reason", "    colour: red\n    reason", 5, "unknown field"),
        ("waivers:", "waiver:", 1, "unknown field waiver"),
    ],
)
def test_a_bad_waiver_file_stops_the_run_and_says_where(old: str, new: str, line: int, said: str) -> None:
    assert old in WAIVERS
    with pytest.raises(RuleError, match=said) as caught:
        waivers(WAIVERS.replace(old, new, 1))
    assert (caught.value.source, caught.value.where) == ("waivers.yaml", str(line)), str(caught.value)


def test_the_same_id_twice_is_refused() -> None:
    with pytest.raises(RuleError, match="twice") as caught:
        waivers(WAIVERS + WAIVERS.removeprefix("waivers:\n"))
    assert caught.value.where == "9"


def test_lint_says_what_is_unknown_expired_unused_long_and_overlapping() -> None:
    first = waivers()[0]
    given = [
        first,
        first.model_copy(update={"id": "W2"}),
        first.model_copy(update={"id": "W3", "rule": "ds-nothing"}),
        first.model_copy(update={"id": "W4", "rule": "ds-telnet-enabled", "expires": "2026-05-15"}),
        first.model_copy(update={"id": "W5", "rule": "ds-ssh-mac", "expires": "2028-05-15"}),
    ]
    rules = [rule.id for rule in load_packs().rules]
    said = {(problem.waiver, problem.message) for problem in lint(given, rules, AS_OF, [["W1", "W2"], ["W3"]])}
    assert said == {
        ("W2", "overlaps W1"),
        ("W3", "unknown rule ds-nothing"),
        ("W4", "expired on 2026-05-15"),
        ("W5", "holds for 745 days, more than a year"),
        ("W5", "matches no finding"),
    }


def wider(**where: Any) -> Waiver:
    return waivers()[0].model_copy(update={"id": "W2", "where": Selector(**where)})


@pytest.mark.parametrize(
    ("where", "overlaps"),
    [
        ({"department": "water"}, True),
        ({"department": "water", "zone": "office", "assets": ("cache-1",)}, True),
        ({"department": "water", "zone": "video"}, False),
        ({"city": "450100"}, False),  # perhaps the same assets: a scan tells
    ],
    ids=["wider", "narrower", "elsewhere", "not-known"],
)
def test_lint_without_a_scan_knows_of_selectors_that_hold_each_other(where: dict[str, Any], overlaps: bool) -> None:
    rules = [rule.id for rule in load_packs().rules]
    said = {problem.message for problem in lint([*waivers(), wider(**where)], rules, AS_OF)}
    assert said == ({"overlaps W1"} if overlaps else set())


def test_lint_with_a_scan_knows_what_meets_in_it_and_what_was_not_judged_yet() -> None:
    rules = [rule.id for rule in load_packs().rules]
    given = [*waivers(), wider(city="450100")]
    said = {(problem.waiver, problem.message) for problem in lint(given, rules, AS_OF, [["W1", "W2"]])}
    assert said == {("W2", "overlaps W1")}
    assert {problem.message for problem in lint(given, rules, AS_OF, [])} == {"matches no finding"}
    loosening = given[0].model_copy(update={"loosens": ("days",)})
    assert lint([loosening], rules, AS_OF, []) == ()


PROFILE = """id: nanning
title: {zh: 南宁市, en: Nanning}
packs: [data-security]
protection_level: 3
parameters:
  ds-tls-version: {minimum: 0x0304}
overlays:
  - organisation: "450103"
    parameters:
      ds-ssh-login-limits: {tries: 3}
"""


def profile_of(tmp_path: Path, text: str, waiver_text: str | None = None) -> Profile:
    path = tmp_path / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    if waiver_text is not None:
        (tmp_path / "waivers.yaml").write_text(waiver_text, encoding="utf-8")
    return load_profile(path)[0]


def test_tightening_is_free(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, PROFILE)
    assert profile.parameters["ds-tls-version"]["minimum"] == 0x0304
    assert Profile.model_validate(profile.model_dump(mode="json")) == profile


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("minimum: 0x0304", "minimum: 0x0302", 6, "less strict"),
        ("tries: 3", "tries: 9", 10, "less strict"),
        ("tries: 3", "trys: 3", 10, "no parameter trys"),
        ("tries: 3", "tries: many", 10, "is integer"),
        ("ds-ssh-login-limits", "ds-ssh-nothing", 10, "no rule ds-ssh-nothing"),
        ("packs: [data-security]", "packs: [data]", None, "no pack data"),
        ("protection_level: 3", "protection_level: 7", 4, "protection_level"),
        ("id: nanning", "id: nanning\nwaivers: [missing.yaml]", None, "cannot be read"),
    ],
)
def test_a_profile_that_loosens_or_names_what_is_not_there(
    tmp_path: Path, old: str, new: str, line: int | None, said: str
) -> None:
    assert old in PROFILE
    with pytest.raises(Exception, match=said) as caught:
        profile_of(tmp_path, PROFILE.replace(old, new, 1))
    if line is not None:
        assert isinstance(caught.value, RuleError)
        assert caught.value.where == str(line), str(caught.value)


def test_loosening_takes_a_waiver_for_that_rule_parameter_and_organisation(tmp_path: Path) -> None:
    loose = PROFILE.replace("tries: 3", "tries: 9") + "waivers: [waivers.yaml]\n"
    wrong = WAIVERS.replace("{department: water, zone: office}", '{city: "450100"}').replace(
        "rule: ds-redis-authentication", "rule: ds-ssh-login-limits\n    loosens: [tries]"
    )
    with pytest.raises(RuleError, match="less strict"):
        profile_of(tmp_path, loose, wrong)
    profile = profile_of(tmp_path, loose, wrong.replace('{city: "450100"}', '{district: "450103"}'))
    assert [waiver.id for waiver in profile.waivers] == ["W1"]
    with pytest.raises(RuleError, match="unknown rule"):
        profile_of(tmp_path, loose, WAIVERS.replace("ds-redis-authentication", "ds-nothing"))


TIGHTER = PROFILE.replace(
    "overlays:", 'overlays:\n  - organisation: "450100"\n    parameters: {ds-ssh-login-limits: {tries: 2}}'
)
LIMIT = ("ds-ssh-login-limits", "tries")


def test_a_district_may_not_loosen_what_its_city_set(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="tries = 3 is less strict than 2"):
        profile_of(tmp_path, TIGHTER)
    elsewhere = profile_of(tmp_path, TIGHTER.replace("450103", "451002"))
    assert values_for(data_security().rules, elsewhere, ["451000", "451002"])[LIMIT] == 3


def test_a_department_that_would_loosen_what_its_city_set_changes_nothing(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, TIGHTER.replace('"450103"', "water"))
    assert values_for(data_security().rules, profile, ["450100", "water"])[LIMIT] == 2
    assert values_for(data_security().rules, profile, ["450200", "water"])[LIMIT] == 3


def test_what_a_waiver_let_a_profile_loosen_ends_with_it(tmp_path: Path) -> None:
    rules = data_security().rules
    loose = PROFILE.replace("ds-tls-version: {minimum: 0x0304}", "ds-ssh-login-limits: {tries: 9}")
    loose = loose.replace("tries: 3", "tries: 20") + "waivers: [waivers.yaml]\n"
    city = WAIVERS.replace("ds-redis-authentication", "ds-ssh-login-limits\n    loosens: [tries]").replace(
        "department: water, zone: office", 'city: "450100"'
    )
    both = city + city.removeprefix("waivers:\n").replace("W1", "W2").replace("450100", "450103").replace(
        "city", "district"
    )
    for missing in (city, both.replace('district: "450103"', 'district: "450103", zone: office')):
        with pytest.raises(RuleError, match="tries = 20 is less strict"):
            profile_of(tmp_path, loose, missing)
    profile = profile_of(tmp_path, loose, both)
    default = next(rule for rule in rules if rule.id == LIMIT[0]).parameters[LIMIT[1]].default
    for day, whole, district in (("2026-07-31", 9, 20), ("2026-08-01", default, default)):
        held = in_force(rules, profile, f"{day}T12:00:00Z")
        assert values_for(rules, held, ["450100"])[LIMIT] == whole
        assert values_for(rules, held, ["450100", "450103"])[LIMIT] == district


def test_a_waiver_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cannot be read"):
        load_waivers(tmp_path / "none.yaml")
