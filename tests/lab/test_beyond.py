"""What other zones reach is confirmed by nmap from beyond the border, host by host, and contradicted by any other port."""

from pathlib import Path

import pytest

from lab import beyond, border, observed
from lab.city import load_city
from lab.foreign import Said
from lab.truth import truths

CITY = load_city()
HOSTS = {host.name: host for host in border.seen_from(CITY, border.VANTAGE)}
ROWS = truths(CITY, border.VANTAGE)


def test_what_must_not_be_touched_is_not_asked_from_there_either() -> None:
    named = {word for words in beyond.sweep(CITY).values() for word in words}
    assert CITY.host("nn-gateway").address in named
    assert not named & {CITY.host(name).address for name in ("lz-plc-fragile", "qz-excluded", "silent", "every-port")}


@pytest.mark.parametrize(
    ("ports", "state"),
    [
        ("22/open/tcp//ssh///, 443/open/tcp//https///", observed.CONFIRMED),
        ("22/open/tcp//ssh///, 80/open/tcp//http///, 443/open/tcp//https///", observed.CONFIRMED),
        ("443/open/tcp//https///", observed.CONTRADICTED),
        ("22/open/tcp//ssh///, 443/open/tcp//https///, 6379/open/tcp//redis///", observed.CONTRADICTED),
        ("22/filtered/tcp//ssh///", observed.CONTRADICTED),
    ],
)
def test_a_missing_port_and_one_too_many_speak_against_the_truth(ports: str, state: str) -> None:
    host = CITY.host("nn-gateway")
    row = next(row for row in ROWS if row.host == host.name and row.rule == "ds-zone-database")
    said: Said = {("nmap",): f"Host: {row.address} ()\tPorts: {ports}\n"}
    assert beyond.judged(row, host, {22, 80, 443}, ("nmap",), said).state == state


@pytest.mark.parametrize(
    ("verdict", "said", "state"),
    [
        ("fail", ";; flags: qr rd ra; QUERY: 1", observed.CONFIRMED),
        ("pass", "status: REFUSED, id: 45\n;; flags: qr rd; QUERY: 1", observed.CONFIRMED),
        ("pass", "status: SERVFAIL, id: 45\n;; flags: qr rd ra; QUERY: 1", observed.CONTRADICTED),
        ("fail", ";; connection timed out", observed.CONTRADICTED),
    ],
)
def test_recursion_is_what_the_name_server_says_itself(verdict: str, said: str, state: str) -> None:
    row = next(row for row in ROWS if row.rule == "ds-dns-open-recursion" and row.verdict == verdict)
    assert beyond.judged(row, HOSTS[row.host], set(), ("dig",), {("dig",): said}).state == state


def test_what_was_seen_from_there_stands_beside_what_the_office_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observed, "file", lambda: tmp_path / "observed.json")
    office = observed.Observed("10.45.10.11", "ds-zone-database", observed.NOT_SEEN_FROM_OUTSIDE)
    there = observed.Observed("10.45.10.11", "ds-zone-database", observed.CONFIRMED, "nmap", "open: tcp/443", "border")
    observed.keep(CITY, [office])
    observed.keep(CITY, [there])
    assert list(observed.kept(CITY).values()) == [office]
    assert observed.shown(CITY, "border") == {
        ("10.45.10.11", "ds-zone-database"): {"client": "nmap", "saw": "open: tcp/443"}
    }
