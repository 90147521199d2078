"""Who made it, what is it, in which version, and where does it come from: from one answer of a device or server.

The strongest evidence wins: a specific fingerprint, a maker's name at the head of a text, the enterprise number, the private
subtree that an agent serves, a name somewhere in the text, a registry. What loses is kept in `why`. Where nothing tells, the
vendor is None; it is never guessed.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from inventory.catalogue import load as load_catalogue
from inventory.catalogue.tables import company_slug
from inventory.errors import InputError
from inventory.fingerprint import SYSTEM_INSIDE
from inventory.free_text import clean_text
from inventory.maker_evidence import Evidence, text_evidence
from inventory.registry import enterprise_registrant, mac_registrant
from inventory.snmp_identity import SnmpAnswer, evidence_of

MAX_LINE = 256 * 1024
MAX_TEXT = 8 * 1024
_DECODER, _ENCODER = json.JSONDecoder(), json.JSONEncoder()
_CACHED = 4096
# Other tools' words for our protocols.
PROTOCOLS = {
    "http": "http.server",
    "https": "http.server",
    "http_server": "http.server",
    "http.title": "http.title",
    "html_title": "http.title",
    "title": "http.title",
    "http.www-authenticate": "http.auth",
    "http_auth": "http.auth",
    "wwwauth": "http.auth",
    "http.cookies": "http.cookie",
    "pop": "pop3",
    "sysdescr": "snmp",
    "snmp.sysdescr": "snmp",
    "x509": "x509.subject",
    "certificate.subject": "x509.subject",
    "certificate.issuer": "x509.issuer",
    "sip.server": "sip",
    "sip.user_agent": "sip",
    "dns.version": "dns",
    "mariadb": "mysql",
    "upnp": "http.server",
    "ssdp": "http.server",
}


class Identity(NamedTuple):
    """What a line tells. `strength` is `inferred` for a single answer, `unknown` where no vendor is known."""

    vendor: str | None = None
    product: str | None = None
    version: str | None = None
    os: str | None = None
    layer: str | None = None
    origin: str = "unknown"
    strength: str = "unknown"
    registrant: str | None = None
    why: tuple[str, ...] = ()


def identify_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """Identify one answer. Raises InputError when `kind` or the fields it needs are missing or of the wrong type.

    Kinds: `snmp` (sysDescr, sysObjectID, sysName, oids), `banner` (protocol, banner), `mac` (mac), `enterprise` (number).
    """
    kind = line.get("kind")
    if kind == "snmp":
        found = decide(evidence_of(SnmpAnswer.of(line)))
    elif kind == "banner":
        found = _banner(_text(line, "protocol"), _text(line, "banner"))
    elif kind == "mac":
        found = _registered(mac_registrant(_text(line, "mac")), "the holder of the MAC prefix")
    elif kind in ("enterprise", "pen"):
        found = _enterprise(line)
    else:
        raise InputError(f"the kind {kind!r} is not known", "identify", "kind", "snmp, banner, mac or enterprise")
    return {
        "id": line.get("id"),
        "vendor": found.vendor,
        "product": found.product,
        "version": found.version,
        "os": found.os,
        "layer": found.layer,
        "origin": found.origin,
        "strength": found.strength,
        "registrant": found.registrant,
        "why": list(found.why),
    }


def identify_lines(lines: Iterable[str]) -> Iterator[str]:
    """Identify JSON lines, one by one; blank lines are passed over. Raises InputError with the number of a bad line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE:
            raise InputError(f"a line of {len(line)} characters is longer than {MAX_LINE}", "identify", str(number))
        try:
            parsed = _DECODER.decode(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"is not JSON: {error}", "identify", str(number)) from error
        if not isinstance(parsed, dict):
            raise InputError("is not a JSON object", "identify", str(number))
        try:
            answer = identify_line(parsed)
        except InputError as error:
            raise InputError(error.message, "identify", f"{number}: {error.where}", error.hint) from error
        yield _ENCODER.encode(answer)  # ASCII alone: what a device says cannot steer a terminal


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str):
        raise InputError(f"needs {name} as a text", "identify", name)
    return value[:MAX_TEXT]


_remembered: dict[tuple[str, str], Identity] = {}


