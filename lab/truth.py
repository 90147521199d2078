"""The ground truth: for each host and rule the verdict that a correct scan must give, with the setting that causes it.

`truth` in city.yaml is written by hand, a group for each subject. A group says

    asked   who is asked: `everywhere`, a list of device classes (a default port of theirs), `speaking` (only hosts on
            which one of `of` runs), or {classes, of}: hosts registered as one of these, or on which one of these runs
    ports   the default ports, as tcp/6379: where one is blocked, or every port is open, nothing can be told
    of      what speaks it: names of services in city.yaml, servers or twins, or `tcp` for every service over TCP
    unseen  true: asked of registered hosts that say nothing, too, where such a service usually is
    from    `border`: what is told from there, and only there (see lab/border.py); `documents`: what owners' documents decide
            (see lab/documents.py), in place of what the scan alone tells; else the group tells of the office
    silent  `as closed`: of a host that says nothing, the register still tells what it is
    first   cases that every rule of the group tries before its own
    rules   rule → {closed: {VERDICT: because}, cases: […], only: …}; `closed` holds where nothing of the kind runs,
            and may be a list of cases with `where`; `only` says which registered hosts the rule is about (as `where`):
            for others it is not applicable; `always` is the verdict of everybody whom the rule concerns, `silent`
            that of a host that says nothing, where it is not that nothing can be told

and a case, tried in order for each service of a host,

    of, when, where    a narrower choice of services, settings of the service, properties of the host (all optional)
    VERDICT: because   pass, partial, fail, not_applicable, not_assessed; `candidate: because` for a sign of a fail that
                       only a person can confirm (not assessed); or `none: because` where no verdict is given
    told_by            what tells the because where no client on the network can: configuration, catalogue, document, vantage

A group without `of` speaks of hosts themselves; its cases have only `where`. The verdicts of a host's services fold like
those of endpoints: fail > not_assessed > partial > pass > not_applicable.

In a group of documents the parts of a host's document stand for its services: `of` names parts of bills, outputs, or all of
one kind, `bill` and `output`; `closed` holds where no case speaks of the document and the scan alone gives no verdict; nobody
is `asked`. Nothing here is computed by the product, or reads
its rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lab import border, place
from lab.city import VERDICTS, City, CityError, Host, Service, full_settings
from lab.documents import Document, documents
from lab.identities import identities

CANDIDATE = "candidate"
WORDS = (*VERDICTS, CANDIDATE, "none")
ORDER = ("fail", CANDIDATE, "not_assessed", "partial", "pass", "not_applicable")
GROUP_KEYS = {"subject", "from", "asked", "unseen", "ports", "of", "silent", "first", "rules"}
RULE_KEYS = {"closed", "cases", "only", "always", "silent"}
CASE_KEYS = {"of", "when", "where", "told_by", *WORDS}
TELLERS = {
    "configuration": "a configuration that somebody hands in",
    "catalogue": "the catalogue of products",
    "document": "a document that somebody hands in",
    "vantage": "the zone that the scan looks from",
}
SILENT = "the host drops everything"
EXCLUDED = "the permit excludes the host"
DOCUMENTS = "documents"
EVERY_PORT = "every port is open and nothing answers as it should"

CLOSED, OF_HOST, UNSEEN = "closed", "host", "unseen"
Decided = tuple[str, str, str]
"""A verdict, its because, and what causes it: the name of a service, that nothing of the kind listens (closed), the host itself
or its entry in the register (host), that nothing can be seen (unseen), or one of TELLERS."""


@dataclass(frozen=True)
class Truth:
    """What a correct scan says of one address about one rule; a candidate is not assessed until a person confirms it."""

    host: str
    address: str
    zone: str
    rule: str
    verdict: str
    because: str
    candidate: bool = False
    subject: str = ""
    source: str = ""
    ports: tuple[str, ...] = ()


def truths(city: City, vantage: str = "office") -> list[Truth]:
    """The whole matrix, host by host in the order of city.yaml, rule by rule in the order of `truth`; from beyond the border
    the part that can only be told from there.

    Raises CityError for an entry that cannot be read, or a service whose settings no case covers.
    """
    found = []
    groups = [group for group in city.truth if group.get("from", "office") == vantage]
    rules = [(group, rule, entry) for group in groups for rule, entry in _checked(group).items()]
    for host in border.seen_from(city, vantage):
        for group, rule, entry in rules:
            decided = _decide(host, group, rule, entry)
            if decided is not None:
                word, because, source = decided
                verdict = "not_assessed" if word == CANDIDATE else word
                for name, address in zip(host.names(), host.addresses(), strict=True):
                    told = (name, address, host.zone, rule, verdict, because, word == CANDIDATE)
                    found.append(Truth(*told, group["subject"], source, tuple(group.get("ports", ()))))
    return found


def with_documents(city: City) -> list[Truth]:
    """The matrix of the office after every document of an owner joined the scan.

    Raises CityError as `truths` does.
    """
    told = {(each.address, each.rule): each for each in truths(city)}
    hosts = {name: host for host in city.hosts for name in host.names()}
    groups = [group for group in city.truth if group.get("from") == DOCUMENTS]
    rules = [(group, rule, entry) for group in groups for rule, entry in _checked(group).items()]
    for paper in documents(city):
        host = hosts[paper.host]
        for group, rule, entry in rules:
            place = (paper.address, rule)
            decided = _of_document(host, paper, group, entry, asked=place in told)
            if decided is not None:
                word, because, source = decided
                verdict = "not_assessed" if word == CANDIDATE else word
                named = (paper.host, paper.address, host.zone, rule, verdict, because, word == CANDIDATE)
                told[place] = Truth(*named, group["subject"], source)
    return list(told.values())


def _of_document(
    host: Host, paper: Document, group: Mapping[str, Any], entry: Mapping[str, Any], *, asked: bool
) -> Decided | None:
    """What the parts of a document decide, or None where it changes nothing."""
    cases = [
        next((case for case in entry["cases"] if _tells(paper, part, case, group) and _where(host, case)), None)
        for part in paper.parts
    ]
    decided = [_verdict(case, DOCUMENTS) for case in cases if case is not None and "none" not in case]
    if decided:
        return min(decided, key=lambda each: ORDER.index(each[0]))
    return _verdict(entry["closed"], DOCUMENTS) if not asked and "closed" in entry else None


def _tells(paper: Document, part: str, case: Mapping[str, Any], group: Mapping[str, Any]) -> bool:
    names = {part, paper.kind}
    return bool(names & set(_list(group["of"])) and names & set(_list(case.get("of", group["of"]))))


def document(
    city: City, observed: Mapping[tuple[str, str], Mapping[str, Any]] | None = None, vantage: str = "office"
) -> dict[str, Any]:
    """The matrix in the shape that `python -m lab truth --json` prints, for `documents` with what these decide; `observed` is what foreign clients saw, by address and
    rule: it stands beside each because, null where nothing was seen."""
    hosts: dict[str, dict[str, Any]] = {}
    for host in city.hosts:
        for name, address in zip(host.names(), host.addresses(), strict=True):
            known = identities(city, host)
            hosts[name] = {"host": name, "address": address, "zone": host.zone, "identities": known, "verdicts": []}
    for each in with_documents(city) if vantage == DOCUMENTS else truths(city, vantage):
        verdict: dict[str, Any] = {"rule": each.rule, "verdict": each.verdict, "because": each.because}
        verdict["observed"] = (observed or {}).get((each.address, each.rule))
        hosts[each.host]["verdicts"].append(verdict)
    return {"hosts": list(hosts.values())}


def _decide(host: Host, group: Mapping[str, Any], rule: str, entry: Mapping[str, Any]) -> Decided | None:
    """Verdict and cause of one rule on one host, or None where the rule asks nothing of it."""
    asked = _is_asked(host, group["asked"])
    if "of" not in group:
        return _of_host(host, entry)
    mute = host.excluded or host.behaviour == "silent"
    concerned = asked and (host.registered or not mute)
    if mute and group.get("unseen"):
        concerned = concerned or host.registered
    if not mute:
        concerned = concerned or any(_names(each, group["of"]) for each in _reachable(host))
    if not concerned:
        return None
    if "always" in entry:
        return _verdict(entry["always"], OF_HOST)
    if host.registered and not _where(host, {"where": entry.get("only", {})}):
        return "not_applicable", "the rule is not about such hosts", OF_HOST
    if mute and "silent" in entry:
        return _verdict(entry["silent"], UNSEEN)
    if mute and group.get("silent") != "as closed":
        return "not_assessed", EXCLUDED if host.excluded else SILENT, UNSEEN
    decided = [] if mute else [each for each in _of_services(host, group, rule, entry) if each[0] != "none"]
    if asked and not decided:
        unknown = _unknown(host, group)
        if unknown:
            decided.append(("not_assessed", unknown, UNSEEN))
        else:
            decided += [_verdict(case, CLOSED) for case in _list(entry.get("closed", [])) if _where(host, case)][:1]
    told = [each for each in decided if each[0] != "none"]
    return min(told, key=lambda each: ORDER.index(each[0])) if told else None


def _unknown(host: Host, group: Mapping[str, Any]) -> str:
    """Why nothing can be told of the group's default ports: they are blocked, or every port is open."""
    for port in group.get("ports", ()):
        if int(port.partition("/")[2]) in host.blocked:
            return f"port {port} is blocked"
        if host.behaviour == "every-port" and port.startswith("tcp/"):
            return EVERY_PORT
    return ""


