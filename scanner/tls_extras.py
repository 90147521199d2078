"""What else a TLS server accepts: groups, signature algorithms, names, an order of its own, and keys that outlast quantum computers.

Groups and signature algorithms are peeled as suites are: what the server chose is struck from the next hello, beginning with
what its first answer showed. Under TLS 1.2 one answer shows both, so both are struck together for as long as that goes; where
every suite needs the same kind of certificate, what refuses both and then not the signatures alone has refused the groups. Where
there is TLS 1.3 alone, it names its group in a HelloRetryRequest when no key share is sent, so that this costs the server no
key exchange. A name is asked about along the way: whoever shows the same certificate for it answers as without it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain as chained

from inventory.certificate import read_certificate
from inventory.errors import ImportFormatError, NotUnderstood
from inventory.exchange import Exchange, Turn
from scanner.starttls import Hellos
from scanner.wire.hearing import Hearing
from scanner.wire.suites import TLS13, names
from scanner.wire.tls import (
    GROUPS,
    SECP256R1,
    SIGNATURES,
    TLS12,
    X25519,
    X25519MLKEM768,
    Flight,
    client_hello,
    hello_length,
    key_exchange_size,
    read_flight,
    signature_of,
)
from scanner.wire.tls import TLS13 as TLS13_VERSION
from scanner.wire.tls13 import open_flight, share

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
OLDER = (TLS12, 0x0302, 0x0301, 0x0300)
NAMED, UNKNOWN = "named", "unknown-name"
POST_QUANTUM = "post-quantum"
ORDER = "order"
ORDER_IN_EXCHANGE = (
    "order_in_exchange"  # a note: the hellos about the exchange offered the accepted suites turned round
)

Accepted = Mapping[int, Sequence[int]]


@dataclass(slots=True)
class Extras:
    """Asks with the versions and suites that were accepted, knowing the flights that were `heard` by then."""

    talk: Hellos
    name: str | None
    accepted: Accepted
    heard: Sequence[Flight]
    chain: Sequence[bytes] = ()
    names_left: list[tuple[str, str]] = field(default_factory=list)
    along: bool = False  # may names be asked about along the way?
    order_shown: bool = False

    async def ask(self) -> None:
        """Everything."""
        self.chain = next((flight.certificates for flight in self.heard if flight.certificates), ())
        asked = (NAMED, _first_name(self.chain)), (UNKNOWN, UNKNOWN_NAME)
        self.names_left = [(word, name) for word, name in asked if name is not None and name != self.name]
        curves = _suites(self.accepted, "ECDHE_")
        if curves:
            await self._peel_exchange(curves)
        else:
            if self.accepted.get(TLS13_VERSION):
                await self._peel_groups_13()
            await self._peel_signatures()
        if curves and self.accepted.get(TLS13_VERSION):
            hello = client_hello(TLS13_VERSION, list(TLS13), name=self.name, groups=(X25519MLKEM768,))
            await self.talk.say(POST_QUANTUM, hello, hello_length)
        await self._ask_order()
        for word, name in self.names_left:
            await self._say(word, _plain_hello(self.accepted, name))

    async def _ask_order(self) -> None:
        older = next((version for version in OLDER if len(self.accepted.get(version, ())) > 1), None)
        if older is not None and not self.order_shown:
            hello = client_hello(older, list(self.accepted[older])[::-1], name=self.name)
            await self.talk.say(ORDER, hello, hello_length)

    async def _say(self, label: str, hello: bytes) -> Flight | None:
        """One hello; its flight up to its end, opened where that needs a key."""
        hearing = Hearing(hello, whole=True)
        await self.talk.say(LABEL + label, hello, hearing)
        return hearing.flight if hearing.opened else None

    async def _step(self, label: str, hello: Callable[[str | None], bytes]) -> Flight | None:
        """One hello of a series, which asks about a name besides. Where that is answered otherwise than by the usual certificate, it
        is asked again without the name, which was to blame if it is answered now."""
        if not self.along or not self.names_left:
            return await self._say(label, hello(self.name))
        word, name = self.names_left[0]
        flight = await self._say(f"{label}:{word}", hello(name))
        if _shows(flight, self.chain):
            self.names_left.pop(0)
            return flight
        flight = await self._say(label, hello(self.name))
        self.along = not _shows(flight, self.chain)
        return flight

    async def _peel_exchange(self, curves: list[int]) -> None:
        """Groups and signatures together until the server refuses, which may be for want of either; then each by itself."""
        alike = len({names()[code].split("_WITH_")[0] for code in curves}) == 1
        turned = alike and 1 < len(curves) == len(self.accepted[TLS12])
        if turned:
            self.talk.recorder.note(ORDER_IN_EXCHANGE, "yes")
        groups, signatures = known(self.accepted, self.heard)
        both = _Offer(curves[::-1] if turned else curves, _without(GROUPS_12, groups), _without(SIGNATURES, signatures))
        flight = await self._series("exchange", both, strike=("group", "signature"))
        self.order_shown = turned and both.taken > 0
        refused = flight is not None and flight.alert is not None
        self.along = alike and _shows(_first(self.heard, self.accepted, TLS12), self.chain)
        one = _Offer(both.suites, list(GROUPS_12), both.signatures)
        await self._series("signature", one, strike=("signature",))
        if not (alike and refused and one.taken):
            await self._series("group", _Offer(both.suites, both.groups, list(SIGNATURES)), strike=("group",))

    async def _series(self, kind: str, offer: "_Offer", strike: tuple[str, ...]) -> Flight | None:
        """Hellos until one brings nothing to strike; its flight."""
        flight = None
        for number in range(MOST):
            if not offer.groups or not offer.signatures:
                return None
            flight = await self._step(f"{kind}{number}", offer.hello)
            group, signature = exchange_of(flight)
            if group not in offer.groups or signature not in offer.signatures:
                return flight
            offer.taken += 1
            if "group" in strike:
                offer.groups.remove(group)
            if "signature" in strike:
                offer.signatures.remove(signature)
        return flight

    async def _peel_groups_13(self) -> None:
        left = _without(GROUPS_13, known(self.accepted, self.heard)[0])
        for number in range(MOST):
            hello = client_hello(TLS13_VERSION, list(TLS13), name=self.name, groups=tuple(left))
            hearing = Hearing(hello, whole=False)
            await self.talk.say(f"{LABEL}group{number}", hello, hearing)
            if hearing.flight is None or hearing.flight.group not in left:
                return
            left.remove(hearing.flight.group)

    async def _peel_signatures(self) -> None:
        signed = _suites(self.accepted, "DHE_")
        if not signed and not self.accepted.get(TLS13_VERSION):
            return
        using: Accepted = {TLS12: signed} if signed else {TLS13_VERSION: self.accepted[TLS13_VERSION]}
        self.along = _shows(_first(self.heard, self.accepted, next(iter(using))), self.chain)
        left = _without(SIGNATURES, known(self.accepted, self.heard)[1])
        for number in range(MOST):
            flight = await self._step(
                f"signature{number}", lambda name: _plain_hello(using, name, signatures=tuple(left))
            )
            chosen = _signature(flight)
            if chosen not in left:
                return
            left.remove(chosen)


@dataclass(slots=True)
class _Offer:
    """What a hello about the key exchange of TLS 1.2 offers, and how many of them were taken."""

    suites: list[int]
    groups: list[int]
    signatures: list[int]
    taken: int = 0

    def hello(self, name: str | None) -> bytes:
        """The hello."""
        groups, signatures = tuple(self.groups), tuple(self.signatures)
        return client_hello(TLS12, self.suites, name=name, groups=groups, signatures=signatures)


@dataclass(slots=True)
class Struck:
    """The groups and signature algorithms that are still offered while suites are peeled."""

    groups: list[int] = field(default_factory=lambda: list(GROUPS))
    signatures: list[int] = field(default_factory=lambda: list(SIGNATURES))
    any: bool = False

    def strike(self, flight: Flight) -> bool:
        """Strike what the server chose; False where it chose none of them, or nothing would be left to offer."""
        group, signature = exchange_of(flight)
        if group not in self.groups or signature not in self.signatures:
            return False
        self.groups.remove(group)
        self.signatures.remove(signature)
        self.any = True
        return bool(self.groups and self.signatures)


def _without(codes: Sequence[int], struck: Sequence[int]) -> list[int]:
    return [code for code in codes if code not in struck]


def _first(heard: Iterable[Flight], accepted: Accepted, version: int) -> Flight | None:
    """The first answer of a version, whose suite is the first that was accepted."""
    suite = next(iter(accepted.get(version, ())), None)
    return next((flight for flight in heard if flight.version == version and flight.suite == suite is not None), None)


def known(accepted: Accepted, heard: Sequence[Flight]) -> tuple[list[int], list[int]]:
    """The groups and the signature algorithms that the answers about suites showed already, of the version that is peeled."""
    curves = _suites(accepted, "ECDHE_")
    if curves:
        under = [flight for flight in heard if flight.version == TLS12 and flight.suite in curves]
        pairs = [pair for flight in under if None not in (pair := exchange_of(flight))]
    else:
        first13 = _first(heard, accepted, TLS13_VERSION)
        signing = _first(heard, accepted, TLS12) if _suites(accepted, "DHE_") else first13
        pairs = [(_group(first13), _signature(signing))]
    groups, signatures = zip(*pairs, strict=True) if pairs else ((), ())
    return _each_once(groups), _each_once(signatures)


def exchange_of(flight: Flight | None) -> tuple[int | None, int | None]:
    """The group and the signature algorithm of a key exchange."""
    return _group(flight), _signature(flight)


def _suites(accepted: Accepted, kind: str) -> list[int]:
    """The accepted suites of TLS 1.2 of a key exchange."""
    return [code for code in accepted.get(TLS12, ()) if names().get(code, "").startswith(kind)]


def _plain_hello(accepted: Accepted, name: str | None, signatures: tuple[int, ...] = SIGNATURES) -> bytes:
    """A hello whose answer shows the certificate, of the version that shows it most plainly."""
    older = next((version for version in (TLS12, 0x0302, 0x0301) if accepted.get(version)), None)
    if older is not None:
        return client_hello(older, list(accepted[older]), name=name, signatures=signatures)
    shares = (share(X25519), share(SECP256R1))
    return client_hello(TLS13_VERSION, list(TLS13), name=name, shares=shares, signatures=signatures)


def _shows(flight: Flight | None, chain: Sequence[bytes]) -> bool:
    """Is the first certificate of the chain shown?"""
    return flight is not None and bool(chain) and flight.certificates[:1] == list(chain[:1])


def _flight(hello: bytes, heard: bytes) -> Flight | None:
    try:
        flight = read_flight(heard)
        if flight.version == TLS13_VERSION:
            open_flight(hello, flight)
    except NotUnderstood:
        return None
    return flight


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


@dataclass(frozen=True, slots=True)
class _Answers:
    """The flights of the turns about extras by label; None where it was not asked, or neither a hello nor an alert came. `chain` is
    what is shown without any of the names."""

    flights: Mapping[str, Flight | None]
    chain: Sequence[bytes]

    def step(self, label: str) -> Flight | None:
        """One hello of a series: that without a name, or one with a name for which nothing changed."""
        if label in self.flights:
            return self.flights[label]
        asked = (self.flights.get(f"{label}:{word}") for word in (NAMED, UNKNOWN))
        return next((flight for flight in asked if _shows(flight, self.chain)), None)

    def of_name(self, word: str) -> Flight | None:
        """What was answered to a name, by itself or along the way."""
        if word in self.flights:
            return self.flights[word]
        along = (flight for label, flight in self.flights.items() if label.endswith(f":{word}"))
        return next((flight for flight in along if _shows(flight, self.chain)), None)

    def asked(self, kind: str) -> bool:
        """Was anything of the series asked?"""
        return any(label.startswith(f"{kind}0") for label in self.flights)

    def last(self, kind: str) -> Flight | None:
        """The last answer of a series."""
        numbers = [number for number in range(MOST) if self._was_asked(f"{kind}{number}")]
        return self.step(f"{kind}{numbers[-1]}") if numbers else None

    def _was_asked(self, label: str) -> bool:
        return any(each == label or each.startswith(f"{label}:") for each in self.flights)

    def chosen(self, kind: str, read: Callable[[Flight | None], int | None]) -> Iterator[int]:
        """What the server chose in a series, in its order."""
        for number in range(MOST):
            code = read(self.step(f"{kind}{number}"))
            if code is None:
                return
            yield code


def _answers(exchange: Exchange, chain: Sequence[bytes]) -> _Answers:
    flights: dict[str, Flight | None] = {}
    for turn in exchange.turns:
        if turn.label.startswith(LABEL) and (label := turn.label.removeprefix(LABEL)) not in flights:
            flight = _flight(turn.sent, turn.received)
            told = flight is not None and (flight.suite is not None or flight.alert is not None)
            flights[label] = flight if told else None
    return _Answers(flights, chain)


def order_turn(exchange: Exchange) -> Turn | None:
    """The turn that offered the accepted suites turned round."""
    asked = exchange.turn(ORDER)
    if asked is not None or ORDER_IN_EXCHANGE not in exchange.notes:
        return asked
    labels = (f"{LABEL}exchange0{end}" for end in ("", f":{NAMED}", f":{UNKNOWN}"))
    return next((turn for label in labels if (turn := exchange.turn(label)) is not None), None)


def read_more(
    exchange: Exchange, chain: Sequence[bytes], accepted: Accepted, heard: Sequence[Flight] = ()
) -> dict[str, object]:
    """The columns that these turns fill. `chain` is what is shown without any of the names, `heard` the flights of the suites."""
    told = _answers(exchange, chain)
    known_groups, known_signatures = known(accepted, heard)
    if not told.asked("exchange"):
        known_groups = known_groups if told.asked("group") else []
        known_signatures = known_signatures if told.asked("signature") else []
    groups = _each_once(known_groups, told.chosen("exchange", _group), told.chosen("group", _group))
    signatures = _each_once(known_signatures, told.chosen("exchange", _signature), told.chosen("signature", _signature))
    named, unknown = told.of_name(NAMED), told.of_name(UNKNOWN)
    facts: dict[str, object] = {
        "groups": ",".join(f"{code:04x}" for code in groups) or None,
        "group_count": len(groups) or None,
        "group_weak": _weak(told, groups),
        "group_post_quantum": _post_quantum(exchange, told, groups),
        "signature_algorithms": ",".join(f"{code:04x}" for code in signatures) or None,
        "signature_sha1": any(code in SHA1_SIGNATURES for code in signatures) if signatures else None,
        "unknown_name_refused": None if unknown is None else unknown.suite is None,
        "name_changes_certificate": None,
    }
    if named is not None and named.certificates and chain:
        facts["name_changes_certificate"] = named.certificates[0] != chain[0]
    return facts


def _each_once(*series: Iterable[int | None]) -> list[int]:
    return list(dict.fromkeys(code for code in chained.from_iterable(series) if code is not None))


def _weak(told: _Answers, groups: Sequence[int]) -> bool | None:
    """Was a weak curve among the groups? That none is, is known only where the last offer of groups was refused, by itself or,
    where it was not asked so, together with signatures of which one was then taken. Under TLS 1.3 no weak curve can be offered."""
    if any(code in WEAK_GROUPS for code in groups):
        return True
    if not told.asked("exchange"):
        return None
    last = told.last("group") if told.asked("group") else told.last("exchange")
    refused = last is not None and last.alert is not None
    taken = told.asked("group") or _signature(told.step("signature0")) is not None
    return False if refused and taken else None


def _post_quantum(exchange: Exchange, told: _Answers, groups: Sequence[int]) -> bool | None:
    """Is X25519MLKEM768 taken, asked for by itself or, under TLS 1.3 alone, among all groups?"""
    turn = exchange.turn(POST_QUANTUM)
    if turn is not None:
        flight = _flight(turn.sent, turn.received)
        known = flight is not None and (flight.alert is not None or flight.suite is not None)
        return flight.group == X25519MLKEM768 if flight is not None and known else None
    if told.asked("exchange") or not told.asked("group"):
        return None
    last = told.last("group")
    return True if X25519MLKEM768 in groups else False if last is not None and last.alert is not None else None
