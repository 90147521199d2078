"""TLS: every version from SSL 2.0 to TLS 1.3 and its suites, by hellos of our own; the certificate and its chain.

The accepted suite is struck from the offer and the rest offered again, until the server refuses: as many connections as
suites and one more a version. No handshake is finished, so nothing is ever logged in. Behind a plain protocol that can be
upgraded the same is asked after its STARTTLS. Fragile hosts, and servers that mind many half handshakes, are offered all
suites of a version once and the weak ones once; what only the whole list would tell stays unknown.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact
from inventory.facts.tls import TlsFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.starttls import LABEL as UPGRADE
from scanner.starttls import NOTE, Hellos, hellos, undecided
from scanner.tls_extras import LABEL as MORE
from scanner.tls_extras import ORDER, POST_QUANTUM, Extras, Struck, order_turn, read_more
from scanner.trust import note_anchors, trusted
from scanner.wire.chain import (
    certificate_rows,
    country,
    key_strong,
    key_type,
    matches,
    moment,
    read_chain,
    signature_hash,
    signature_weak,
)
from scanner.wire.hearing import Hearing
from scanner.wire.http import any_tls
from scanner.wire.suites import FALLBACK, SSL2, TLS13, Traits, names, offered_order, traits
from scanner.wire.tls import (
    INAPPROPRIATE_FALLBACK,
    PROTOCOL_VERSION,
    SECP256R1,
    TLS12,
    X25519,
    Flight,
    client_hello,
    hello_length,
    key_exchange_size,
    read_flight,
    ssl2_hello,
    ssl2_length,
    ssl2_suites,
)
from scanner.wire.tls import SSL2 as SSL2_VERSION
from scanner.wire.tls13 import open_flight, share

LEGACY = (0x0303, 0x0302, 0x0301, 0x0300)
VERSIONS = (0x0304, *LEGACY)
MOST_SUITES = 64
ASIDE = ("ssl2", "fallback", ORDER, POST_QUANTUM)  # turns that say nothing of what is usually agreed
FEW = "few_hellos"
FINITE = ("DHE_", "DH_anon")
PRESENT = ("suite_cbc", "suite_static_rsa", "suite_aead", "suite_sm4", "forward_secrecy_any")
WITHOUT_EXCEPTION = ("cbc_only", "forward_secrecy_only")
WEAKNESSES = tuple(
    f"suite_{word}" for word in ("null", "anonymous", "export", "des", "triple_des", "rc4", "rc2", "idea", "md5")
)


async def collect(recorder: Recorder, asking: Asking) -> None:
    """TLS 1.3 down to SSL 3.0 by peeling, SSL 2.0 once, and three questions about what was found."""
    name = asking.server_name
    if name:
        recorder.note("server_name", name)
    talk = hellos(recorder, asking)
    heard: list[Flight] = []
    if asking.fragile or (talk.upgrade is not None and talk.upgrade.few_hellos):
        recorder.note(FEW, "yes")
        await _each_version(_sample, talk, name, heard)
        note_anchors(recorder, _chain(heard), asking.anchors)
        await talk.say("ssl2", ssl2_hello(list(SSL2)), ssl2_length)
        return
    accepted = await _each_version(_peel_all, talk, name, heard)
    await talk.say("ssl2", ssl2_hello(list(SSL2)), ssl2_length)
    spoken = [version for version in VERSIONS if accepted[version]]
    if len(spoken) > 1:
        hello = client_hello(spoken[1], [*accepted[spoken[1]], FALLBACK], name=name)
        await talk.say("fallback", hello, hello_length)
    note_anchors(recorder, _chain(heard), asking.anchors)
    await Extras(talk, name, accepted, heard).ask()
    if any(flight.certificate_request for flight in heard):
        await talk.handshake("no-client-certificate", any_tls(), name)


def _chain(flights: list[Flight]) -> list[bytes]:
    return next((flight.certificates for flight in flights if flight.certificates), [])


async def _each_version(
    ask: Callable[[Hellos, int, str | None, list[Flight]], Awaitable[list[int]]],
    talk: Hellos,
    name: str | None,
    heard: list[Flight],
) -> dict[int, list[int]]:
    """The accepted suites of every version. A server that spoke a newer one, and says of an older that it is too old, has said so
    of all before it: a hello asks for its version or any below (RFC 5246 E.1)."""
    accepted: dict[int, list[int]] = {version: [] for version in VERSIONS}
    for version in VERSIONS:
        before = len(heard)
        accepted[version] = await ask(talk, version, name, heard)
        refusal = heard[before] if len(heard) > before and not accepted[version] else None
        if refusal is not None and refusal.alert == PROTOCOL_VERSION and any(accepted.values()):
            break
    return accepted


async def _peel_all(talk: Hellos, version: int, name: str | None, heard: list[Flight]) -> list[int]:
    return await _peel(talk, version, name, offered_order(version), heard, strike=version == TLS12)


async def _sample(talk: Hellos, version: int, name: str | None, heard: list[Flight]) -> list[int]:
    """What a version accepts by its first answer, its weak suites one by one, one with finite-field Diffie-Hellman, and where
    the first has no forward secrecy, one that has."""
    best = await _peel(talk, version, name, offered_order(version), heard, most=1)
    if best and version != 0x0304:
        others = [code for code in offered_order(version) if code not in best]
        weak = [code for code in others if traits(names()[code]).weak]
        await _peel(talk, version, name, weak, heard, label="weak")
        finite = [code for code in others if names()[code].startswith(FINITE) and not traits(names()[code]).weak]
        await _peel(talk, version, name, finite, heard, most=1, label="finite")
        if not traits(names()[best[0]]).forward_secrecy:
            ephemeral = [code for code in others if traits(names()[code]).forward_secrecy]
            await _peel(talk, version, name, ephemeral, heard, most=1, label="ephemeral")
    return best


async def _peel(
    talk: Hellos,
    version: int,
    name: str | None,
    offer: Sequence[int],
    heard: list[Flight],
    *,
    most: int = MOST_SUITES,
    label: str = "",
    strike: bool = False,
) -> list[int]:
    """The suites of the offer that are accepted, in the order of the server's choices; the flights are added to those `heard`. The
    first answer of a version is read whole, for certificate and parameters. `strike`: while the server chooses suites with elliptic
    curves, their groups and signature algorithms are struck with them; after any other answer everything is offered again."""
    left, group = list(offer), X25519
    found: list[int] = []
    struck = Struck()
    while left and len(found) < most:
        shares = (share(group),) if version == 0x0304 else ()
        hello = client_hello(
            version,
            left,
            name=name,
            shares=shares,
            compression=True,
            groups=tuple(struck.groups),
            signatures=tuple(struck.signatures),
        )
        hearing = Hearing(hello, whole=(not found and not label) or struck.any)
        end = ":struck" if struck.any else ""
        await _hear(talk, f"{version:04x}:{label}{len(found)}{end}", hearing, heard)
        suite, flight = hearing.chosen(version), hearing.flight
        if suite not in left or flight is None:
            if not struck.any:
                break
            struck, strike = Struck(), False
            continue
        found.append(suite)
        left.remove(suite)
        strike = strike and struck.strike(flight)
        if not strike:
            struck = Struck()
        if version == 0x0304 and len(found) == 1 and flight.retry and flight.group == SECP256R1:
            group = SECP256R1
            hello = client_hello(version, [suite], name=name, groups=(SECP256R1,), shares=(share(group),))
            await _hear(talk, "0304:certificate", Hearing(hello, whole=True), heard)
    return found


async def _hear(talk: Hellos, label: str, hearing: Hearing, heard: list[Flight]) -> None:
    await talk.say(label, hearing.hello, hearing)
    if hearing.flight is not None:
        heard.append(hearing.flight)


def flight_of(data: bytes) -> Flight | None:
    """The flight, or None where the bytes are none yet or none at all."""
    try:
        return read_flight(data)
    except NotUnderstood:
        return None


def chosen(data: bytes, version: int) -> int | None:
    """The suite that the server took for this very version, or None."""
    flight = flight_of(data)
    return flight.suite if flight is not None and flight.version == version else None


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where no answer was one of SSL or TLS, or the server declines to begin with it."""
    suites = {version: _suites(exchange, version) for version in VERSIONS}
    old = _ssl2(exchange.turn("ssl2"))
    if not any(_is_tls(turn) for turn in exchange.turns) and not old:
        if undecided(exchange):
            return {"tls": [TlsFacts(starttls=True)]}
        raise NotUnderstood("no answer of SSL or TLS")
    accepted = {version: version_accepted(exchange, version, suites[version]) for version in VERSIONS}
    accepted[SSL2_VERSION] = bool(old) if old is not None else None
    spoken = sorted(version for version, yes in accepted.items() if yes)
    unsure_below = any(accepted[version] is None for version in accepted if not spoken or version < spoken[0])
    kinds = [traits(names().get(code) or TLS13[code]) for version in VERSIONS for code in suites[version]]
    kinds += [traits(SSL2[code]) for code in old or () if code in SSL2]
    listed = {version: suites[version] for version in VERSIONS if suites[version]}
    facts: dict[str, object] = {
        "offered": True,
        "starttls": NOTE in exchange.notes,
        "oldest_version": spoken[0] if spoken and not unsure_below else None,
        "newest_version": spoken[-1] if spoken else None,
        "ssl2": accepted[SSL2_VERSION],
        "ssl3": accepted[0x0300],
        "tls10": accepted[0x0301],
        "tls11": accepted[0x0302],
        "tls12": accepted[0x0303],
        "tls13": accepted[0x0304],
        "suite_count": len({code for codes in listed.values() for code in codes}) + len(old or ()),
        "suites": " ".join(
            f"{version:04x}:" + ",".join(f"{code:04x}" for code in sorted(codes)) for version, codes in listed.items()
        )[:4096],
    }
    if kinds:
        facts |= suite_flags(kinds)
    flights = _flights(exchange)
    facts |= _parameters(exchange, flights, suites)
    if FEW in exchange.notes:
        facts |= _unknown_from_few(facts, exchange, suites)
    chain = next((flight.certificates for flight in flights if flight.certificates), [])
    facts |= _certificate(chain, exchange)
    facts |= read_more(exchange, chain, suites, flights)
    facts["chain_trusted"] = trusted(chain, exchange.notes)
    facts["client_certificate_required"] = _insists(exchange, asked=facts["client_certificate_requested"] is True)
    return {"tls": [TlsFacts(**facts)], "certificate": list(certificate_rows(chain))}  # type: ignore[arg-type]


