"""TLS: what a server accepts is read from its own answers, and silence never counts as a refusal."""

from datetime import UTC, datetime

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking
from scanner.probes.tls import interpret
from scanner.wire.suites import offered_order, traits
from scanner.wire.tls import client_hello, read_flight, ssl2_hello, ssl2_suites
from tests.scanner.asking import ask, facts, read, recorded, row

REFUSED = b"\x15\x03\x03\x00\x02\x02\x28"


def server_hello(version: int, suite: int, compression: int = 0, extensions: bytes = b"\xff\x01\x00\x01\x00") -> bytes:
    body = version.to_bytes(2, "big") + bytes(32) + b"\0" + suite.to_bytes(2, "big") + bytes((compression,))
    body += len(extensions).to_bytes(2, "big") + extensions if extensions else b""
    message = b"\x02" + len(body).to_bytes(3, "big") + body + b"\x0e\x00\x00\x00"
    return b"\x16" + version.to_bytes(2, "big") + len(message).to_bytes(2, "big") + message


def test_a_modern_server_is_read_with_its_certificate_under_tls_1_3() -> None:
    with serve("tls", {"minimum": "1.3", "certificate": {"names": ["portal.example"]}}) as (address, port):
        exchange, ended = ask("tls", address, port, Asking(server_name="portal.example"))
    assert ended is None
    got = row(exchange)
    assert (got.oldest_version, got.newest_version) == (0x0304, 0x0304)
    assert got.tls12 is False
    assert got.certificate_name_matches is True
    assert got.certificate_self_signed is True
    assert got.forward_secrecy_only is True
    assert got.suites == "0304:1301,1302,1303"
    assert len(interpret(exchange)["certificate"]) == 1


def test_an_old_server_shows_every_version_and_its_weak_suites() -> None:
    with serve("tls", {"minimum": "1.0", "maximum": "1.2", "ciphers": "ALL:@SECLEVEL=0"}) as (address, port):
        got = facts("tls", address, port)
    assert (got.oldest_version, got.newest_version) == (0x0301, 0x0303)
    assert got.tls13 is False
    assert got.suite_anonymous is True
    assert got.suite_static_rsa is True
    assert got.forward_secrecy_only is False
    assert got.certificate_name_matches is None


@pytest.mark.parametrize(
    ("names", "right"), [(["127.0.0.1"], True), (["10.45.83.99"], False), (["10.45.83.99", "portal.example"], None)]
)
def test_a_certificate_of_other_addresses_alone_is_not_that_of_the_host(names: list[str], right: bool | None) -> None:
    with serve("tls", {"certificate": {"common_name": names[0], "names": names}}) as (address, port):
        assert facts("tls", address, port).certificate_name_matches is right


def test_a_server_of_old_make_shows_what_libraries_hide() -> None:
    """No renegotiation information, compression, and an ephemeral prime of 1024 bit."""
    with serve("tls_flight", {"compression": True}) as (address, port):
        got = facts("tls", address, port)
    assert (got.secure_renegotiation, got.compression) == (False, True)
    assert got.suites == "0303:002f,009c"
    short = {"maximum": "1.2", "ciphers": "DHE-RSA-AES128-GCM-SHA256", "short_dh": True}
    with serve("tls", {**short, "certificate": {"signature": "sha1"}}) as (address, port):
        got = facts("tls", address, port)
    assert (got.dh_bits, got.certificate_signature_weak) == (1024, True)


def test_the_dates_of_an_expired_certificate_are_read() -> None:
    with serve("tls", {"certificate": {"days": -10}}) as (address, port):
        got = facts("tls", address, port)
    assert got.certificate_not_before < got.certificate_not_after
    assert datetime.fromisoformat(got.certificate_not_after) < datetime.now(UTC)


def test_silence_is_not_a_refusal() -> None:
    """A server that answers TLS 1.2 and stays silent to older hellos leaves the oldest version unknown."""
    got = read(
        "tls",
        Turn("0304:0", b"", REFUSED),
        Turn("0303:0", b"", server_hello(0x0303, 0xC02F)),
        Turn("0303:1", b"", REFUSED),
        Turn("0302:0", b"", b"", "timeout"),
        Turn("0301:0", b"", b"", "reset"),
        Turn("0300:0", b"", b"", "closed"),
        Turn("ssl2", b"", b"", "closed"),
    )
    assert got.tls11 is None
    assert got.tls10 is False
    assert got.oldest_version is None
    assert got.newest_version == 0x0303


TOO_OLD = b"\x15\x03\x03\x00\x02\x02\x46"