def _is_asked(host: Host, asked: Any) -> bool:
    if isinstance(asked, str):
        return asked == "everywhere"
    if isinstance(asked, Mapping):
        mute = host.excluded or host.behaviour == "silent"
        speaks = not mute and any(_names(each, asked["of"]) for each in _reachable(host))
        return speaks or (host.registered and host.device_class in asked["classes"])
    return host.device_class in asked


def _of_host(host: Host, entry: Mapping[str, Any]) -> Decided | None:
    """The first case that speaks of the host itself."""
    for case in entry["cases"]:
        if _where(host, case):
            verdict = _verdict(case, OF_HOST)
            return None if verdict[0] == "none" else verdict
    return None


def _of_services(host: Host, group: Mapping[str, Any], rule: str, entry: Mapping[str, Any]) -> Iterator[Decided]:
    for service in _reachable(host):
        if not _names(service, group["of"]):
            continue
        for case in entry["cases"]:
            if _names(service, case.get("of", group["of"])) and _where(host, case) and _when(service, case):
                yield _verdict(case, service.name)
                break
        else:
            raise CityError(f"truth: {rule}: no case covers {service.name} on {host.name}")


def _reachable(host: Host) -> list[Service]:
    return [service for service in host.services if service.port not in host.blocked]


def _verdict(case: Mapping[str, Any], source: str) -> Decided:
    return next((word, str(case[word]), str(case.get("told_by", source))) for word in WORDS if word in case)


