"""Foreign clients confirm the truth: their signs are strict, frail hosts are left alone, and what is missing is counted."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from lab import confirm, network
from lab.city import load_city
from lab.confirmation import all_confirmations, confirmation, sign
from lab.truth import Truth, truths

CITY = load_city()


@cache
def rows() -> list[Truth]:
    return truths(CITY)


def test_every_confirmation_speaks_of_rules_of_its_subject() -> None:
    subjects = {group["subject"]: set(group["rules"]) for group in CITY.truth}
    for each in all_confirmations():
        assert set(each.signs) <= subjects[each.subject], each.subject


def test_every_real_server_of_the_city_is_asked_by_a_foreign_client() -> None:
    asked, hosts = set(), confirm.at_each_address(CITY)
    for row in rows():
        host = hosts[row.address]
        for service in host.services:
            if service.name == row.source and confirmation(row.subject, service) is not None:
                asked.add(service.kind)
    real = {service.kind for host in CITY.hosts for service in host.services if service.program == "server"}
    # BACnet decides no rule, so nothing asks for it
    assert real - asked <= {"bacpypes3", "pymodbus"}


def test_what_must_not_be_touched_is_not_asked() -> None:
    assert confirm.frail(CITY.host("lz-plc-fragile"))
    assert confirm.frail(CITY.host("qz-excluded"))
    assert confirm.frail(CITY.host("silent"))
    named = {word for words in confirm.port_scans(CITY, rows()).values() for word in words}
    addresses = {CITY.host(name).address for name in ("lz-plc-fragile", "qz-excluded", "silent", "every-port")}
    assert not named & addresses
    assert CITY.host("nn-gateway").address in named


def of_redis(auth: bool) -> Truth:
    return Truth("nn-cache", "10.45.10.14", "nn-app", "ds-redis-authentication", "pass" if auth else "fail", "because",
                 subject="redis", source="redis-auth")  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "said", "state"),
    [
        (True, "NOAUTH Authentication required.\n", confirm.CONFIRMED),
        (True, "# Server\nredis_version:7.0.15\n", confirm.CONTRADICTED),
        (False, "# Server\nredis_version:7.0.15\n", confirm.CONFIRMED),
        (False, "Could not connect to Redis: Connection refused\n", confirm.CONTRADICTED),
        (False, "", confirm.CONTRADICTED),
    ],
)
def test_only_the_sign_of_the_verdict_confirms_it(verdict: bool, said: str, state: str) -> None:
    row, host = of_redis(verdict), CITY.host("nn-cache")
    asked = confirm.commands_for(row, host)
    assert asked[0][0] == "redis-cli"
    assert confirm._judged(row, host, asked, dict.fromkeys(asked, said), {}).state == state


@pytest.mark.parametrize(
    ("listed", "state"),
    [
        ("Host: 10.45.10.14 ()\tPorts: 6379/closed/tcp//redis///, 22/open/tcp//ssh///\n", confirm.CONFIRMED),
        ("Host: 10.45.10.14 ()\tPorts: 6379/open/tcp//redis///\n", confirm.CONTRADICTED),
        ("Host: 10.45.10.140 ()\tPorts: 6379/closed/tcp//redis///\n", confirm.WITHOUT_SIGN),
        ("", confirm.WITHOUT_SIGN),
    ],
)
def test_that_nothing_listens_is_confirmed_port_by_port(listed: str, state: str) -> None:
    row = replace(of_redis(True), source="closed", ports=("tcp/6379",))
    assert confirm._judged(row, CITY.host("nn-cache"), (), {}, {"nn-app": listed}).state == state


def test_what_no_client_can_see_is_said_so() -> None:
    row = replace(of_redis(True), source="host")
    assert confirm._judged(row, CITY.host("nn-cache"), (), {}, {}).state == confirm.NOT_SEEN_FROM_OUTSIDE


def test_what_is_shown_is_one_short_line() -> None:
    found = next(each for each in all_confirmations() if each.subject == "redis")
    assert sign(found, "ds-redis-authentication", "pass", "x\nNOAUTH Authentication required.\n" + "y" * 999) == (
        "NOAUTH Authentication required."
    )
    assert sign(found, "ds-redis-authentication", "partial", "NOAUTH") is None


def test_what_was_seen_is_kept_for_this_very_city_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "file", lambda: tmp_path / "observed.json")
    seen = confirm.Observed("10.45.10.14", "ds-redis-authentication", confirm.CONFIRMED, "redis-cli", "NOAUTH")
    assert confirm.kept(CITY) == {}
    confirm.keep(CITY, [seen])
    assert confirm.kept(CITY) == {("10.45.10.14", "ds-redis-authentication"): seen}
    assert confirm.shown(CITY) == {("10.45.10.14", "ds-redis-authentication"): {"client": "redis-cli", "saw": "NOAUTH"}}
    assert confirm.kept(replace(CITY, hosts=CITY.hosts[1:])) == {}


def test_what_some_zones_show_stands_beside_what_is_kept_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm, "file", lambda: tmp_path / "observed.json")
    first, other = (
        confirm.Observed(address, "ds-redis-authentication", confirm.CONFIRMED, "redis-cli", "NOAUTH")
        for address in ("10.45.10.14", "10.45.20.11")
    )
    again = replace(first, state=confirm.CONTRADICTED)
    gone = replace(first, rule="ds-redis-plain")
    confirm.keep(CITY, [first, gone])
    confirm.keep(CITY, [other])
    assert set(confirm.kept(CITY).values()) == {first, gone, other}
    confirm.keep(CITY, [again])
    assert set(confirm.kept(CITY).values()) == {again, other}
    confirm.keep(replace(CITY, hosts=CITY.hosts[1:]), [first])
    assert confirm.kept(CITY) == {}


def test_contradictions_and_gaps_are_named(tmp_path: Path) -> None:
    row = of_redis(True)
    states = [confirm.CONTRADICTED, confirm.WITHOUT_SIGN]
    told = "\n".join(confirm.summary([row, row], [confirm.Observed(row.address, row.rule, state) for state in states]))
    assert "contradicted: 1 of 2" in told
    assert "contradicted: nn-cache ds-redis-authentication pass: because" in told
    assert "without a sign: 1 verdicts of rules: ds-redis-authentication pass" in told


def test_the_neighbour_table_goes_back_to_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, before = tmp_path / "table", tmp_path / "before"
    monkeypatch.setattr(network, "NEIGHBOURS", table)
    monkeypatch.setattr(network, "NEIGHBOURS_BEFORE", before)
    monkeypatch.setattr(network, "own_namespaces", list)
    monkeypatch.setattr(network, "other_cities", list)
    table.write_text("1024\n")
    network.raise_neighbour_limit()
    network.raise_neighbour_limit()
    assert int(table.read_text()) == network.NEIGHBOURS_WANTED
    monkeypatch.setattr(network, "other_cities", lambda: ["cj-other"])
    network.restore_neighbour_limit()
    assert int(table.read_text()) == network.NEIGHBOURS_WANTED
    monkeypatch.setattr(network, "other_cities", list)
    network.restore_neighbour_limit()
    assert int(table.read_text()) == 1024
    assert not before.exists()
    table.write_text("99999\n")
    network.raise_neighbour_limit()
    network.restore_neighbour_limit()
    assert int(table.read_text()) == 99999