def _banner(protocol: str, banner: str) -> Identity:
    """Banners repeat by the thousand, so the last few thousand different ones are remembered."""
    protocol = protocol.lower()
    key = PROTOCOLS.get(protocol, protocol), banner
    known = _remembered.get(key)
    if known is None:
        if len(_remembered) >= _CACHED:
            _remembered.clear()
        known = _remembered[key] = decide(text_evidence(key[0], _plain(key[0], banner)))
    return known


_REALM = re.compile(r'realm\s*=\s*"([^"]*)', re.IGNORECASE)


def _plain(protocol: str, banner: str) -> str:
    """The part of a banner that names something: of a challenge (RFC 9110 §11.6.1) the realm, of a page its title's text."""
    text = clean_text(banner)
    if protocol == "http.auth":
        realm = _REALM.search(text)
        return realm[1] if realm else text
    if protocol == "http.title" and "&" in text:
        return html.unescape(text).replace("\xa0", " ")
    return text


def decide(evidence: Iterable[Evidence]) -> Identity:
    """The strongest evidence that names a vendor wins; evidence for the same house fills what it leaves open."""
    ordered = sorted(evidence, key=_weight)
    best = system = None
    for item in ordered:
        if best is None and (item.product is not None or (item.vendor is not None and item.rank > SYSTEM_INSIDE)):
            best = item
        if system is None:
            system = item.os
    if best is None or best.vendor is None:
        return Identity(
            product=best.product if best else None,
            version=best.version if best else next((item.version for item in ordered if item.version), None),
            os=system,
            layer=best.layer if best else None,
            why=tuple(item.why for item in ordered),
        )
    house = _house(best.vendor)
    product, version, layer = best.product, best.version, best.layer
    why: dict[str, None] = {}
    against = set()
    beside = None  # a version that nobody's name stands beside
    for item in ordered:  # once, for this is the inner loop of everything
        if item.vendor == best.vendor or item.vendor in house:
            why[item.why] = None
            product = product or item.product
            layer = layer or item.layer
            if version is None:
                version = item.version or None
        elif item.vendor:
            against.add(item.vendor)
        elif beside is None:
            beside = item.version
    told = list(why)[:6]
    if against:
        told.append("against it: " + ", ".join(sorted(against)))
    return Identity(
        best.vendor,
        product,
        (beside if version is None else version) or None,
        system,
        layer,
        _origin(best.vendor, product, layer),
        "inferred",
        best.registrant,
        tuple(told),
    )


def _weight(item: Evidence) -> int:
    return -item.rank


@lru_cache(maxsize=_CACHED)
def _origin(vendor: str, product: str | None, layer: str | None) -> str:
    return load_catalogue().origin_of(vendor, product, layer).origin


@cache
def _house(vendor: str) -> frozenset[str]:
    """The words that mean the same house: heirs and kin, both ways."""
    catalogue = load_catalogue()
    known = catalogue.vendors.get(vendor)
    if known is None:
        return frozenset()
    return frozenset(word for word in (known.heir, *known.kin) if word)


def _registered(registrant: str | None, what: str) -> Identity:
    """What a registry says: the vocabulary's word for the holder, or a plain word made of its name."""
    if registrant is None or registrant.casefold() in ("private", "reserved", "unassigned"):
        return Identity()
    catalogue = load_catalogue()
    known = catalogue.vendor_named(registrant)
    word = known.id if known else company_slug(registrant)
    statement = catalogue.origin_of(word)
    return Identity(
        vendor=word or None,
        layer=known.layer if known else None,
        origin=statement.origin,
        strength="inferred",
        registrant=registrant,
        why=(f"{what} is {registrant}",),
    )


def _enterprise(line: Mapping[str, Any]) -> Identity:
    number = line.get("number", line.get("pen"))
    if not isinstance(number, int) or isinstance(number, bool):
        raise InputError("needs number as a whole number", "identify", "number")
    registrant = enterprise_registrant(number)
    known = load_catalogue().by_number.get(number)
    if known is not None and registrant is not None:
        return Identity(
            vendor=known.id,
            layer=known.layer,
            origin=known.origin,
            strength="inferred",
            registrant=registrant,
            why=(f"the holder of enterprise number {number} is {registrant}",),
        )
    return _registered(registrant, f"the holder of enterprise number {number}")