def _names(service: Service, of: Any) -> bool:
    return bool({service.name, service.kind, service.transport} & set(_list(of)))


def _when(service: Service, case: Mapping[str, Any]) -> bool:
    settings = full_settings(service)
    return all(getattr(settings, key) in _list(value) for key, value in case.get("when", {}).items())


def _where(host: Host, case: Mapping[str, Any]) -> bool:
    names = {"class": "device_class"}
    return all(getattr(host, names.get(key, key)) in _list(value) for key, value in case.get("where", {}).items())


def _list(value: Any) -> list[Any]:
    """A value or a list as a list; lists in lists (a named list among names) are opened."""
    if not isinstance(value, list):
        return [value]
    return [one for each in value for one in _list(each)]


def _checked(group: Mapping[str, Any]) -> Mapping[str, Any]:
    """The group's rules. Raises CityError for what cannot be read."""
    subject = group.get("subject", "?")
    needed = {"subject", "rules", "of" if group.get("from") == DOCUMENTS else "asked"}
    if set(group) - GROUP_KEYS or not needed <= set(group):
        raise CityError(f"truth: {subject}: a group has {', '.join(sorted(GROUP_KEYS))}")
    for rule, entry in group["rules"].items():
        if set(entry) - RULE_KEYS:
            raise CityError(f"truth: {rule}: a rule has closed, cases, only, silent and always")
        for case in [
            *_list(group.get("first", [])),
            *entry.get("cases", []),
            *_list(entry.get("closed", [])),
            *_list(entry.get("always", [])),
        ]:
            words = set(case) & set(WORDS)
            if set(case) - CASE_KEYS:
                raise CityError(f"truth: {rule}: unknown key {sorted(set(case) - CASE_KEYS)[0]!r}")
            if len(words) != 1 or not case[next(iter(words))]:
                raise CityError(f"truth: {rule}: a case needs one verdict ({', '.join(WORDS)}) with its because")
            if case.get("told_by", "document") not in TELLERS:
                raise CityError(f"truth: {rule}: told_by is one of {', '.join(TELLERS)}")
    first = _list(group.get("first", []))
    rules: Mapping[str, Any] = {
        rule: {**entry, "cases": [*first, *entry.get("cases", [])]} for rule, entry in group["rules"].items()
    }
    return rules


def rule_names(city: City) -> list[str]:
    """The rules that the truth names."""
    return [rule for group in city.truth for rule in group["rules"]]


def pack_rules() -> list[str]:
    """The rules that the packs of this checkout hold, by their files' names."""
    files = (place.CHECKOUT / "rules" / "packs").glob("*/*.yaml")
    return sorted(path.stem for path in files if path.stem not in ("pack", "profile"))


def uncovered(city: City, rules: Iterable[str]) -> tuple[list[str], list[str]]:
    """Rules that the truth names and no pack has, and rules of the packs that the truth does not name."""
    named, there = set(rule_names(city)), set(rules)
    return sorted(named - there), sorted(there - named)