def test_a_version_that_is_too_old_says_so_of_all_before_it() -> None:
    """RFC 5246 E.1: a hello asks for its version or any below. It says so only of a server that spoke something newer."""
    spoken = Turn("0303:0", b"", server_hello(0x0303, 0xC02F))
    got = read("tls", Turn("0304:0", b"", REFUSED), spoken, Turn("0302:0", b"", TOO_OLD), Turn("ssl2", b"", REFUSED))
    assert (got.tls11, got.tls10, got.ssl3, got.oldest_version) == (False, False, False, 0x0303)
    other_refusal = read("tls", spoken, Turn("0302:0", b"", REFUSED))
    assert (other_refusal.tls11, other_refusal.tls10) == (False, None)
    nothing_newer = read("tls", Turn("0303:0", b"", TOO_OLD), Turn("0302:0", b"", TOO_OLD))
    assert (nothing_newer.tls12, nothing_newer.tls10) == (False, None)


def test_versions_below_one_that_is_too_old_are_not_asked() -> None:
    with serve("tls", {"minimum": "1.2"}) as (address, port):
        exchange, _ = ask("tls", address, port)
    labels = {turn.label for turn in exchange.turns}
    assert "0302:0" in labels
    assert not labels & {"0301:0", "0300:0"}
    assert row(exchange).ssl3 is False


def test_a_server_that_answers_with_another_version_does_not_accept_the_one_asked() -> None:
    got = read(
        "tls", Turn("0301:0", b"", server_hello(0x0300, 0x000A)), Turn("0300:0", b"", server_hello(0x0300, 0x000A))
    )
    assert got.tls10 is False
    assert got.ssl3 is True
    assert got.suite_triple_des is True


def test_compression_and_a_missing_renegotiation_indication_are_seen() -> None:
    got = read("tls", Turn("0301:0", b"", server_hello(0x0301, 0x0005, 1, b"\x00\x23\x00\x00")))
    assert got.compression is True
    assert got.secure_renegotiation is False
    assert got.suite_rc4 is True
    assert got.forward_secrecy_any is False


def test_ssl_2_is_recognised_by_its_own_hello() -> None:
    kinds = b"\x01\x00\x80\x07\x00\xc0"
    body = b"\x04\x00\x01\x00\x02\x00\x00" + len(kinds).to_bytes(2, "big") + b"\x00\x10" + kinds + bytes(16)
    data = (0x8000 | len(body)).to_bytes(2, "big") + body
    assert ssl2_suites(data) == [0x010080, 0x0700C0]
    got = read("tls", Turn("ssl2", ssl2_hello([0x010080]), data))
    assert got.ssl2 is True
    assert got.oldest_version == 0x0002
    assert got.suite_rc4 is True


def test_fallback_order_and_post_quantum_are_told_by_their_turns() -> None:
    got = read(
        "tls",
        Turn("0303:0", b"", server_hello(0x0303, 0xC02F)),
        Turn("0303:1", b"", server_hello(0x0303, 0x009C)),
        Turn("0303:2", b"", REFUSED),
        Turn("fallback", b"", b"\x15\x03\x03\x00\x02\x02\x56"),
        Turn("order", b"", server_hello(0x0303, 0x009C)),
        Turn("post-quantum", b"", REFUSED),
    )
    assert got.fallback_protection is True
    assert got.server_preference is False
    assert got.group_post_quantum is False
    assert got.suite_count == 2


def test_another_protocol_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("tls", Turn("0304:0", b"", b"HTTP/1.1 400 Bad Request\r\n\r\n")))


def test_every_hello_of_ours_is_well_formed() -> None:
    for version in (0x0300, 0x0301, 0x0302, 0x0303, 0x0304):
        hello = client_hello(version, offered_order(version), name="a.example")
        assert int.from_bytes(hello[3:5], "big") == len(hello) - 5
        assert int.from_bytes(hello[6:9], "big") == len(hello) - 9
        read_flight(hello)


def test_traits_of_suites_follow_their_names() -> None:
    assert traits("RSA_EXPORT_WITH_RC4_40_MD5").weak
    assert traits("ECDHE_RSA_WITH_AES_128_GCM_SHA256").forward_secrecy
    assert not traits("ECDHE_RSA_WITH_AES_128_GCM_SHA256").weak
    assert traits("AES_128_GCM_SHA256").forward_secrecy
    assert not traits("ECC_SM4_GCM_SM3").forward_secrecy
    assert traits("ECDHE_SM4_GCM_SM3").forward_secrecy
    assert not traits("RSA_WITH_AES_128_CBC_SHA").aead


def test_a_server_with_elliptic_curves_only_has_no_finite_field_prime() -> None:
    with serve("tls", {"minimum": "1.2", "maximum": "1.2"}) as (address, port):
        assert facts("tls", address, port).dh_bits == 0
