"""Asks the whole city with foreign clients and holds what they say against the truth, because by because.

What was seen is kept in `out/lab/observed.json` with the digest of the city as it was asked; `lab truth --json` carries it while
the city is still the same.
"""

import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lab import containers, network, place
from lab.city import City, Host
from lab.confirmation import Words, confirmation, has_sign, sign
from lab.truth import CLOSED, OF_HOST, UNSEEN, Truth, truths

PORTS_AT_ONCE = ("nmap", "-n", "-Pn", "-sS", "-sU", "--max-retries", "3", "-oG", "-")
CONFIRMED, CONTRADICTED, WITHOUT_SIGN, NOT_SEEN_FROM_OUTSIDE = (
    "confirmed",
    "contradicted",
    "no sign",
    "not for the network",
)


@dataclass(frozen=True)
class Observed:
    """How a because stands: confirmed with the client's command and words, contradicted, without a sign to look for, or of
    a kind that no client can see (the register, the permit, what only a configuration tells)."""

    address: str
    rule: str
    state: str
    client: str = ""
    saw: str = ""


def frail(host: Host) -> bool:
    """Must nothing but its own protocol be said to it, or nothing at all?"""
    fragile = any(service.settings.get("fragile") for service in host.services)
    return host.excluded or host.behaviour != "" or fragile


def at_each_address(city: City) -> Mapping[str, Host]:
    """Address → the host there."""
    return {address: replace(host, address=address, count=1) for host in city.hosts for address in host.addresses()}


def commands_for(row: Truth, host: Host) -> tuple[Words, ...]:
    """The clients that can confirm a row about a service; none where there is no confirmation."""
    service = next(each for each in host.services if each.name == row.source)
    found = confirmation(row.subject, service)
    return found.ask(host, service) if found is not None and has_sign(found, row.rule, row.verdict) else ()


def port_scans(city: City, rows: Iterable[Truth]) -> dict[str, Words]:
    """Zone → one run of nmap over the default ports of every group, on all its hosts that may be asked so."""
    ports = sorted({port for row in rows if row.source == CLOSED for port in row.ports})
    tcp, udp = (",".join(p.split("/")[1] for p in ports if p.startswith(kind)) for kind in ("tcp/", "udp/"))
    scans = {}
    for zone in city.zones:
        hosts = [a for host in city.hosts if host.zone == zone.name and not frail(host) for a in host.addresses()]
        if hosts:
            scans[zone.name] = (*PORTS_AT_ONCE, "-p", f"T:{tcp},U:{udp}", *hosts)
    return scans


def run(commands: Iterable[Words]) -> dict[Words, str]:
    """What each client said. All run in one container in the city's own namespace."""
    wanted = sorted(set(commands))
    folder = place.out() / "clients"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "commands.json").write_text(json.dumps(wanted), encoding="utf-8")
    told = containers.clients(folder, str(network.NAMESPACES / network.city_namespace()))
    with (folder / "said.jsonl").open("a", encoding="utf-8") as log:
        log.write(told)
    return {tuple(line["words"]): line["said"] for line in map(json.loads, told.splitlines())}


def observe(city: City) -> list[Observed]:
    """Ask everything and judge every row of the truth. What speaks against it is asked once more: a busy machine loses
    datagrams and lets clients wait in vain."""
    rows, hosts = truths(city), at_each_address(city)
    scans = port_scans(city, rows)
    asked = {row: commands_for(row, hosts[row.address]) for row in rows if _of_service(row)}
    quiet = {row for row in asked if frail(hosts[row.address])}
    given = {row: () if row in quiet else asked.get(row, ()) for row in rows}

    def judged(row: Truth) -> Observed:
        closed = {zone: said[words] for zone, words in scans.items()}
        return _judged(row, hosts[row.address], given[row], said, closed)

    said = run([*scans.values(), *(words for each in given.values() for words in each)])
    doubtful = [row for row in rows if judged(row).state == CONTRADICTED]
    again = {words for row in doubtful for words in given[row] or (scans[row.zone],)}
    said |= run(again) if again else {}
    return [judged(row) for row in rows]


def _of_service(row: Truth) -> bool:
    return row.source not in (CLOSED, OF_HOST, UNSEEN)


