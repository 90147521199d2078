"""Foreign clients confirm the truth: their signs are strict, frail hosts are left alone, and what is missing is counted."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from lab import confirm, network, observed, sweeps
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
    assert sweeps.frail(CITY.host("lz-plc-fragile"))
    assert sweeps.frail(CITY.host("qz-excluded"))
    assert sweeps.frail(CITY.host("silent"))
    swept = sweeps.sweeps(CITY, rows())
    named = {word for words in (*swept.ports.values(), *swept.products.values()) for word in words}
    addresses = {CITY.host(name).address for name in ("lz-plc-fragile", "qz-excluded", "silent", "every-port")}
    assert not named & addresses
    assert CITY.host("nn-gateway").address in named
    assert set(swept.troubled) == {CITY.host("silent").address, CITY.host("every-port").address}


def of_redis(auth: bool) -> Truth:
    return Truth("nn-cache", "10.45.10.14", "nn-app", "ds-redis-authentication", "pass" if auth else "fail", "because",
                 subject="redis", source="redis-auth")  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "said", "state"),
    [
        (True, "NOAUTH Authentication required.\n", observed.CONFIRMED),
        (True, "# Server\nredis_version:7.0.15\n", observed.CONTRADICTED),
        (False, "# Server\nredis_version:7.0.15\n", observed.CONFIRMED),
        (False, "Could not connect to Redis: Connection refused\n", observed.CONTRADICTED),
        (False, "", observed.CONTRADICTED),
    ],
)
def test_only_the_sign_of_the_verdict_confirms_it(verdict: bool, said: str, state: str) -> None:
    row, host = of_redis(verdict), CITY.host("nn-cache")
    asked = confirm.commands_for(row, host)
    assert asked[0][0] == "redis-cli"
    assert confirm._judged(row, host, asked, dict.fromkeys(asked, said)).state == state


@pytest.mark.parametrize(
    ("listed", "state"),
    [
        ("Host: 10.45.10.14 ()\tPorts: 6379/closed/tcp//redis///, 22/open/tcp//ssh///\n", observed.CONFIRMED),
        ("Host: 10.45.10.14 ()\tPorts: 6379/open/tcp//redis///\n", observed.CONTRADICTED),
        ("Host: 10.45.10.140 ()\tPorts: 6379/closed/tcp//redis///\n", observed.WITHOUT_SIGN),
        ("", observed.WITHOUT_SIGN),
    ],
)
def test_that_nothing_listens_is_confirmed_port_by_port(listed: str, state: str) -> None:
    row = replace(of_redis(True), source="closed", ports=("tcp/6379",))
    assert confirm._judged(row, CITY.host("nn-cache"), (("nmap",),), {("nmap",): listed}).state == state


@pytest.mark.parametrize(
    ("listed", "state"),
    [
        ("Ports: 22/open/tcp//ssh//OpenSSH 9.2p1 Debian (protocol 2.0)/\n", observed.CONFIRMED),
        (
            "Ports: 22/open/tcp//ssh//OpenSSH 9.2p1/, 6379/open/tcp//redis//Redis key-value store 7.0.15/\n",
            observed.WITHOUT_SIGN,
        ),
        ("Status: Up\n", observed.WITHOUT_SIGN),
    ],
)
def test_that_nothing_of_a_layer_is_recognised_is_confirmed_where_nmap_knows_no_such_product(
    listed: str, state: str
) -> None:
    row = replace(of_redis(True), rule="da-database-origin", source="closed", subject="component, database")
    seen = confirm._judged(row, CITY.host("nn-cache"), (("nmap",),), {("nmap",): f"Host: 10.45.10.14 ()\t{listed}"})
    assert seen.state == state
    if state == observed.CONFIRMED:
        assert seen.saw == "22 OpenSSH 9.2p1 Debian (protocol 2.0)"


def test_every_layer_of_the_truth_has_names_to_look_for() -> None:
    subjects = {row.subject for row in rows() if row.source == "closed" and not row.ports}
    known = {row.rule for row in rows() if any(row.rule.startswith(rule) for rule in sweeps.PRODUCTS)}
    assert subjects - set(sweeps.PRODUCTS) <= {"component, layers that nothing in the city shows"}
    assert {row.rule for row in rows() if row.subject == "component, layers that nothing in the city shows"} <= known


def test_a_client_that_could_not_read_to_the_end_is_no_witness() -> None:
    row, host = of_redis(True), CITY.host("nn-cache")
    asked = confirm.commands_for(row, host)
    said = dict.fromkeys(asked, "\n(no end within two minutes)")
    assert confirm._judged(row, host, asked, said).state == observed.WITHOUT_SIGN


@pytest.mark.parametrize(
    ("behaviour", "listed", "state"),
    [
        ("silent", "Ignored State: filtered (64)", observed.CONFIRMED),
        ("silent", "Ports: 22/open/tcp//ssh///\tIgnored State: filtered (63)", observed.WITHOUT_SIGN),
        ("every-port", "Ports: 22/open/tcp//ssh///, 80/open/tcp//http///", observed.CONFIRMED),
        ("every-port", "Ports: 22/open/tcp//ssh///\tIgnored State: filtered (63)", observed.WITHOUT_SIGN),
        ("every-port", "", observed.WITHOUT_SIGN),
    ],
)
def test_a_host_that_drops_or_takes_everything_is_seen_so_by_nmap(behaviour: str, listed: str, state: str) -> None:
    row = replace(of_redis(True), source="unseen", ports=("tcp/22",))
    host = replace(CITY.host("nn-cache"), behaviour=behaviour)
    assert confirm._judged(row, host, (("nmap",),), {("nmap",): f"Host: 10.45.10.14 ()\t{listed}\n"}).state == state


def test_what_no_client_can_see_is_said_so() -> None:
    row = replace(of_redis(True), source="host")
    seen = confirm._judged(row, CITY.host("nn-cache"), (), {})
    assert (seen.state, seen.saw) == (observed.NOT_SEEN_FROM_OUTSIDE, "the register")
    configured = next(row for row in rows() if row.rule == "ds-ssh-root-login" and row.source == "configuration")
    seen = confirm._judged(configured, CITY.host(configured.host), (), {})
    assert (seen.state, seen.saw) == (observed.NOT_SEEN_FROM_OUTSIDE, "a configuration that somebody hands in")
    told = "\n".join(observed.summary([configured], [seen]))
    assert "not for the network, told by a configuration that somebody hands in: 1" in told


def test_what_is_shown_is_one_short_line() -> None:
    found = next(each for each in all_confirmations() if each.subject == "redis")
    assert sign(found, "ds-redis-authentication", "pass", "x\nNOAUTH Authentication required.\n" + "y" * 999) == (
        "NOAUTH Authentication required."
    )
    assert sign(found, "ds-redis-authentication", "partial", "NOAUTH") is None


def test_what_was_seen_is_kept_for_this_very_city_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observed, "file", lambda: tmp_path / "observed.json")
    seen = observed.Observed("10.45.10.14", "ds-redis-authentication", observed.CONFIRMED, "redis-cli", "NOAUTH")
    assert observed.kept(CITY) == {}
    observed.keep(CITY, [seen])
    assert observed.kept(CITY) == {("10.45.10.14", "ds-redis-authentication"): seen}
    assert observed.shown(CITY) == {
        ("10.45.10.14", "ds-redis-authentication"): {"client": "redis-cli", "saw": "NOAUTH"}
    }
    assert observed.kept(replace(CITY, hosts=CITY.hosts[1:])) == {}


def test_what_some_zones_show_stands_beside_what_is_kept_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observed, "file", lambda: tmp_path / "observed.json")
    first, other = (
        observed.Observed(address, "ds-redis-authentication", observed.CONFIRMED, "redis-cli", "NOAUTH")
        for address in ("10.45.10.14", "10.45.20.11")
    )
    again = replace(first, state=observed.CONTRADICTED)
    gone = replace(first, rule="ds-redis-plain")
    observed.keep(CITY, [first, gone])
    observed.keep(CITY, [other])
    assert set(observed.kept(CITY).values()) == {first, gone, other}
    observed.keep(CITY, [again])
    assert set(observed.kept(CITY).values()) == {again, other}
    observed.keep(replace(CITY, hosts=CITY.hosts[1:]), [first])
    assert observed.kept(CITY) == {}


def test_contradictions_and_gaps_are_named(tmp_path: Path) -> None:
    row = of_redis(True)
    states = [observed.CONTRADICTED, observed.WITHOUT_SIGN]
    told = "\n".join(
        observed.summary([row, row], [observed.Observed(row.address, row.rule, state) for state in states])
    )
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