def _is_tls(turn: Turn) -> bool:
    flight = flight_of(turn.received) if not turn.label.startswith(UPGRADE) else None
    return flight is not None and (flight.suite is not None or flight.alert is not None)


def _unknown_from_few(facts: dict[str, object], exchange: Exchange, suites: dict[int, list[int]]) -> dict[str, object]:
    """What a few hellos leave open: whether there are more suites, and what those would be. Only weak ones and a
    finite-field one were asked for by themselves."""
    unknown = {"suite_count"} | {name for name in PRESENT if facts.get(name) is False}
    unknown |= {name for name in WITHOUT_EXCEPTION if facts.get(name) is True}
    older = [version for version in LEGACY if suites[version]]
    if _unheard(exchange, older, "weak"):
        unknown |= {"weak_suite_count"} | {name for name in WEAKNESSES if facts.get(name) is False}
    if "forward_secrecy_any" in unknown and older and not _unheard(exchange, older, "ephemeral"):
        unknown -= {"forward_secrecy_any"}
    if _unheard(exchange, older, "finite"):
        unknown |= {"dh_bits"}
    return dict.fromkeys(unknown)


def _unheard(exchange: Exchange, versions: list[int], label: str) -> bool:
    turns = [exchange.turn(f"{version:04x}:{label}0") for version in versions]
    return any(turn is None or turn.end in ("timeout", "limit") for turn in turns)


