"""Asks the whole city with foreign clients and holds what they say against the truth, because by because."""

import shlex
from collections.abc import Mapping
from dataclasses import replace

from lab import sweeps
from lab.city import City, Host
from lab.confirmation import Words, confirmation, has_sign, sign
from lab.foreign import Said, run
from lab.observed import CONFIRMED, CONTRADICTED, NOT_SEEN_FROM_OUTSIDE, WITHOUT_SIGN, Observed
from lab.sweeps import Sweeps, frail
from lab.truth import CLOSED, OF_HOST, TELLERS, UNSEEN, Truth, truths

UNFINISHED = ("(no end within two minutes)", "(cannot be run")
"""A client that could not read to the end is no witness."""


def at_each_address(city: City) -> Mapping[str, Host]:
    """Address → the host there."""
    return {address: replace(host, address=address, count=1) for host in city.hosts for address in host.addresses()}


def commands_for(row: Truth, host: Host) -> tuple[Words, ...]:
    """The clients that can confirm a row about a service; none where there is no confirmation."""
    service = next(each for each in host.services if each.name == row.source)
    found = confirmation(row.subject, service)
    return found.ask(host, service) if found is not None and has_sign(found, row.rule, row.verdict) else ()


def observe(city: City) -> list[Observed]:
    """Ask everything and judge every row of the truth. What speaks against it, or is mute about ports, is asked once more: a
    busy machine loses datagrams and lets clients wait in vain."""
    rows, hosts = truths(city), at_each_address(city)
    swept = sweeps.sweeps(city, rows)
    given = {row: asked_for(row, hosts[row.address], swept) for row in rows}
    said = run([*swept.commands(), *(words for each in given.values() for words in each)])
    first = [_judged(row, hosts[row.address], given[row], said) for row in rows]
    again = {
        words
        for row, seen in zip(rows, first, strict=True)
        for words in given[row]
        if _doubtful(row, seen, said[words])
    }
    said |= run(again) if again else {}
    return [
        _judged(row, hosts[row.address], given[row], said) if set(given[row]) & again else seen
        for row, seen in zip(rows, first, strict=True)
    ]


def _doubtful(row: Truth, seen: Observed, said: str) -> bool:
    """Something speaks against the truth, or a sweep of ports or products told nothing of this address."""
    mute = row.source == CLOSED and (bool(row.ports) or any(word in said for word in UNFINISHED))
    return seen.state == CONTRADICTED or (seen.state == WITHOUT_SIGN and mute)


def asked_for(row: Truth, host: Host, swept: Sweeps) -> tuple[Words, ...]:
    """The commands whose words decide a row; none where nothing on the network can, or the host must be left alone."""
    if row.source in (OF_HOST, *TELLERS) or host.excluded:
        return ()
    if row.source in (CLOSED, UNSEEN) or host.behaviour:
        words = swept.words(row)
        return (words,) if words else ()
    return () if frail(host) else commands_for(row, host)


def _judged(row: Truth, host: Host, asked: tuple[Words, ...], said: Said) -> Observed:
    if row.source in (OF_HOST, *TELLERS) or host.excluded:
        told = "the permit, which excludes the host" if host.excluded else TELLERS.get(row.source, "the register")
        return Observed(row.address, row.rule, NOT_SEEN_FROM_OUTSIDE, saw=told)
    if not asked:
        return Observed(row.address, row.rule, WITHOUT_SIGN)
    if host.behaviour:
        return sweeps.troubled(row, host, said[asked[0]])
    if row.source == UNSEEN:
        return sweeps.blocked(row, said[asked[0]])
    if row.source == CLOSED:
        return (sweeps.closed if row.ports else sweeps.unnamed)(row, said[asked[0]])
    return _of_service(row, host, asked, said)


def _of_service(row: Truth, host: Host, asked: tuple[Words, ...], said: Said) -> Observed:
    """What the clients of a service's confirmation said."""
    service = next(each for each in host.services if each.name == row.source)
    found = confirmation(row.subject, service)
    saw = sign(found, row.rule, row.verdict, "\n".join(said[words] for words in asked)) if found is not None else None
    if saw is None and any(word in said[words] for words in asked for word in UNFINISHED):
        return Observed(row.address, row.rule, WITHOUT_SIGN)
    client = shlex.join(next((w for w in asked if saw and saw in " ".join(said[w].split())), asked[0]))[:240]
    return Observed(row.address, row.rule, CONFIRMED if saw else CONTRADICTED, client, saw or "")