def _judged(
    row: Truth, host: Host, asked: tuple[Words, ...], said: Mapping[Words, str], closed: Mapping[str, str]
) -> Observed:
    if row.source in (OF_HOST, UNSEEN) or (row.source == CLOSED and not row.ports):
        return Observed(row.address, row.rule, NOT_SEEN_FROM_OUTSIDE)
    if row.source == CLOSED:
        return _closed(row, closed.get(row.zone, ""))
    if not asked:
        return Observed(row.address, row.rule, WITHOUT_SIGN)
    service = next(each for each in host.services if each.name == row.source)
    found = confirmation(row.subject, service)
    saw = sign(found, row.rule, row.verdict, "\n".join(said[words] for words in asked)) if found is not None else None
    client = shlex.join(next((w for w in asked if saw and saw in " ".join(said[w].split())), asked[0]))[:240]
    return Observed(row.address, row.rule, CONFIRMED if saw else CONTRADICTED, client, saw or "")


def _closed(row: Truth, listed: str) -> Observed:
    """The ports of the group, as nmap listed them for this address."""
    host = re.escape(row.address)
    line = re.search(rf"^Host: {host} .*Ports: ([^\t\n]*)(?:\tIgnored State: (\S+))?", listed, re.MULTILINE)
    if line is None:
        return Observed(row.address, row.rule, WITHOUT_SIGN)
    states = {f"{p[2]}/{p[0]}": p[1] for p in (entry.strip().split("/") for entry in line[1].split(",")) if len(p) > 2}
    seen = {port: states.get(port, line[2] or "not listed") for port in row.ports}
    shut = all(state in ("closed", "filtered") for state in seen.values())
    words = ", ".join(f"{port} {state}" for port, state in seen.items())
    if not shut and all(state != "open" for state in seen.values()):
        return Observed(row.address, row.rule, WITHOUT_SIGN)  # silence says neither
    return Observed(row.address, row.rule, CONFIRMED if shut else CONTRADICTED, "nmap -sS -sU", words)


def digest(city: City) -> str:
    """Of the city as it is described now, changed settings included."""
    return hashlib.sha256(repr((city.hosts, city.truth)).encode()).hexdigest()


def file() -> Path:
    return place.out() / "observed.json"


def keep(city: City, observed: Iterable[Observed]) -> None:
    """Store what was seen of the city or of some of its zones, beside what is kept of this very city's other hosts."""
    seen = list(observed)
    asked = {each.address for each in seen}
    others = [each for each in kept(city).values() if each.address not in asked]
    rows = [asdict(each) for each in (*others, *seen)]
    file().write_text(json.dumps({"city": digest(city), "rows": rows}, ensure_ascii=False), encoding="utf-8")


def kept(city: City) -> dict[tuple[str, str], Observed]:
    """What was seen of this very city; nothing when it has changed since, or was never asked."""
    if not file().is_file():
        return {}
    document: dict[str, Any] = json.loads(file().read_text(encoding="utf-8"))
    if document["city"] != digest(city):
        return {}
    return {(row["address"], row["rule"]): Observed(**row) for row in document["rows"]}


def shown(city: City) -> dict[tuple[str, str], dict[str, str]]:
    """Address and rule → the client's command and its words, of what was confirmed."""
    confirmed = {key: each for key, each in kept(city).items() if each.state == CONFIRMED}
    return {key: {"client": each.client, "saw": each.saw} for key, each in confirmed.items()}


def summary(rows: Iterable[Truth], observed: Iterable[Observed]) -> Iterator[str]:
    """Counts, then every contradiction, then the rules whose verdicts no client confirms."""
    pairs = list(zip(rows, observed, strict=True))
    for state in (CONFIRMED, CONTRADICTED, WITHOUT_SIGN, NOT_SEEN_FROM_OUTSIDE):
        yield f"{state}: {sum(seen.state == state for _, seen in pairs)} of {len(pairs)}"
    for row, seen in pairs:
        if seen.state == CONTRADICTED:
            yield f"contradicted: {row.host} {row.rule} {row.verdict}: {row.because} ({seen.client[:100]})"
    lacking = sorted({f"{row.rule} {row.verdict}" for row, seen in pairs if seen.state == WITHOUT_SIGN})
    yield f"without a sign: {len(lacking)} verdicts of rules: {', '.join(lacking)}"
