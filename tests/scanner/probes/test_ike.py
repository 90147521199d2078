"""IKE: versions and choices from answers written by the RFCs; silence to an offer is not its refusal."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from inventory.facts.ike import IkeFacts
from scanner.probes.ike import MESSAGES, interpret
from scanner.wire.ike import COOKIE, INVALID_KEY_GROUP, NO_PROPOSAL, OUR_SPI, Transform, main_mode, read_answer, sa_init
from tests.scanner.asking import read, recorded

CHOSEN: tuple[Transform, ...] = ((1, 20, 256), (2, 5, 0), (4, 19, 0))


def answered(message: bytes, exchange: int | None = None) -> bytes:
    """A message of ours as a responder would send it: with its own identifier, and the flag of a response."""
    return message[:8] + b"\x11" * 8 + message[16:18] + bytes((exchange or message[18], 0x20)) + message[20:]


def notify(code: int, data: bytes = b"", version: int = 2) -> bytes:
    body = (b"\x00\x00\x00\x01\x01\x00" if version == 1 else b"\x01\x00") + code.to_bytes(2, "big") + data
    payload = b"\x00\x00" + (len(body) + 4).to_bytes(2, "big") + body
    kind, number, exchange = (11, 0x10, 5) if version == 1 else (41, 0x20, 34)
    head = OUR_SPI + b"\x11" * 8 + bytes((kind, number, exchange, 0x20)) + bytes(4)
    return head + (28 + len(payload)).to_bytes(4, "big") + payload


def facts(**answers: bytes) -> IkeFacts:
    turns = [Turn(label.replace("_", "-"), b"", data, "" if data else "timeout") for label, data in answers.items()]
    found = read("ike", *turns)
    assert isinstance(found, IkeFacts)
    return found


def test_a_gateway_of_version_2_shows_what_it_chooses() -> None:
    found = facts(v2=answered(sa_init([CHOSEN], 14)), v2_weak=notify(NO_PROPOSAL))
    assert (found.v2, found.v1) == (True, None)
    assert (found.v2_encryption, found.v2_key_bits, found.v2_group) == (20, 256, 19)
    assert found.weak_proposal is False


def test_a_gateway_that_wants_another_group_has_taken_the_offer() -> None:
    found = facts(v2=notify(INVALID_KEY_GROUP, b"\x00\x14"), v2_weak=notify(INVALID_KEY_GROUP, b"\x00\x02"))
    assert (found.v2, found.v2_group, found.weak_proposal) == (True, 20, True)


def test_a_gateway_of_version_1_that_takes_3des() -> None:
    found = facts(
        v2=b"",
        v1=answered(main_mode([(7, 256, 4, 14)])),
        v2_weak=b"",
        v1_weak=answered(main_mode([(5, 0, 1, 2)])),
    )
    assert (found.v1, found.v2) == (True, None)
    assert (found.v1_encryption, found.v1_hash, found.v1_group) == (7, 4, 14)
    assert found.weak_proposal is True


def test_a_refusal_in_version_1_is_a_notification_in_an_exchange_of_its_own() -> None:
    found = facts(v1=notify(NO_PROPOSAL, version=1), v1_weak=notify(NO_PROPOSAL, version=1))
    assert (found.v1, found.v1_encryption, found.weak_proposal) == (True, None, False)


@pytest.mark.parametrize("answer", [b"", notify(COOKIE, b"c" * 16)])
def test_silence_and_a_cookie_leave_open_whether_the_weak_offer_is_taken(answer: bytes) -> None:
    assert facts(v2=answered(sa_init([CHOSEN], 14)), v2_weak=answer).weak_proposal is None


@pytest.mark.parametrize("data", [b"", b"\0" * 60, notify(14)[:-1], sa_init([CHOSEN], 14)[:40]])
def test_other_answers_are_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_answer(data)
    with pytest.raises(NotUnderstood):
        interpret(recorded("ike", Turn("v2", b"", data)))


@pytest.mark.parametrize(("label", "message"), MESSAGES)
def test_our_messages_are_whole_and_open_a_new_exchange(label: str, message: bytes) -> None:
    assert int.from_bytes(message[24:28], "big") == len(message)
    assert message[8:16] == bytes(8)
    assert message[17] == (0x20 if label.startswith("v2") else 0x10)