def _suites(exchange: Exchange, version: int) -> list[int]:
    found: list[int] = []
    for turn in exchange.turns:
        if turn.label.startswith(f"{version:04x}:"):
            suite = chosen(turn.received, version)
            if suite is not None and suite not in found and (suite in names() or suite in TLS13):
                found.append(suite)
    return found


def version_accepted(exchange: Exchange, version: int, suites: list[int]) -> bool | None:
    """True where a suite was taken; False where the server refused by an alert, by another version or by hanging up, or refused
    a newer one as too old; None where it stayed silent or was not asked."""
    if suites:
        return True
    turn = exchange.turn(f"{version:04x}:0")
    if turn is None:
        return False if _too_old_already(exchange, version) else None
    return False if turn.end not in ("timeout", "limit") else None


def _too_old_already(exchange: Exchange, version: int) -> bool:
    """Did the server, which spoke something newer, refuse the last version that was asked because it is too old?"""
    asked = [newer for newer in VERSIONS if newer > version and exchange.turn(f"{newer:04x}:0") is not None]
    last = exchange.turn(f"{asked[-1]:04x}:0") if asked else None
    flight = flight_of(last.received) if last is not None else None
    spoken = any(_suites(exchange, newer) for newer in asked[:-1])
    return flight is not None and flight.suite is None and flight.alert == PROTOCOL_VERSION and spoken


