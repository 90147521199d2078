"""Foreign clients from beyond the border between zones: nmap and dig in the namespace of the second vantage, behind its gate.

What other zones reach is confirmed for a host as a whole: its services that city.yaml lets through are open from there, and no
port that it does not let through.
"""

from collections.abc import Mapping
from dataclasses import replace

from lab import agent, border, foreign, papers, sweeps
from lab.city import City, Host
from lab.confirmation import Words
from lab.foreign import Said
from lab.observed import CONFIRMED, CONTRADICTED, NOT_SEEN_FROM_OUTSIDE, WITHOUT_SIGN, Observed
from lab.truth import OF_HOST, TELLERS, Truth, truths

RECURSION = {"fail": ("flags: qr rd ra;", "flags: qr aa rd ra;"), "pass": ("status: REFUSED",)}
REGISTER = "the register"


def observe(city: City) -> list[Observed]:
    """Every row of the truth from beyond the border; what speaks against it is asked once more."""
    rows = truths(city, border.VANTAGE)
    agent.prepare(city, border.VANTAGE, papers.permit(city, vantage=border.VANTAGE))
    hosts = {host.name: host for host in border.seen_from(city, border.VANTAGE)}
    swept = sweep(city)
    asked = {row: commands(row, hosts[row.host], swept) for row in rows}
    said: Said = {}
    seen: list[Observed] = []
    for _ in range(2):
        wanted = [words for row, words in asked.items() if words and _open(row, seen)]
        said |= foreign.run(wanted, "border", namespace=agent.namespace(border.VANTAGE)) if wanted else {}
        seen = [judged(row, hosts[row.host], through(city, hosts[row.host]), asked[row], said) for row in rows]
    return seen


def _open(row: Truth, seen: list[Observed]) -> bool:
    """Is this row still to be asked about, or spoken against?"""
    found = next((each for each in seen if (each.address, each.rule) == (row.address, row.rule)), None)
    return found is None or found.state == CONTRADICTED


def sweep(city: City) -> Mapping[str, Words]:
    """Zone → nmap over every TCP port that anything there listens on, through the border."""
    found = {}
    for zone in city.zones:
        there = sweeps.askable(city, zone)
        ports = sorted({each.port for host in there for each in host.services if each.transport == "tcp"})
        if ports:
            listed = ",".join(map(str, ports))
            addresses = [address for host in there for address in host.addresses()]
            found[zone.name] = (*sweeps.NMAP, "-sS", "-p", listed, "-T4", "--max-retries", "2", "-oG", "-", *addresses)
    return found


def through(city: City, host: Host) -> set[int]:
    """The TCP ports of a host that the border lets through."""
    ports = (*city.zone(host.zone).across, *host.across)
    return {int(port.removeprefix("tcp/")) for port in ports if port.startswith("tcp/")}


def commands(row: Truth, host: Host, swept: Mapping[str, Words]) -> Words:
    """What to ask about a row; nothing where no client can tell, or the host must be left alone."""
    if row.source in (OF_HOST, *TELLERS) or sweeps.frail(host):
        return ()
    if row.rule == "ds-dns-open-recursion":
        return ("dig", "+time=3", "+tries=2", "+recurse", f"@{row.address}", "elsewhere.example")
    return swept[row.zone]


def judged(row: Truth, host: Host, let_through: set[int], words: Words, said: Said) -> Observed:
    """The ports that are open from there, or what a name server says of recursion."""
    seen = Observed(row.address, row.rule, WITHOUT_SIGN, vantage=border.VANTAGE)
    if row.source in (OF_HOST, *TELLERS):
        return replace(seen, state=NOT_SEEN_FROM_OUTSIDE, saw=TELLERS.get(row.source, REGISTER))
    if not words:
        return seen
    if words[0] == "dig":
        found = next((sign for sign in RECURSION[row.verdict] if sign in said[words]), "")
        return replace(seen, state=CONFIRMED if found else CONTRADICTED, client=f"dig @{row.address}", saw=found)
    opened = sweeps.opened(row.address, said[words])
    described = {each.port for each in host.services if each.transport == "tcp"}
    state = CONFIRMED if described <= opened <= let_through else CONTRADICTED
    listed = ", ".join(f"tcp/{port}" for port in sorted(opened))
    return replace(seen, state=state, client="nmap -sS from beyond the border", saw=f"open: {listed or 'none'}")
