"""TLS: groups, signature algorithms, names and client certificates, from servers of the library and from bytes."""

from collections.abc import Mapping

import pytest

from inventory.exchange import Exchange, Turn
from inventory.facts.tls import TlsFacts
from lab.loopback import serve
from scanner.probe import Asking
from scanner.tls_extras import read_more
from scanner.wire.tls import SIGNATURES, X25519, client_hello, read_flight
from tests.scanner.asking import ask, read, recorded, row
from tests.scanner.probes.test_tls import REFUSED, server_hello


def facts(settings: Mapping[str, object], asking: Asking | None = None) -> TlsFacts:
    with serve("tls", settings) as (address, port):
        exchange, ended = ask("tls", address, port, asking)
    assert ended is None
    found = row(exchange)
    assert isinstance(found, TlsFacts)
    return found


def test_groups_and_signatures_of_a_modern_server_are_listed() -> None:
    found = facts({"minimum": "1.2", "certificate": {"names": ["portal.example"]}})
    assert found.groups is not None
    assert {"001d", "0017", "0018"} <= set(found.groups.split(","))
    assert found.group_count == len(found.groups.split(","))
    assert found.group_weak is False
    assert found.signature_algorithms is not None
    assert "0804" in found.signature_algorithms
    assert found.signature_sha1 is False
    assert found.unknown_name_refused is False
    assert found.name_changes_certificate is False
    assert (found.client_certificate_requested, found.client_certificate_required) == (False, None)


def test_signatures_under_tls_1_3_alone_are_read_from_its_sealed_flight() -> None:
    found = facts({"minimum": "1.3", "certificate": {"names": ["portal.example"], "key": "ec256"}})
    assert found.signature_algorithms == "0403"


def test_groups_of_a_server_without_tls_1_3_are_read_from_its_key_exchange() -> None:
    found = facts({"minimum": "1.2", "maximum": "1.2"})
    assert found.groups is not None
    assert "001d" in found.groups.split(",")


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize(("mode", "required"), [("required", True), ("optional", False)])
def test_a_client_certificate_that_must_be_there_is_told_from_one_that_may(
    version: str, mode: str, required: bool
) -> None:
    found = facts({"minimum": version, "maximum": version, "client_certificate": mode})
    assert (found.client_certificate_requested, found.client_certificate_required) == (True, required)


def extras(*turns: Turn) -> dict[str, object]:
    return read_more(recorded("tls", *turns), [], {})


def test_a_server_that_refuses_names_that_cannot_exist() -> None:
    assert extras(Turn("more:unknown-name", b"", b"\x15\x03\x03\x00\x02\x02\x70"))["unknown_name_refused"] is True
    assert extras(Turn("more:unknown-name", b"", b"", "timeout"))["unknown_name_refused"] is None


def key_exchange(group: int, signature: int) -> bytes:
    body = b"\x03" + group.to_bytes(2, "big") + b"\x01\x00" + signature.to_bytes(2, "big") + b"\x00\x00"
    message = b"\x0c" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message


def test_a_weak_curve_and_a_signature_with_sha_1_are_seen() -> None:
    hello = curve_hello()
    found = extras(
        Turn("more:exchange0", b"", hello + key_exchange(23, 0x0401)),
        Turn("more:exchange1", b"", hello + key_exchange(19, 0x0201)),
        Turn("more:exchange2", b"", REFUSED),
        Turn("more:group0", b"", REFUSED),
        Turn("more:signature0", b"", hello + key_exchange(23, 0x0501)),
    )
    assert (found["groups"], found["group_weak"]) == ("0017,0013", True)
    assert (found["signature_algorithms"], found["signature_sha1"]) == ("0401,0201,0501", True)


@pytest.mark.parametrize(("end", "weak"), [(REFUSED, False), (b"", None)])
def test_that_no_weak_curve_is_taken_is_known_only_from_a_refusal(end: bytes, weak: bool | None) -> None:
    hello = curve_hello()
    found = extras(
        Turn("more:exchange0", b"", hello + key_exchange(23, 0x0401)),
        Turn("more:exchange1", b"", REFUSED),
        Turn("more:group0", b"", end),
    )
    assert found["group_weak"] is weak


def curve_hello() -> bytes:
    hello = server_hello(0x0303, 0xC02F)[:-4]
    return hello[:3] + (len(hello) - 5).to_bytes(2, "big") + hello[5:]


def shown(certificate: bytes) -> bytes:
    """A Certificate message with these octets as the only certificate."""
    one = len(certificate).to_bytes(3, "big") + certificate
    body = len(one).to_bytes(3, "big") + one
    message = b"\x0b" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message


def along(certificate: bytes, *more: Turn) -> dict[str, object]:
    """A series of one hello that was accepted with a name, of a server whose usual certificate is `ours`."""
    answer = curve_hello() + shown(certificate) + key_exchange(23, 0x0401)
    turns = (Turn("more:exchange0:unknown-name", b"", answer), *more, Turn("more:exchange1", b"", REFUSED))
    return read_more(recorded("tls", *turns), [b"ours"], {0x0303: [0xC02F]})


def test_a_name_that_changes_nothing_is_answered_along_the_way() -> None:
    found = along(b"ours")
    assert (found["unknown_name_refused"], found["groups"], found["signature_algorithms"]) == (False, "0017", "0401")


def test_a_name_that_changes_the_certificate_says_nothing_of_groups() -> None:
    plain = Turn("more:exchange0", b"", curve_hello() + key_exchange(24, 0x0501))
    found = along(b"other", plain)
    assert (found["unknown_name_refused"], found["groups"]) == (None, "0018")
    assert along(b"other", plain, Turn("more:unknown-name", b"", REFUSED))["unknown_name_refused"] is True


