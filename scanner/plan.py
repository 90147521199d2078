"""What a scan would do: hosts, questions and a packet budget from above. Nothing is sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from inventory.fact import FactTable
from scanner import planner
from scanner.discovery.datagrams import OPENINGS
from scanner.discovery.ports import LIKELY, UNUSED, default_ports, tcp_ports
from scanner.discovery.scout import MOST_COMMUNITIES
from scanner.permit import Permit, in_scope
from scanner.pipeline import Options
from scanner.probe import fillers, probe_for
from scanner.sweep import snmp
from scanner.targets import other_hosts, registered_hosts, too_large
from scanner.terminal import say, say_json, table

KNOCK_PACKETS = 4  # an answered connect, closed again
TRIES = 2


@dataclass(slots=True)
class ZonePlan:
    """The budget of one zone. `at_most_packets` if every address of it answered on its default ports."""

    zone: str
    registered: int = 0
    other_addresses: int = 0
    questions: int = 0
    forbidden: int = 0
    discovery_packets: int = 0
    probe_packets: int = 0


@dataclass(slots=True)
class Plan:
    """The budget of a scan."""

    zones: dict[str, ZonePlan] = field(default_factory=dict)
    only_registered_in: list[str] = field(default_factory=list)


def make_plan(permit: Permit, options: Options) -> Plan:
    """Count what would be asked of registered hosts, and what looking for others would cost."""
    plan = Plan({zone.name: ZonePlan(zone.name) for zone in permit.zones}, too_large(permit))
    tables = planner.needed_tables(options.tables)
    asked = planner.asked_tables(tables)
    for known in registered_hosts(permit, options.register):
        zone = in_scope(permit, known.address)
        if zone is None:
            continue
        here = plan.zones[zone.name]
        here.registered += 1
        ports = options.ports or tcp_ports(
            asked, known.device_class, zone.treated_as(known.declared), options.extra_ports
        )
        if permit.decide(known.address, 0, None, 1, known.declared).allowed:
            here.discovery_packets += (len(ports) * TRIES + len(UNUSED)) * KNOCK_PACKETS
        for question in planner.default_questions(known.address, known.device_class, tables, permit.vantage):
            here.questions += 1
            probe = probe_for(question.table) or fillers(question.table)[0]
            decision = permit.decide(
                known.address, question.endpoint.port, None, probe.intensity, known.declared, probe.act
            )
            if decision.allowed:
                here.probe_packets += probe.packets
            else:
                here.forbidden += 1
    register = {entry.address: entry for entry in options.register}
    for known in other_hosts(permit, register):
        zone = in_scope(permit, known.address)
        if zone is not None:
            plan.zones[zone.name].other_addresses += 1
            plan.zones[zone.name].discovery_packets += look_packets(permit, tables, known.device_class)
    return plan


def look_packets(permit: Permit, tables: Mapping[str, FactTable], device_class: str) -> int:
    """What looking for a silent address costs: ARP or an echo, likely ports, datagrams, and SNMP where the act is listed."""
    udp = default_ports(planner.asked_tables(tables), device_class, "udp")
    communities = MOST_COMMUNITIES if snmp.ACT in permit.acts and snmp.PORT in udp else 0
    return (1 + len(LIKELY) + len(udp & OPENINGS.keys()) + communities) * TRIES


def print_plan(permit: Permit, options: Options, *, json: bool) -> None:
    """Say the plan."""
    plan = make_plan(permit, options)
    if json:
        say_json({"permit": permit.id, **asdict(plan)})
        return
    head = ["zone", "registered", "other addresses", "questions", "forbidden", "discovery packets", "probe packets"]
    say(table(head, [list(asdict(zone).values()) for zone in plan.zones.values()]))
    total = sum(zone.discovery_packets + zone.probe_packets for zone in plan.zones.values())
    say(f"at most {total} packets for known hosts; a host that answers besides costs as much as a registered one")
    say(f"at {permit.pace.total_packets} packets/s in all, {permit.pace.host_packets} packets/s a host")
    for network in plan.only_registered_in:
        say(f"{network} is too large to try every address: only registered hosts are looked at")
