"""`chengjian inventory import LIST.json`: what masscan found elsewhere joins a scan, as far as the permit's networks go.

Ports become an answer of the host, banners evidence that the service probe reads as if it had heard them; nothing is concluded
from a port number.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn
from inventory.facts.service import ServiceFacts
from inventory.imports.masscan import Found, read_list
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from scanner.asking import conclude
from scanner.derive import permit_of
from scanner.discovery import sweep
from scanner.nmap_import import STATES, Taken
from scanner.permit import in_scope
from scanner.probe import all_probes
from scanner.writer import Answer, Writer


def fill_masscan(store: Store, scan: str, path: Path, at: str, reduce: Callable[[Exchange], Exchange]) -> Taken:
    """Add a list to a scan. Raises ImportFormatError where it is none."""
    found, permit = read_list(path), permit_of(store, scan)
    writer, hosts, services, outside = Writer(store, scan), 0, 0, 0
    for host in found.hosts:
        if in_scope(permit, host.address) is None:
            outside += 1
            continue
        hosts += 1
        for exchange in exchanges(host):
            answer = _answer(reduce(exchange), f"masscan:{path.name}", at)
            if answer is not None:
                services += answer.question.table == "service"
                writer.answer(answer)
    writer.flush()
    return Taken(hosts, services, outside, found.complete)


def exchanges(host: Found) -> Iterator[Exchange]:
    """The evidence of a host: its ports, then each banner."""
    ports = {port: STATES[state] for port, state in host.ports.items()}
    control = min((port for port in ports if ports[port] in sweep.ANSWERS), default=0)
    yield sweep.to_exchange(sweep.Sweep(host.address, ports, control, bool(control), False, ""))
    for port, banner in sorted(host.banners.items()):
        heard = banner.encode("latin-1", "replace")
        yield Exchange("service", Endpoint(host.address, "tcp", port), (Turn("greeting", b"", heard),))


def _answer(exchange: Exchange, vantage: str, at: str) -> Answer | None:
    """An answer about the host or a service; None for a banner in which no protocol is recognised."""
    table = "host" if exchange.kind == sweep.KIND else "service"
    ending = conclude(sweep.interpret if table == "host" else all_probes()["service"].interpret, exchange)
    rows = ending.facts.get(table, ())
    if ending.outcome != Outcome.ANSWERED or any(isinstance(row, ServiceFacts) and not row.protocol for row in rows):
        return None
    question = Question(exchange.endpoint, table, vantage)
    seen = Observation(question.id, ending.outcome, ending.reason, at, EvidenceClass.HANDSHAKE, (exchange.digest,))
    return Answer(question, seen, ending.facts, (exchange,))
