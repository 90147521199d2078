"""Which questions there are: pure functions from what is known so far. Forbidden and unanswerable ones are questions too."""

from collections.abc import Iterable, Mapping, Sequence

from inventory.endpoint import Endpoint
from inventory.fact import FactTable, all_tables
from inventory.facts.service import ServiceFacts, spoken
from inventory.question import Question
from scanner.discovery.ports import applies_to
from scanner.probe import all_probes, fillers

ALWAYS = ("host", "service")
ALONG = ("database",)  # filled by the probes of other tables without a word more: what it names is known for the asking


def needed_tables(names: Iterable[str] | None = None) -> dict[str, FactTable]:
    """The tables that somebody wants to know about, with those that every plan rests on; None wants all."""
    tables = all_tables()
    if names is None:
        return dict(tables)
    wanted = {*names, *ALWAYS, *ALONG}
    return {name: table for name, table in tables.items() if name in wanted}


def asked_tables(tables: Mapping[str, FactTable]) -> list[FactTable]:
    """Those that are asked over the network by a probe, as against imported or derived ones."""
    return [table for table in tables.values() if (table.ports or table.protocols) and fillers(table.name)]


def host_question(address: str, vantage: str) -> Question:
    """Does anything answer there?"""
    return Question(Endpoint(address), "host", vantage)


def default_questions(address: str, device_class: str, tables: Mapping[str, FactTable], vantage: str) -> list[Question]:
    """What is asked of every asset of a class, on default ports, open or not."""
    return sorted(
        Question(Endpoint(address, transport, port), table.name, vantage)
        for table in asked_tables(tables)
        if applies_to(table, device_class)
        for transport, port in table.ports
    )


def unseen_questions(address: str, device_class: str, tables: Mapping[str, FactTable], vantage: str) -> list[Question]:
    """What is asked besides of a host that says nothing: services that are otherwise found by looking, where they usually are.
    They can end in nothing but a gap that is shown."""
    return sorted(
        Question(Endpoint(address, transport, port), table.name, vantage)
        for table in asked_tables(tables)
        if applies_to(table, device_class)
        for transport, port in table.usual_ports
    )


def service_questions(address: str, open_ports: Iterable[int], vantage: str) -> list[Question]:
    """What speaks on each open port?"""
    return [Question(Endpoint(address, "tcp", port), "service", vantage) for port in sorted(open_ports)]


def protocol_questions(
    endpoint: Endpoint,
    services: Sequence[ServiceFacts],
    device_class: str,
    tables: Mapping[str, FactTable],
    vantage: str,
) -> list[Question]:
    """What is asked of an endpoint because of what it speaks. A table for certain classes (ONVIF over HTTP of cameras) is
    asked of others only where the endpoint speaks that very protocol."""
    words = {word for facts in services for word in spoken(facts)}
    return sorted(
        Question(endpoint, table.name, vantage)
        for table in asked_tables(tables)
        if words & set(table.protocols) and (applies_to(table, device_class) or table.name in words)
    )


def own_probe_tables() -> frozenset[str]:
    """The tables that a probe answers as its own; others are filled along the way."""
    return frozenset(probe.table for probe in all_probes().values())
