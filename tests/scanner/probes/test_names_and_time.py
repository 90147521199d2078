"""DNS and NTP: read from twins and from written bytes."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probes.dns import LOOPBACK, interpret, own_zone
from scanner.probes.ntp import CLIENT
from scanner.probes.ntp import interpret as interpret_ntp
from scanner.wire.dns import CHAOS, MARK, PTR, START_OF_ZONE, TRANSFER, TXT, query, read_answer
from tests.scanner.asking import facts, read, recorded


def time_answer(stratum: int, reference: bytes, leap: int = 0) -> bytes:
    head = bytes((leap << 6 | 4 << 3 | 4, stratum, 6, 0xEC)) + bytes(8) + reference.ljust(4, b"\0")
    return head + bytes(8) + CLIENT[40:48] + bytes(16)


@pytest.mark.parametrize("recursion", [True, False])
def test_recursion_is_told_by_the_server(recursion: bool) -> None:
    with serve("dns", {"recursion": recursion, "version": "9.18.24"}) as (address, port):
        got = facts("dns", address, port, transport="udp")
    assert got.recursion is recursion
    assert got.version == "9.18.24"
    assert got.version_disclosed is True


def test_a_hidden_version_is_not_disclosed() -> None:
    with serve("dns") as (address, port):
        got = facts("dns", address, port, transport="udp")
    assert got.version is None
    assert got.version_disclosed is False


def test_a_refused_recursion_is_closed_even_with_the_flag() -> None:
    sent = query(LOOPBACK, PTR, 1, recurse=True)
    refused = MARK.to_bytes(2, "big") + b"\x81\x85" + sent[4:]
    assert read("dns", Turn("recursion", sent, refused)).recursion is False


def test_names_that_point_into_a_circle_do_not_hold_us() -> None:
    head = MARK.to_bytes(2, "big") + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
    assert read_answer(head + b"\xc0\x0c\x00\x10\x00\x03" + b"\xc0\x0c").answers == 1
    with pytest.raises(NotUnderstood):
        read_answer(head + b"\x3f" * 200)


def test_our_own_question_is_no_answer() -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("dns", Turn("version", b"", query("version.bind", TXT, CHAOS))))


@pytest.mark.parametrize(
    ("reference", "beidou", "foreign"),
    [("BDS", True, False), ("GPS", False, True), ("PPS", False, False)],
)
def test_the_source_of_a_primary_clock_is_told(reference: str, beidou: bool, foreign: bool) -> None:
    with serve("ntp", {"stratum": 1, "reference": reference}) as (address, port):
        got = facts("ntp", address, port, transport="udp")
    assert (got.stratum, got.synchronised) == (1, True)
    assert (got.satellite_beidou, got.satellite_foreign) == (beidou, foreign)


def test_a_secondary_clock_says_nothing_about_satellites() -> None:
    got = read("ntp", Turn("time", b"", time_answer(2, b"\x0a\x2d\x01\x01")))
    assert got.reference == "10.45.1.1"
    assert got.satellite_foreign is None
    assert got.control_open is None


def test_a_clock_that_runs_free_is_not_synchronised() -> None:
    got = read("ntp", Turn("time", b"", time_answer(0, b"INIT", leap=3)))
    assert (got.stratum, got.synchronised, got.reference) == (16, False, "INIT")


def test_control_queries_that_are_answered_are_open() -> None:
    control = Turn("control", b"", b"\x16\x81\x00\x01\x06\x18\x00\x00\x00\x00\x00\x00")
    assert read("ntp", Turn("time", b"", time_answer(2, b"\x01\x02\x03\x04")), control).control_open is True


def test_a_status_query_without_an_answer_is_refused_only_where_the_time_is_told_before_and_after() -> None:
    time, silent = Turn("time", b"", time_answer(2, b"\x01\x02\x03\x04")), Turn("control", b"", b"", "timeout")
    again = Turn("time again", b"", time.received)
    assert read("ntp", time, silent, again).control_open is False
    assert read("ntp", time, silent, Turn("time again", b"", b"", "timeout")).control_open is None
    assert read("ntp", time, silent).control_open is None


def test_a_twin_that_answers_no_status_query_is_asked_for_the_time_again() -> None:
    with serve("ntp", {"stratum": 1}) as (address, port):
        assert facts("ntp", address, port, transport="udp").control_open is False
    with serve("ntp", {"stratum": 1, "control": True}) as (address, port):
        assert facts("ntp", address, port, transport="udp").control_open is True


def test_an_answer_to_somebody_else_is_not_ours() -> None:
    data = bytearray(time_answer(2, b"\x01\x02\x03\x04"))
    data[24] ^= 1
    with pytest.raises(NotUnderstood):
        interpret_ntp(recorded("ntp", Turn("time", b"", bytes(data))))


def named(name: str) -> bytes:
    return b"".join(bytes((len(part),)) + part for part in name.encode().split(b".")) + b"\0"


def start_of_zone(sent: bytes, zone: str, server: str, code: int = 0) -> bytes:
    """An authoritative answer that names where a zone starts, as an authority record behind the question."""
    body = named(server) + named("admin.example") + bytes(20)
    record = named(zone) + b"\x00\x06\x00\x01\x00\x00\x0e\x10" + len(body).to_bytes(2, "big") + body
    counts = b"\x00\x01\x00\x01\x00\x00\x00\x00" if code == 0 else b"\x00\x01\x00\x00\x00\x00\x00\x00"
    return sent[:2] + bytes((0x84, code)) + counts + sent[12:] + (record if code == 0 else b"")


@pytest.mark.parametrize(("code", "allowed"), [(0, True), (5, False), (9, False), (2, None)])
def test_a_transfer_that_begins_is_told_from_one_that_is_refused(code: int, allowed: bool | None) -> None:
    sent = query("city.example", TRANSFER)
    answer = start_of_zone(sent, "city.example", "ns.city.example", code)
    version = Turn("version", b"", query("a", TXT)[:2] + b"\x84\x05" + bytes(8))
    got = read("dns", version, Turn("transfer0", b"", len(answer).to_bytes(2, "big") + answer))
    assert got.zone_transfer is allowed


def test_a_transfer_that_was_not_heard_is_not_refused() -> None:
    version = Turn("version", b"", query("a", TXT)[:2] + b"\x84\x05" + bytes(8))
    assert read("dns", version).zone_transfer is None
    assert read("dns", version, Turn("transfer0", b"", b"", "closed")).zone_transfer is None


def test_only_zones_that_are_the_servers_own_are_asked_for() -> None:
    sent = query("1.0.45.10.in-addr.arpa", START_OF_ZONE)
    assert own_zone(start_of_zone(sent, "0.45.10.in-addr.arpa", "ns.example")) == "0.45.10.in-addr.arpa"
    made_up = start_of_zone(sent, "10.in-addr.arpa", "10.in-addr.arpa")
    assert own_zone(made_up) is None
    assert own_zone(start_of_zone(sent, "a.example", "ns.example", 5)) is None
    assert own_zone(b"") is None
