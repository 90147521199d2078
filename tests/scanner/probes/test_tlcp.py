"""TLCP: its suites one by one and the two certificates, with keys of SM2."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probes.tlcp import interpret
from scanner.wire.tls import TLCP, client_hello, flight_length
from tests.scanner.asking import ask, facts, read, recorded
from tests.scanner.probes.sm2 import certificate

REFUSED = b"\x15\x01\x01\x00\x02\x02\x28"


def message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def flight(suite: int, *chain: bytes, request: bool = False) -> bytes:
    body = b"\x01\x01" + bytes(32) + b"\0" + suite.to_bytes(2, "big") + b"\0"
    listed = b"".join(len(one).to_bytes(3, "big") + one for one in chain)
    whole = message(2, body) + message(11, len(listed).to_bytes(3, "big") + listed)
    whole += message(13, b"\x01\x40\x00\x00") if request else b""
    whole += message(14, b"")
    return b"\x16\x01\x01" + len(whole).to_bytes(2, "big") + whole


def all_suites(taken: dict[int, bytes]) -> list[Turn]:
    return [Turn(f"{suite:04x}", b"", taken.get(suite, REFUSED)) for suite in (0xE013, 0xE053, 0xE011, 0xE051)]


def test_two_sm2_certificates_with_their_uses() -> None:
    signing = certificate("签名", usage=0x80)
    encryption = certificate("加密", usage=0x30, key=2)
    exchange = recorded("tlcp", *all_suites({0xE013: flight(0xE013, signing, encryption)}))
    got = read("tlcp", *exchange.turns)
    assert (got.offered, got.suite_count, got.ecc_sm4_cbc_sm3, got.ecc_sm4_gcm_sm3) == (True, 1, True, False)
    assert (got.double_certificate, got.signing_sm2, got.encryption_sm2, got.signed_with_sm3) == (
        True,
        True,
        True,
        True,
    )
    assert (got.signing_usage_right, got.encryption_usage_right) == (True, True)
    assert len(interpret(exchange)["certificate"]) == 2


def test_the_same_certificate_twice_is_not_a_double_certificate() -> None:
    one = certificate("签名", usage=0x80)
    got = read("tlcp", *all_suites({0xE013: flight(0xE013, one, one)}))
    assert got.double_certificate is False
    assert got.encryption_usage_right is False
    assert read("tlcp", *all_suites({0xE013: flight(0xE013, one)})).double_certificate is False


def test_a_client_certificate_that_is_asked_for_is_seen() -> None:
    one = certificate("签名", usage=0x80)
    assert read("tlcp", *all_suites({0xE051: flight(0xE051, one, request=True)})).client_certificate_requested is True


def test_silence_leaves_the_question_open() -> None:
    turns = all_suites({})
    turns[1] = Turn("e053", b"", b"", "timeout")
    got = read("tlcp", *turns)
    assert (got.offered, got.ecc_sm4_cbc_sm3, got.ecc_sm4_gcm_sm3, got.suite_count) == (None, False, None, None)


def test_an_ordinary_tls_server_does_not_offer_tlcp() -> None:
    with serve("tls") as (address, port):
        got = facts("tlcp", address, port)
    assert (got.offered, got.suite_count, got.tls13_sm) == (False, 0, False)


def test_our_hello_is_of_version_1_1_with_one_suite() -> None:
    hello = client_hello(TLCP, [0xE013])
    assert hello[:3] == b"\x16\x01\x01"
    assert hello[9:11] == b"\x01\x01"
    assert b"\x00\x02\xe0\x13\x01\x00" in hello


def test_nothing_at_all_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("tlcp", Turn("e013", b"", b"HTTP/1.1 400 Bad Request\r\n\r\n")))


def test_before_anything_came_the_length_of_a_flight_is_not_known() -> None:
    """A length of nothing would end the reading before the server can say a word."""
    assert flight_length(b"") is None
    assert flight_length(b"\x00\x01\x02") == 3


def test_a_share_for_the_sm2_curve_is_sent_along() -> None:
    """GmSSL asks for no share that is missing: it refuses."""
    with serve("greeting", {"hex": "15030300020228"}) as (address, port):
        sent = ask("tlcp", address, port)[0].turn("tls13-sm")
    assert sent is not None
    assert b"\x00\x29\x00\x41\x04\x32\xc4\xae\x2c" in sent.sent
