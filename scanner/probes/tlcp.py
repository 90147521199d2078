"""TLCP (GB/T 38636-2020): its suites, both certificates, and the SM suites of TLS 1.3 (RFC 8998).

All suites are offered together first; where one is taken, each is asked for alone. The ECDHE suites ask for a client certificate; the server's first flight comes before that and is all that is read.
"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.facts.tlcp import TlcpFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.starttls import hellos, undecided
from scanner.wire.chain import certificate_rows, key_type, moment, read_chain, signature_hash
from scanner.wire.suites import TLCP as SUITES
from scanner.wire.tls import CURVE_SM2, TLCP, TLS13, Flight, client_hello, flight_length, hello_length, read_flight

SM_TLS13 = [0x00C6, 0x00C7]
# The base point of the curve (GB/T 32918.5): not every server asks for a share that is missing, and this one is nobody's secret.
SM2_SHARE = bytes.fromhex(
    "0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
ALL = "all"
COLUMNS = {
    0xE013: "ecc_sm4_cbc_sm3",
    0xE053: "ecc_sm4_gcm_sm3",
    0xE011: "ecdhe_sm4_cbc_sm3",
    0xE051: "ecdhe_sm4_gcm_sm3",
}


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection with all suites, one for each where one was taken, and one for TLS 1.3 with SM suites alone."""
    talk = hellos(recorder, asking)
    heard = await talk.say(ALL, client_hello(TLCP, list(COLUMNS)), flight_length, timeout=4.0)
    if not _declined(heard):
        for suite in COLUMNS:
            await talk.say(f"{suite:04x}", client_hello(TLCP, [suite]), flight_length, timeout=4.0)
    hello = client_hello(
        TLS13, SM_TLS13, name=asking.server_name, groups=(CURVE_SM2,), shares=((CURVE_SM2, SM2_SHARE),)
    )
    await talk.say("tls13-sm", hello, hello_length, timeout=4.0)


def _declined(data: bytes) -> bool:
    """An alert: the server will have none of the suites."""
    try:
        return read_flight(data).alert is not None
    except NotUnderstood:
        return False


def _flight(exchange: Exchange, label: str) -> Flight | None:
    turn = exchange.turn(label)
    try:
        return read_flight(turn.received) if turn is not None and turn.received else None
    except NotUnderstood:
        return None


def _accepted(exchange: Exchange, suite: int) -> bool | None:
    """Taken; refused by an alert, another answer or hanging up; None where the server stayed silent or was not asked."""
    turn, flight = exchange.turn(f"{suite:04x}"), _flight(exchange, f"{suite:04x}")
    if flight is not None and flight.suite == suite and flight.version == TLCP:
        return True
    if turn is None:
        together = exchange.turn(ALL)
        return False if together is not None and _declined(together.received) else None
    return None if turn.end == "timeout" else False


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where nothing of TLS or TLCP came back at all, or the server declines to begin with it."""
    flights = {suite: _flight(exchange, f"{suite:04x}") for suite in COLUMNS}
    newer = _flight(exchange, "tls13-sm")
    if newer is None and _flight(exchange, ALL) is None and not any(flights.values()):
        if undecided(exchange):
            return {"tlcp": [TlcpFacts()]}
        raise NotUnderstood("no answer of TLS or TLCP")
    taken = {suite: _accepted(exchange, suite) for suite in COLUMNS}
    offered = True if any(taken.values()) else None if None in taken.values() else False
    facts: dict[str, object] = {COLUMNS[suite]: yes for suite, yes in taken.items()}
    facts |= {
        "offered": offered,
        "suite_count": sum(yes is True for yes in taken.values()) if None not in taken.values() else None,
        "tls13_sm": None
        if newer is None or (newer.suite is None and newer.alert is None)
        else newer.suite in SM_TLS13 and newer.version == TLS13,
    }
    first = next((flight for suite, flight in flights.items() if taken[suite] and flight is not None), None)
    chain = first.certificates if first is not None else []
    if first is not None:
        facts |= {"client_certificate_requested": _requested(flights, taken)} | _certificates(chain)
    found: dict[str, list[Fact]] = {"tlcp": [TlcpFacts(**facts)]}  # type: ignore[arg-type]
    if chain:
        found["certificate"] = list(certificate_rows(chain))
    return found


def _requested(flights: dict[int, Flight | None], taken: dict[int, bool | None]) -> bool | None:
    done = [flight for suite, flight in flights.items() if taken[suite] and flight is not None and flight.done]
    return any(flight.certificate_request for flight in done) if done else None


def _certificates(chain: list[bytes]) -> dict[str, object]:
    """GB/T 38636 6.4.5.3: the signing certificate comes first, the encryption certificate second."""
    read = read_chain(chain)
    own = [one for one in read[:2] if not one.is_authority]
    if not own:
        return {"double_certificate": None}
    signing, encryption = own[0], own[1] if len(own) > 1 else None
    facts: dict[str, object] = {
        "double_certificate": encryption is not None and encryption.public_key_sha256 != signing.public_key_sha256,
        "signing_sm2": key_type(signing) == "sm2",
        "signed_with_sm3": all(signature_hash(one) == "sm3" for one in own),
        "signing_usage_right": None if signing.key_usage is None else "digitalSignature" in signing.key_usage,
        "signing_not_after": moment(signing.not_after),
        "signing_subject": signing.subject[:512],
        "signing_issuer": signing.issuer[:512],
    }
    if encryption is not None:
        uses = encryption.key_usage
        facts |= {
            "encryption_sm2": key_type(encryption) == "sm2",
            "encryption_usage_right": None
            if uses is None
            else any(use in uses for use in ("keyEncipherment", "dataEncipherment", "keyAgreement")),
            "encryption_not_after": moment(encryption.not_after),
        }
    return facts


PROBE = Probe(
    name="tlcp",
    table="tlcp",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=len(SUITES) + 2,
    packets=80,
    deadline=40.0,
    also=("certificate",),
)
