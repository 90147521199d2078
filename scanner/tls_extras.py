"""What else a TLS server accepts: groups, signature algorithms, names, and a client without a certificate.

Groups and signature algorithms are peeled as suites are: what the server chose is struck from the next hello. Under TLS 1.2
one answer shows both, so both are struck together for as long as that goes. Where there is TLS 1.3 alone, it names its group
in a HelloRetryRequest when no key share is sent, so that this costs the server no key exchange.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from inventory.certificate import read_certificate
from inventory.errors import ImportFormatError, NotUnderstood
from inventory.exchange import Exchange
from scanner.starttls import Hellos
from scanner.wire.suites import TLS13, names
from scanner.wire.tls import (
    SECP256R1,
    SIGNATURES,
    TLS12,
    X25519,
    Flight,
    client_hello,
    hello_length,
    key_exchange_size,
    read_flight,
    signature_of,
)
from scanner.wire.tls import TLS13 as TLS13_VERSION
from scanner.wire.tls13 import open_flight, opened_length, share

LABEL = "more:"
UNKNOWN_NAME = "chengjian.invalid"  # RFC 6761: no host can have it
GROUPS_13 = (
    *(0x11EC, 0x11EB, 0x11ED, 0x001D, 0x0017, 0x001E, 0x0019, 0x0018, 0x0029, 0x001F, 0x0020, 0x0021),
    *range(0x0100, 0x0105),
)
WEAK_GROUPS = (*range(1, 6), *range(15, 20))  # curves below 200 bit
GROUPS_12 = (
    *(X25519, SECP256R1, 0x0018, 0x0019, 0x001E, 0x0029),
    *(*range(6, 15), *range(20, 23), *range(26, 29), *WEAK_GROUPS),
)
SHA1_SIGNATURES = (0x0201, 0x0202, 0x0203)
MOST = 24


async def more(
    talk: Hellos, accepted: Mapping[int, Sequence[int]], name: str | None, certificates: Sequence[bytes]
) -> None:
    """Ask for groups, signature algorithms and names with the versions and suites that were accepted."""
    curves = _suites(accepted, ("ECDHE_",))
    if curves:
        await _peel_exchange(talk, name, curves)
    else:
        if accepted.get(TLS13_VERSION):
            await _peel_groups_13(talk, name)
        await _peel_signatures(talk, name, accepted)
    for label, wanted in (("named", _first_name(certificates)), ("unknown-name", UNKNOWN_NAME)):
        if wanted is not None and not (label == "named" and wanted == name):
            await _say(talk, label, _plain_hello(accepted, wanted))


def _suites(accepted: Mapping[int, Sequence[int]], kinds: tuple[str, ...]) -> list[int]:
    """The accepted suites of TLS 1.2 of some key exchanges."""
    return [code for code in accepted.get(TLS12, ()) if names().get(code, "").startswith(kinds)]


def _plain_hello(
    accepted: Mapping[int, Sequence[int]], name: str | None, signatures: tuple[int, ...] = SIGNATURES
) -> bytes:
    """A hello whose answer shows the certificate, of the version that shows it most plainly."""
    older = next((version for version in (TLS12, 0x0302, 0x0301) if accepted.get(version)), None)
    if older is not None:
        return client_hello(older, list(accepted[older]), name=name, signatures=signatures)
    shares = (share(X25519), share(SECP256R1))
    return client_hello(TLS13_VERSION, list(TLS13), name=name, shares=shares, signatures=signatures)


async def _say(talk: Hellos, label: str, hello: bytes) -> Flight | None:
    """One hello; its flight up to its end, opened where that needs a key."""
    heard = await talk.say(LABEL + label, hello, lambda data: opened_length(hello, data))
    return _flight(hello, heard)


def _flight(hello: bytes, heard: bytes) -> Flight | None:
    try:
        flight = read_flight(heard)
        if flight.version == TLS13_VERSION:
            open_flight(hello, flight)
    except NotUnderstood:
        return None
    return flight


async def _peel_groups_13(talk: Hellos, name: str | None) -> None:
    left = list(GROUPS_13)
    for number in range(MOST):
        hello = client_hello(TLS13_VERSION, list(TLS13), name=name, groups=tuple(left))
        heard = await talk.say(f"{LABEL}group{number}", hello, hello_length)
        flight = _flight(hello, heard)
        if flight is None or flight.group not in left:
            return
        left.remove(flight.group)


async def _peel_exchange(talk: Hellos, name: str | None, curves: list[int]) -> None:
    """Groups and signatures together until the server refuses, which may be for want of either; then each by itself."""
    groups, signatures = list(GROUPS_12), list(SIGNATURES)
    for kind in ("exchange", "group", "signature"):
        for number in range(MOST):
            offered = tuple(groups if kind != "signature" else GROUPS_12)
            signing = tuple(signatures if kind != "group" else SIGNATURES)
            if not offered or not signing:
                break
            hello = client_hello(TLS12, curves, name=name, groups=offered, signatures=signing)
            flight = await _say(talk, f"{kind}{number}", hello)
            group, signature = _group(flight), _signature(flight)
            if group not in offered or signature not in signing:
                break
            if kind != "signature":
                groups.remove(group)
            if kind != "group":
                signatures.remove(signature)


async def _peel_signatures(talk: Hellos, name: str | None, accepted: Mapping[int, Sequence[int]]) -> None:
    signed = _suites(accepted, ("ECDHE_", "DHE_"))
    if not signed and not accepted.get(TLS13_VERSION):
        return
    using = {TLS12: signed} if signed else {TLS13_VERSION: accepted[TLS13_VERSION]}
    left = list(SIGNATURES)
    for number in range(MOST):
        flight = await _say(talk, f"signature{number}", _plain_hello(using, name, signatures=tuple(left)))
        chosen = _signature(flight)
        if chosen not in left:
            return
        left.remove(chosen)


def _group(flight: Flight | None) -> int | None:
    """The group of a key exchange, whatever the version."""
    try:
        if flight is None or flight.version == TLS13_VERSION:
            return flight.group if flight is not None else None
        curve = names().get(flight.suite or 0, "").startswith("EC")
        return key_exchange_size(flight, ephemeral_curve=True)[1] if curve else None
    except NotUnderstood:
        return None


def _signature(flight: Flight | None) -> int | None:
    try:
        curve = flight is not None and names().get(flight.suite or 0, "").startswith("EC")
        return signature_of(flight, ephemeral_curve=curve) if flight is not None else None
    except NotUnderstood:
        return None


def _first_name(certificates: Sequence[bytes]) -> str | None:
    """A host name out of the certificate."""
    try:
        told = read_certificate(certificates[0]).alternative_names if certificates else None
    except ImportFormatError:
        return None
    hosts = (entry.removeprefix("DNS:") for entry in told or () if entry.startswith("DNS:"))
    return next((host.lower() for host in hosts if host.isascii() and "*" not in host and 0 < len(host) < 254), None)


def read_more(exchange: Exchange, chain: Sequence[bytes]) -> dict[str, object]:
    """The columns that these turns fill. `chain` is what is shown without any of the names."""
    groups = [*_chosen(exchange, "exchange", _group), *_chosen(exchange, "group", _group)]
    signatures = [*_chosen(exchange, "exchange", _signature), *_chosen(exchange, "signature", _signature)]
    named, unknown = _told(exchange, "named"), _told(exchange, "unknown-name")
    facts: dict[str, object] = {
        "groups": ",".join(f"{code:04x}" for code in groups) or None,
        "group_count": len(groups) or None,
        "group_weak": _weak(exchange, groups),
        "signature_algorithms": ",".join(f"{code:04x}" for code in signatures) or None,
        "signature_sha1": any(code in SHA1_SIGNATURES for code in signatures) if signatures else None,
        "unknown_name_refused": None if unknown is None else unknown.suite is None,
        "name_changes_certificate": None,
    }
    if named is not None and named.certificates and chain:
        facts["name_changes_certificate"] = named.certificates[0] != chain[0]
    return facts


def _told(exchange: Exchange, label: str) -> Flight | None:
    """The flight of a turn; None where it was not asked, or neither a hello nor an alert came."""
    turn = exchange.turn(LABEL + label)
    flight = _flight(turn.sent, turn.received) if turn is not None else None
    return flight if flight is not None and (flight.suite is not None or flight.alert is not None) else None


def _weak(exchange: Exchange, groups: Sequence[int]) -> bool | None:
    """Was a weak curve among the groups? That none is, is known only where the last offer of groups was refused."""
    if any(code in WEAK_GROUPS for code in groups):
        return True
    last = next(
        (_told(exchange, f"group{number}") for number in range(MOST - 1, -1, -1) if _asked(exchange, number)), None
    )
    offered = exchange.turn(f"{LABEL}exchange0") is not None  # under TLS 1.3 alone no weak curve can be offered
    return False if offered and last is not None and last.alert is not None else None


def _asked(exchange: Exchange, number: int) -> bool:
    return exchange.turn(f"{LABEL}group{number}") is not None


def _chosen(exchange: Exchange, kind: str, read: Callable[[Flight | None], int | None]) -> Iterator[int]:
    """What the server chose in the turns of a kind, in their order."""
    for number in range(MOST):
        code = read(_told(exchange, f"{kind}{number}"))
        if code is None:
            return
        yield code
