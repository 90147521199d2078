"""IKE: which versions does a gateway speak, what does it choose from a good offer, and does it take a weak one? (RFC 7296,
RFC 2409) Four first messages; no exchange goes on, no identity and no key is sent, and aggressive mode is not used."""

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Exchange, Turn
from inventory.facts.ike import IkeFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.ike import (
    CIPHER_1,
    COOKIE,
    ENCRYPTION,
    GROUP,
    GROUP_1,
    HASH_1,
    INVALID_KEY_GROUP,
    NO_PROPOSAL,
    STRONG_1,
    STRONG_2,
    WEAK_1,
    WEAK_2,
    Answer,
    main_mode,
    read_answer,
    sa_init,
)

MESSAGES = (
    ("v2", sa_init(STRONG_2, 14)),
    ("v1", main_mode(STRONG_1)),
    ("v2-weak", sa_init(WEAK_2, 2)),
    ("v1-weak", main_mode(WEAK_1)),
)


async def collect(recorder: Recorder, asking: Asking) -> None:
    """A datagram each; a version that was silent to the good offer is offered the weak one all the same, as some gateways
    drop what they do not accept."""
    heard = False
    for label, payload in MESSAGES:
        try:
            heard = bool(await recorder.datagram(label, payload, limit=4096, timeout=1.5, tries=2)) or heard
        except Silent:
            if label == "v1" and not heard:
                raise  # neither version answers
    if not heard:
        raise Silent("no IKE answer")


def _answer(turn: Turn | None) -> Answer | None:
    try:
        return read_answer(turn.received) if turn is not None and turn.received else None
    except NotUnderstood:
        return None


def _taken(answer: Answer | None) -> bool | None:
    """Did the gateway accept the offer? None where it did not say, as one that first wants its cookie back."""
    if answer is None:
        return None
    if answer.chosen or INVALID_KEY_GROUP in answer.notifications:
        return True
    return False if NO_PROPOSAL in answer.notifications and COOKIE not in answer.notifications else None


def interpret(exchange: Exchange) -> dict[str, list[IkeFacts]]:
    """Pure. Raises NotUnderstood where no answer is IKE."""
    answers = {label: _answer(exchange.turn(label)) for label, _ in MESSAGES}
    if not any(answers.values()):
        raise NotUnderstood("not IKE")
    two, one = answers["v2"], answers["v1"]
    versions = {answer.version for answer in answers.values() if answer is not None}
    weak = [_taken(answers["v2-weak"]), _taken(answers["v1-weak"])]
    return {
        "ike": [
            IkeFacts(
                answers=True,
                v1=1 in versions or None,
                v2=2 in versions or None,
                v2_encryption=two.chosen.get(ENCRYPTION) if two is not None else None,
                v2_key_bits=two.key_bits if two is not None else None,
                v2_group=_group(two),
                v1_encryption=one.chosen.get(CIPHER_1) if one is not None else None,
                v1_hash=one.chosen.get(HASH_1) if one is not None else None,
                v1_group=one.chosen.get(GROUP_1) if one is not None else None,
                weak_proposal=True if True in weak else False if False in weak else None,
            )
        ]
    }


def _group(answer: Answer | None) -> int | None:
    """The group chosen, or the one that is wanted instead of the one our value was of."""
    if answer is None:
        return None
    wanted = answer.notifications.get(INVALID_KEY_GROUP, b"")
    return answer.chosen.get(GROUP) or (int.from_bytes(wanted, "big") if len(wanted) == 2 else None)


PROBE = Probe(name="ike", table="ike", transport="udp", collect=collect, interpret=interpret, packets=8)