def _ssl2(turn: Turn | None) -> list[int] | None:
    """The cipher kinds of SSL 2.0; [] where it was refused, None where nothing can be said."""
    if turn is None or (not turn.received and turn.end == "timeout"):
        return None
    try:
        return ssl2_suites(turn.received)
    except NotUnderstood:
        return []


def suite_flags(kinds: list[Traits]) -> dict[str, object]:
    """What the accepted suites have in common."""
    return {
        "weak_suite_count": sum(kind.weak for kind in kinds),
        "suite_null": any(kind.null for kind in kinds),
        "suite_anonymous": any(kind.anonymous for kind in kinds),
        "suite_export": any(kind.export for kind in kinds),
        "suite_des": any(kind.des for kind in kinds),
        "suite_triple_des": any(kind.triple_des for kind in kinds),
        "suite_rc4": any(kind.rc4 for kind in kinds),
        "suite_rc2": any(kind.rc2 for kind in kinds),
        "suite_idea": any(kind.idea for kind in kinds),
        "suite_md5": any(kind.md5 for kind in kinds),
        "suite_cbc": any(kind.cbc for kind in kinds),
        "suite_static_rsa": any(kind.static_rsa for kind in kinds),
        "suite_aead": any(kind.aead for kind in kinds),
        "suite_sm4": any(kind.sm4 for kind in kinds),
        "cbc_only": not any(kind.aead for kind in kinds),
        "forward_secrecy_any": any(kind.forward_secrecy for kind in kinds),
        "forward_secrecy_only": all(kind.forward_secrecy for kind in kinds),
    }


def _flights(exchange: Exchange) -> list[Flight]:
    found = []
    for turn in exchange.turns:
        flight = flight_of(turn.received)
        if flight is None or turn.label in ASIDE or turn.label.startswith((UPGRADE, MORE)):
            continue
        if flight.version == 0x0304 and flight.sealed:
            try:
                open_flight(turn.sent, flight)
            except NotUnderstood:
                flight.certificates = []
        found.append(flight)
    return found


