"""`chengjian inventory import REPORT.xml`: what nmap found elsewhere joins a scan, as far as the permit's networks go.

Open ports become answers of the host; a service counts only where nmap recognised it by an answer, never by the port number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inventory.canonical import canonical
from inventory.endpoint import Endpoint
from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.imports.nmap_xml import Host, Service, read_report
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from scanner import nmap_program
from scanner.asking import conclude
from scanner.derive import permit_of
from scanner.discovery import sweep
from scanner.permit import Permit, in_scope
from scanner.writer import Answer, Writer

STATES = {"open": sweep.OPEN, "closed": sweep.CLOSED, "filtered": sweep.SILENT}


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken from a report; `outside`: addresses that the permit does not name."""

    hosts: int
    services: int
    outside: int
    complete: bool


def fill_nmap(store: Store, scan: str, path: Path, at: str) -> Taken:
    """Add a report to a scan. Raises ImportFormatError where it is none."""
    report, permit = read_report(path), permit_of(store, scan)
    vantage = f"nmap:{path.name}"
    writer, hosts, services, outside = Writer(store, scan), 0, 0, 0
    for host in report.hosts:
        found = [answer for address in _addresses(host, permit) for answer in _answers(host, address, vantage, at)]
        hosts += bool(found)
        outside += host.status != "down" and not _addresses(host, permit)
        services += sum(answer.question.table == "service" for answer in found)
        for answer in found:
            writer.answer(answer)
    writer.flush()
    return Taken(hosts, services, outside, report.complete)


def _addresses(host: Host, permit: Permit) -> list[str]:
    named = [address for address, kind in host.addresses if kind in ("ipv4", "ipv6")]
    return [address for address in named if in_scope(permit, address) is not None]


def _answers(host: Host, address: str, vantage: str, at: str) -> Iterator[Answer]:
    tcp = [service for service in host.services if service.transport == "tcp" and service.state in STATES]
    ports = {service.port: STATES[service.state] for service in tcp}
    control = next((port for port in sorted(ports) if ports[port] in sweep.ANSWERS), 0)
    mac = next((value.lower() for value, kind in host.addresses if kind == "mac"), "")
    if control or mac:
        exchange = sweep.to_exchange(sweep.Sweep(address, ports, control, bool(control), False, mac))
        yield _answer(Question(Endpoint(address), "host", vantage), exchange, at)
    for service in tcp:
        if service.state == "open":
            exchange = service_exchange(address, service)
            try:
                nmap_program.interpret(exchange)
            except NotUnderstood:
                continue  # a guess from the port number is no answer to what speaks there
            yield _answer(Question(exchange.endpoint, "service", vantage), exchange, at)


def service_exchange(address: str, service: Service) -> Exchange:
    """A service as the evidence that our own runs of nmap give."""
    values = {
        "name": service.name or "",
        "product": service.product or "",
        "version": service.version or "",
        "extrainfo": service.extra or "",
        "conf": service.conf or "" if service.method == "probed" else "3",
        "tunnel": service.tunnel or "",
    }
    kept = {name: value[: nmap_program.LONGEST] for name, value in values.items()}
    turn = Turn("service", b"", canonical(kept))
    return Exchange(nmap_program.KIND, Endpoint(address, "tcp", service.port), (turn,))


def _answer(question: Question, exchange: Exchange, at: str) -> Answer:
    interpret = sweep.interpret if exchange.kind == sweep.KIND else nmap_program.interpret
    ending = conclude(interpret, exchange)
    seen = Observation(
        question.id, Outcome(ending.outcome), ending.reason, at, EvidenceClass.HANDSHAKE, (exchange.digest,)
    )
    return Answer(question, seen, ending.facts, (exchange,))