def test_groups_and_signatures_together_are_told_apart_by_the_signatures_alone() -> None:
    """What refused both, and then took a signature alone, has refused the groups; a refusal of signatures leaves them open."""
    begun = (
        Turn("more:exchange0", b"", curve_hello() + key_exchange(23, 0x0401)),
        Turn("more:exchange1", b"", REFUSED),
    )
    taken = Turn("more:signature0", b"", curve_hello() + key_exchange(23, 0x0501))
    assert extras(*begun, taken)["group_weak"] is False
    assert extras(*begun, Turn("more:signature0", b"", REFUSED))["group_weak"] is None


def test_the_first_answer_counts_among_groups_and_signatures() -> None:
    first = Turn("0303:0", b"", curve_hello() + key_exchange(29, 0x0804))
    found = read("tls", first, Turn("0303:1", b"", REFUSED), Turn("more:exchange0", b"", REFUSED))
    assert (found.groups, found.signature_algorithms) == ("001d", "0804")
    assert read("tls", first, Turn("0303:1", b"", REFUSED)).groups is None


def test_the_order_is_read_from_a_hello_about_the_exchange_where_that_turned_the_suites_round() -> None:
    turns = (
        Turn("0303:0", b"", curve_hello() + key_exchange(29, 0x0804)),
        Turn("0303:1", b"", server_hello(0x0303, 0xC030)),
        Turn("0303:2", b"", REFUSED),
        Turn("more:exchange0", b"", curve_hello() + key_exchange(23, 0x0401)),
    )
    plain = recorded("tls", *turns)
    assert row(plain).server_preference is None
    assert (
        row(Exchange(plain.kind, plain.endpoint, plain.turns, {"order_in_exchange": "yes"})).server_preference is True
    )


@pytest.mark.parametrize(("last", "offered"), [(REFUSED, False), (b"", None)])
def test_a_hybrid_group_that_is_not_among_all_groups_is_not_taken(last: bytes, offered: bool | None) -> None:
    assert extras(Turn("more:group0", b"", last))["group_post_quantum"] is offered


def test_groups_and_signatures_are_struck_while_suites_are_peeled_and_no_suite_is_lost() -> None:
    """An RSA server with many suites: those with curves are first, and once their groups are struck it answers with others."""
    found = facts({"maximum": "1.2", "ciphers": "ECDHE+AES:AES128-SHA:AES256-SHA"})
    alone = facts({"maximum": "1.2", "ciphers": "ECDHE+AES"})
    assert found.suite_count is not None
    assert alone.suite_count is not None
    assert found.suite_count == alone.suite_count + 2
    assert (found.groups, found.signature_algorithms) == (alone.groups, alone.signature_algorithms)


def test_a_refusal_with_struck_groups_does_not_end_the_suites() -> None:
    turns = (
        Turn("0303:0", b"", curve_hello() + key_exchange(29, 0x0804)),
        Turn("0303:1:struck", b"", REFUSED),
        Turn("0303:1", b"", server_hello(0x0303, 0x009C)),
        Turn("0303:2", b"", REFUSED),
    )
    assert read("tls", *turns).suites == "0303:009c,c02f"


def test_a_modern_server_is_asked_all_this_with_few_connections() -> None:
    with serve("tls", {"minimum": "1.2", "certificate": {"names": ["portal.example"]}}) as (address, port):
        exchange, _ = ask("tls", address, port)
    assert len({turn.connection for turn in exchange.turns}) <= 21


def test_turns_about_names_say_nothing_of_what_is_usually_shown() -> None:
    found = read(
        "tls",
        Turn("0303:0", b"", server_hello(0x0303, 0xC02F)),
        Turn("more:named", b"", server_hello(0x0303, 0xC02F, 1)),
    )
    assert found.compression is False


def test_hellos_offer_only_the_groups_and_signatures_they_should() -> None:
    hello = client_hello(0x0303, [0xC02F], groups=(X25519,), signatures=(0x0401,))
    assert b"\x00\x0a\x00\x04\x00\x02\x00\x1d" in hello
    assert b"\x00\x0d\x00\x04\x00\x02\x04\x01" in hello
    assert len(SIGNATURES) == len(set(SIGNATURES))
    read_flight(hello)


FRAGILE = Asking(contact="tests", fragile=True)


def test_a_fragile_host_is_asked_little_and_judged_all_the_same() -> None:
    with serve("tls", {"minimum": "1.2", "certificate": {"names": ["camera.example"]}}) as (address, port):
        exchange, ended = ask("tls", address, port, FRAGILE)
    assert ended is None
    assert len({turn.connection for turn in exchange.turns}) <= 8
    found = row(exchange)
    assert isinstance(found, TlsFacts)
    assert (found.oldest_version, found.newest_version, found.weak_suite_count) == (0x0303, 0x0304, 0)
    assert (found.forward_secrecy_any, found.suite_null, found.dh_bits, found.secure_renegotiation) == (
        True,
        False,
        0,
        True,
    )
    assert (found.suite_count, found.groups) == (None, None)


def test_a_fragile_host_without_forward_secrecy_is_told_from_one_that_prefers_none() -> None:
    assert facts({"maximum": "1.2", "ciphers": "AES128-GCM-SHA256"}, FRAGILE).forward_secrecy_any is False
    both: dict[str, object] = {
        "maximum": "1.2",
        "ciphers": "AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
        "client_certificate": "none",
    }
    assert facts(both, FRAGILE).forward_secrecy_any is True
