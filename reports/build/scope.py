"""Scope, freshness and effect on the targets: what was allowed, what was reached, when, and at what cost."""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from inventory.asset import Asset
from inventory.canonical import canonical, sha256
from inventory.endpoint import Endpoint
from inventory.fact import all_tables
from inventory.facts.service import ServiceFacts
from inventory.observation import Outcome
from inventory.store import Store
from reports.report import (
    DoNoHarm,
    Exclusion,
    Exposure,
    Freshness,
    PermitSummary,
    PermitZone,
    Scope,
    TableFreshness,
    ZoneReach,
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def permit_summary(permit: Mapping[str, Any]) -> PermitSummary:
    """What the reader needs of a permit document; a field that it lacks stays empty."""
    issuer = permit.get("issuer", "")
    if isinstance(issuer, Mapping):
        issuer = "　".join(str(issuer[name]) for name in ("organisation", "authorised_by") if issuer.get(name))
    return PermitSummary(
        id=str(permit.get("id", "")),
        digest=sha256(canonical(permit)),
        issuer=str(issuer),
        contact=str(permit.get("contact", "")),
        environment="lab" if permit.get("environment") == "lab" else "production",
        valid_from=str(permit.get("valid_from", "")),
        valid_to=str(permit.get("valid_to", "")),
        timezone=str(permit.get("timezone", "Asia/Shanghai")),
        hours=tuple(_window(window) for window in permit.get("hours", ())),
        zones=tuple(_zone(zone) for zone in permit.get("zones", ())),
        acts=tuple(sorted(permit.get("acts", ()))),
        pace={str(name): int(value) for name, value in sorted(permit.get("pace", {}).items())},
    )


def _window(window: Mapping[str, Any]) -> str:
    days = " ".join(window.get("days", ()))
    return f"{days} {str(window.get('from', ''))[:5]}–{str(window.get('to', ''))[:5]}".strip()


def _zone(zone: Mapping[str, Any]) -> PermitZone:
    return PermitZone(
        name=str(zone["name"]),
        networks=tuple(str(network) for network in zone.get("networks", ())),
        intensity={str(name): int(level) for name, level in sorted(zone.get("classes", {}).items())},
    )


def scope(store: Store, scan: str, permit: Mapping[str, Any], assets: Sequence[Asset]) -> Scope:
    """Reach per zone, exposure between zones, exclusions, and how many permitted addresses never answered."""
    questions = store.questions(scan)
    observed = store.observations(scan)
    zone_of = _zones_of(permit, assets)
    outcomes: dict[str, Counter[str]] = {}
    answered: dict[tuple[str, str], set[Endpoint]] = {}
    for question in questions:
        zone = zone_of(question.endpoint.address)
        seen = observed.get(question.id)
        outcome = seen.outcome if seen is not None else Outcome.NEVER_ASKED
        outcomes.setdefault(zone, Counter())[outcome.value] += 1
        if outcome is Outcome.ANSWERED and question.endpoint.transport != "none":
            answered.setdefault((question.vantage, zone), set()).add(question.endpoint)
    sizes = Counter(asset.zone for asset in assets)
    protocols = _protocols(store, scan)
    return Scope(
        vantages=tuple(sorted({question.vantage for question in questions if ":" not in question.vantage})),
        zones=tuple(
            ZoneReach(zone=zone, assets=sizes[zone], outcomes=dict(sorted(outcomes.get(zone, Counter()).items())))
            for zone in sorted(sizes.keys() | outcomes.keys())
        ),
        exposure=tuple(
            Exposure(
                vantage=vantage,
                zone=zone,
                endpoints=len(endpoints),
                protocols=dict(sorted(Counter(protocols.get(place, "unknown") for place in endpoints).items())),
            )
            for (vantage, zone), endpoints in sorted(answered.items())
            if ":" not in vantage
        ),
        exclusions=tuple(Exclusion(target=str(target)) for target in permit.get("exclusions", ())),
        unanswered_addresses=_unanswered(permit, assets),
    )


def _zones_of(permit: Mapping[str, Any], assets: Iterable[Asset]) -> Any:
    known = {address: asset.zone for asset in assets for address in asset.addresses}
    networks = [
        (ipaddress.ip_network(network), str(zone["name"]))
        for zone in permit.get("zones", ())
        for network in zone.get("networks", ())
    ]

    def zone_of(address: str) -> str:
        if address in known:
            return known[address]
        try:
            where = ipaddress.ip_address(address)
        except ValueError:
            return ""
        return next((name for network, name in networks if where.version == network.version and where in network), "")

    return zone_of


def _protocols(store: Store, scan: str) -> dict[Endpoint, str]:
    endpoint_of = {question.id: question.endpoint for question in store.questions(scan)}
    found = {}
    for question, rows in store.facts(scan, "service").items():
        for row in rows:
            if isinstance(row, ServiceFacts) and row.protocol and question in endpoint_of:
                found[endpoint_of[question]] = row.protocol
    return found


def _unanswered(permit: Mapping[str, Any], assets: Iterable[Asset]) -> int:
    """Permitted addresses that are neither excluded nor an asset's."""
    networks = [
        ipaddress.ip_network(network) for zone in permit.get("zones", ()) for network in zone.get("networks", ())
    ]
    excluded = list(ipaddress.collapse_addresses(_of(4, permit))) + list(ipaddress.collapse_addresses(_of(6, permit)))
    total = sum(network.num_addresses for network in networks)
    for hole in excluded:
        total -= sum(_overlap(hole, network) for network in networks)
    inside = 0
    for where in filter(None, map(_parsed, {address for asset in assets for address in asset.addresses})):
        if any(where.version == network.version and where in network for network in networks):
            inside += 1
    return max(total - inside, 0)


def _parsed(address: str) -> Any:
    """The IP address, or None for the name of a system that only files speak of."""
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _of(version: int, permit: Mapping[str, Any]) -> list[Any]:
    parsed = [ipaddress.ip_network(str(target)) for target in permit.get("exclusions", ())]
    return [network for network in parsed if network.version == version]


def _overlap(one: Network, other: Network) -> int:
    if one.version != other.version or not one.overlaps(other):
        return 0
    return min(one.num_addresses, other.num_addresses)


def freshness(store: Store, scan: str, ended: str) -> Freshness:
    """Age of the answered questions by fact table; the grade expires when the first of them does."""
    tables = all_tables()
    times: dict[str, list[str]] = {}
    table_of = {question.id: question.table for question in store.questions(scan)}
    for question, seen in store.observations(scan).items():
        if seen.outcome is Outcome.ANSWERED and table_of.get(question) in tables:
            times.setdefault(table_of[question], []).append(seen.at)
    rows = tuple(
        TableFreshness(
            table=name,
            title=tables[name].title,
            oldest=min(taken),
            newest=max(taken),
            valid_for_days=tables[name].valid_for_days,
            expires=later(min(taken), tables[name].valid_for_days),
        )
        for name, taken in sorted(times.items())
    )
    return Freshness(
        oldest=min((row.oldest for row in rows), default=ended),
        newest=max((row.newest for row in rows), default=ended),
        expires=min((row.expires for row in rows), default=ended),
        tables=rows,
    )


def later(time: str, days: int) -> str:
    """That many days after a UTC time, in the same form."""
    return (datetime.fromisoformat(time) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def do_no_harm(counters: Mapping[str, int]) -> DoNoHarm:
    """The counters of the network door."""
    return DoNoHarm(
        counters={str(name): int(value) for name, value in sorted(counters.items()) if name != "malformed"},
        malformed=int(counters.get("malformed", 0)),
    )
