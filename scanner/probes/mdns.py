"""mDNS: which services does a device announce? One question for all service types, sent to the device alone (RFC 6762 5.5,
RFC 6763 9); nothing is sent to the group."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.mdns import MdnsFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.dns import PTR, SRV, Answer, query, read_answer
from scanner.wire.reader import printable

ALL_SERVICES = "_services._dns-sd._udp.local"
A, AAAA = 1, 28


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One datagram."""
    await recorder.datagram("services", query(ALL_SERVICES, PTR), limit=9000, timeout=1.5, tries=2)


def interpret(exchange: Exchange) -> dict[str, list[MdnsFacts]]:
    """Pure. Raises NotUnderstood where the answer is not DNS with an authoritative answer, as every mDNS responder gives."""
    turn = exchange.turn("services")
    answer = read_answer(turn.received if turn is not None else b"")
    if not answer.authoritative:
        raise NotUnderstood("an answer of an ordinary name server")
    kinds = sorted({name for name in _targets(answer) if name.endswith((".local", "._tcp", "._udp"))})
    hosts = [record.name for record in answer.records if record.kind in (A, AAAA, SRV)]
    return {
        "mdns": [
            MdnsFacts(
                answers=True,
                service_count=len(kinds),
                services=printable(",".join(kinds).encode(), 512) or None,
                host=printable(hosts[0].encode(), 128) or None if hosts else None,
            )
        ]
    }


def _targets(answer: Answer) -> list[str]:
    found = []
    for record in answer.records:
        if record.kind == PTR and record.name == ALL_SERVICES:
            try:
                found.append(answer.name_in(record))
            except NotUnderstood:
                continue
    return found


PROBE = Probe(name="mdns", table="mdns", transport="udp", collect=collect, interpret=interpret, packets=2)
