"""The ground truth: for each host and rule the verdict that a correct scan must give, with the setting that causes it.

`truth` in city.yaml is written by hand, rule by rule. An entry says who is asked (`asked`), what holds where nothing of the
kind runs (`nothing`), and cases that are tried in order for each service of a host:

    of      names of services in city.yaml, servers or twins (one or a list); a case without it speaks of the host itself
    when    settings of the service that must be so (a value, or a list of values)
    where   properties of the host that must be so (level, class, registered, importance, zone, name)

The verdicts of a host's services fold like those of endpoints: fail > not_assessed > partial > pass > not_applicable.
Nothing here is computed by the product, or reads its rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lab import place
from lab.city import VERDICTS, City, CityError, Host, Service, full_settings

ORDER = ("fail", "not_assessed", "partial", "pass", "not_applicable")
ENTRY_KEYS = {"rule", "asked", "ports", "nothing", "silent", "cases"}
CASE_KEYS = {"of", "when", "where", "verdict", "because"}
SILENT = "the host drops everything"
EXCLUDED = "the permit excludes the host"


@dataclass(frozen=True)
class Truth:
    """What a correct scan says of one address about one rule."""

    host: str
    address: str
    zone: str
    rule: str
    verdict: str
    because: str


def truths(city: City) -> list[Truth]:
    """The whole matrix, host by host in the order of city.yaml, rule by rule in the order of `truth`.

    Raises CityError for an entry that cannot be read, or a service whose settings no case covers.
    """
    found = []
    for entry in city.truth:
        _check_entry(entry)
    for host in city.hosts:
        for entry in city.truth:
            decided = _decide(host, entry)
            if decided is not None:
                for name, address in zip(host.names(), host.addresses(), strict=True):
                    found.append(Truth(name, address, host.zone, entry["rule"], *decided))
    return found


def document(city: City) -> dict[str, Any]:
    """The matrix in the shape that `python -m lab truth --json` prints."""
    hosts: dict[str, dict[str, Any]] = {}
    for host in city.hosts:
        for name, address in zip(host.names(), host.addresses(), strict=True):
            hosts[name] = {"host": name, "address": address, "zone": host.zone, "verdicts": []}
    for each in truths(city):
        verdict = {"rule": each.rule, "verdict": each.verdict, "because": each.because}
        hosts[each.host]["verdicts"].append(verdict)
    return {"hosts": list(hosts.values())}


def _decide(host: Host, entry: Mapping[str, Any]) -> tuple[str, str] | None:
    """Verdict and cause of one rule on one host, or None where the rule asks nothing of it."""
    asked = _is_asked(host, entry["asked"])
    if host.excluded or host.behaviour == "silent":
        cause = EXCLUDED if host.excluded else SILENT
        if entry.get("silent") == "as usual":
            return _fold(_of_host(host, entry))
        return ("not_assessed", cause) if asked and host.registered else None
    decided = [*_of_host(host, entry), *_of_services(host, entry)]
    blocked = sorted(set(host.blocked) & set(entry.get("ports", ())))
    if blocked and asked:
        decided.append(("not_assessed", f"port {blocked[0]} is blocked"))
    if not decided and asked and entry.get("nothing"):
        decided.append((entry["nothing"]["verdict"], entry["nothing"]["because"]))
    return _fold(decided)


def _fold(decided: list[tuple[str, str]]) -> tuple[str, str] | None:
    return min(decided, key=lambda each: ORDER.index(each[0])) if decided else None


def _is_asked(host: Host, asked: Any) -> bool:
    """`everywhere`, `speaking` (only where a case speaks of something that runs), or a list of device classes."""
    if isinstance(asked, str):
        return asked == "everywhere"
    return host.device_class in asked


def _of_host(host: Host, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The first case that speaks of the host itself."""
    for case in entry["cases"]:
        if "of" not in case and _where(host, case):
            return [(case["verdict"], case["because"])]
    return []


def _of_services(host: Host, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for service in host.services:
        if service.port in host.blocked:
            continue
        about = [case for case in entry["cases"] if "of" in case and _names(service, case["of"])]
        fitting = [case for case in about if _where(host, case) and _when(service, case)]
        if about and not fitting:
            raise CityError(f"truth: {entry['rule']}: no case covers {service.name} on {host.name}")
        if fitting and fitting[0]["verdict"] != "none":
            yield fitting[0]["verdict"], fitting[0]["because"]


def _names(service: Service, of: Any) -> bool:
    return bool({service.name, service.kind} & set(_list(of)))


def _when(service: Service, case: Mapping[str, Any]) -> bool:
    settings = full_settings(service)
    return all(getattr(settings, key) in _list(value) for key, value in case.get("when", {}).items())


def _where(host: Host, case: Mapping[str, Any]) -> bool:
    names = {"class": "device_class"}
    return all(getattr(host, names.get(key, key)) in _list(value) for key, value in case.get("where", {}).items())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check_entry(entry: Mapping[str, Any]) -> None:
    rule = entry.get("rule", "?")
    if set(entry) - ENTRY_KEYS or not {"rule", "asked", "cases"} <= set(entry):
        raise CityError(f"truth: {rule}: an entry has {', '.join(sorted(ENTRY_KEYS))}")
    for case in [*entry["cases"], *([entry["nothing"]] if entry.get("nothing") else [])]:
        if set(case) - CASE_KEYS:
            raise CityError(f"truth: {rule}: unknown key {sorted(set(case) - CASE_KEYS)[0]!r}")
        if case.get("verdict") not in (*VERDICTS, "none") or (not case.get("because") and case["verdict"] != "none"):
            raise CityError(f"truth: {rule}: a case needs a verdict ({', '.join(VERDICTS)}) and a because")


def pack_rules() -> list[str]:
    """The rules that the packs of this checkout hold, by their files' names."""
    files = (place.CHECKOUT / "rules" / "packs").glob("*/*.yaml")
    return sorted(path.stem for path in files if path.stem not in ("pack", "profile"))


def uncovered(city: City, rules: Iterable[str]) -> tuple[list[str], list[str]]:
    """Rules that the truth names and no pack has, and rules of the packs that the truth does not name."""
    named, there = {entry["rule"] for entry in city.truth}, set(rules)
    return sorted(named - there), sorted(there - named)
