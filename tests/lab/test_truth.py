"""The ground truth covers every host and every setting that a host can have, and folds as verdicts do."""

from dataclasses import replace
from pathlib import Path

import pytest

from lab import changes, truth
from lab.city import CITY_FILE, City, CityError, load_city

# What the register alone decides stays decided when a host falls silent.
DECLARED = {"ds-registration-complete", "ds-unregistered-asset"}


def test_every_pair_of_host_and_rule_has_one_verdict_with_a_cause() -> None:
    found = truth.truths(load_city())
    assert len({(each.host, each.rule) for each in found}) == len(found)
    assert all(each.because for each in found)
    assert {each.verdict for each in found} >= {"pass", "fail", "not_applicable", "not_assessed"}


def test_clean_hosts_have_no_failed_verdict_of_data_security() -> None:
    clean = {host.name for host in load_city().hosts if host.clean}
    wrong = [
        each
        for each in truth.truths(load_city())
        if each.host in clean and each.rule.startswith("ds-") and each.verdict in ("fail", "partial")
    ]
    assert wrong == []


def test_the_rules_of_the_truth_stand_in_a_pack() -> None:
    missing, _ = truth.uncovered(load_city(), truth.pack_rules())
    assert missing == []


def test_one_changed_setting_moves_exactly_the_verdict_that_depends_on_it() -> None:
    before = {(each.host, each.rule): each.verdict for each in truth.truths(load_city())}
    changed = changes.apply(load_city(), {"nn-cache-open": {"redis.auth": True}})
    after = {(each.host, each.rule): each.verdict for each in truth.truths(changed)}
    assert {key for key in before if before[key] != after[key]} == {("nn-cache-open", "ds-redis-authentication")}


def test_a_host_that_falls_silent_loses_every_verdict_about_its_services() -> None:
    def of(city: City) -> dict[str, str]:
        verdicts = {each.rule: each.verdict for each in truth.truths(city) if each.host == "nn-cache-open"}
        return {rule: verdict for rule, verdict in verdicts.items() if rule not in DECLARED}

    before = of(load_city())
    after = of(changes.apply(load_city(), {"nn-cache-open": {"behaviour": "silent"}}))
    decided = {rule for rule in before if before[rule] in ("pass", "partial", "fail")}
    assert "ds-redis-authentication" in decided & set(after)
    assert {after[rule] for rule in decided if rule in after} == {"not_assessed"}
    assert not any(verdict in ("pass", "partial", "fail") for verdict in after.values())


def test_a_blocked_port_is_not_assessed_where_it_would_be_asked() -> None:
    changed = changes.apply(load_city(), {"nn-cache": {"blocked": [6379]}})
    after = {each.rule: each.verdict for each in truth.truths(changed) if each.host == "nn-cache"}
    assert after["ds-redis-authentication"] == "not_assessed"
    assert after["ds-ssh-cipher"] == "pass"


def test_the_worst_verdict_of_a_host_wins() -> None:
    city = load_city()
    both = replace(city.host("nn-gateway"), services=city.host("nn-legacy").services + city.host("nn-cache").services)
    found = {each.rule: each.verdict for each in truth.truths(replace(city, hosts=(both,)))}
    assert found["ds-ssh-cipher"] == "fail"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("when: {auth: false}, fail", "when: {auth: maybe}, fail", "no case covers redis-open"),
        ("fail: requirepass is not set", "failed: requirepass is not set", "unknown key 'failed'"),
        ("fail: requirepass is not set", "fail: ''", "needs one verdict"),
        ("when: {auth: false}, fail: requirepass is not set", "when: {auth: false}", "needs one verdict"),
        ("asked: [server]", "asks: [server]", "a group has"),
    ],
)
def test_a_truth_that_cannot_be_read_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = CITY_FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "city.yaml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CityError, match=complaint):
        truth.truths(load_city(wrong))