def _parameters(exchange: Exchange, flights: list[Flight], suites: dict[int, list[int]]) -> dict[str, object]:
    primes, groups = [], []
    finite = any(names().get(suite, "").startswith(FINITE) for each in suites.values() for suite in each)
    for flight in flights:
        name = names().get(flight.suite or 0, "")
        if flight.version == 0x0304 and flight.group is not None:
            groups.append(flight.group)
        elif name.startswith(("DHE_", "DH_anon", "ECDHE_", "ECDH_anon")):
            try:
                bits, group = key_exchange_size(flight, ephemeral_curve=name.startswith("EC"))
            except NotUnderstood:
                continue
            primes += [bits] if bits else []
            groups += [group] if group else []
    older = [flight for flight in flights if flight.suite is not None and (flight.version or 0) < 0x0304]
    told = [flight for flight in older if flight.extensions or (flight.version or 0) > 0x0300]
    newest = max((flight.version or 0 for flight in flights), default=0)
    return {
        "dh_bits": min(primes, default=None if finite or not suites else 0),
        "ecdh_group": groups[0] if groups else None,
        "compression": any(flight.compression for flight in older) if older else (False if newest == 0x0304 else None),
        "secure_renegotiation": all(0xFF01 in flight.extensions for flight in told) if told else None,
        "extended_master_secret": all(23 in flight.extensions for flight in told) if told else None,
        "ocsp_stapled": any(flight.stapled for flight in flights) if any(f.certificates for f in flights) else None,
        "alpn_h2": any(flight.extensions.get(16, b"")[2:] == b"\x02h2" for flight in flights) if flights else None,
        "client_certificate_requested": any(flight.certificate_request for flight in flights)
        if any(flight.done for flight in flights)
        else None,
        "fallback_protection": _fallback(exchange.turn("fallback")),
        "server_preference": _preference(order_turn(exchange), suites),
    }


def _fallback(turn: Turn | None) -> bool | None:
    flight = flight_of(turn.received) if turn is not None else None
    if flight is None or (flight.alert is None and flight.suite is None):
        return None
    return flight.alert == INAPPROPRIATE_FALLBACK


def _preference(turn: Turn | None, suites: dict[int, list[int]]) -> bool | None:
    flight = flight_of(turn.received) if turn is not None else None
    if flight is None or flight.suite is None or flight.version not in suites or len(suites[flight.version]) < 2:
        return None
    first, last = suites[flight.version][0], suites[flight.version][-1]
    return True if flight.suite == first else False if flight.suite == last else None


def _insists(exchange: Exchange, *, asked: bool) -> bool | None:
    """Is a client without a certificate sent away? Under TLS 1.3 the alert comes after the handshake (RFC 8446 4.4.2.4)."""
    begun, after = exchange.turn("no-client-certificate"), exchange.turn("no-client-certificate:after")
    if not asked or begun is None:
        return None
    if begun.end == "tls-error" or (after is not None and after.end == "reset"):
        return True
    return False if after is not None and (after.received or after.end == "timeout") else None


def _certificate(chain: list[bytes], exchange: Exchange) -> dict[str, object]:
    read = read_chain(chain)
    if not read:
        return {"chain_length": len(chain) or None}
    own = read[0]
    return {
        "certificate_subject": own.subject[:512],
        "certificate_issuer": own.issuer[:512],
        "certificate_issuer_country": country(own.issuer),
        "certificate_not_before": moment(own.not_before),
        "certificate_not_after": moment(own.not_after),
        "certificate_validity_days": (own.not_after - own.not_before).days,
        "certificate_self_signed": own.self_issued,
        "certificate_key_type": key_type(own),
        "certificate_key_bits": own.key_bits,
        "certificate_key_strong": key_strong(own),
        "certificate_signature_hash": signature_hash(own),
        "certificate_signature_weak": signature_weak(own),
        "certificate_names": len(own.alternative_names or ()),
        "certificate_name_matches": matches(own, exchange.notes.get("server_name"), exchange.endpoint.address),
        "certificate_fingerprint": own.sha256,
        "chain_length": len(chain),
        "chain_ordered": all(one.issuer == after.subject for one, after in pairwise(read)),
    }


PROBE = Probe(
    name="tls",
    table="tls",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=90,
    packets=900,
    deadline=120.0,
    also=("certificate",),
)
