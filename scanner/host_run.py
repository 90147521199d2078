"""One host: discover its ports, ask every question about it, and say for each how that ended."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from inventory.endpoint import Endpoint
from inventory.errors import PermitOver, RefusedByPermit
from inventory.exchange import Exchange
from inventory.fact import Fact, FactTable
from inventory.facts.service import ServiceFacts, spoken
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from scanner import planner
from scanner.asking import Ending, Reduce, ask, conclude, stamp
from scanner.discovery import sweep as discovery
from scanner.discovery.ports import LIKELY
from scanner.discovery.scout import Scouted
from scanner.discovery.sweep import Sweep
from scanner.door import Door, Guest
from scanner.probe import Asking, Probe, fillers, probe_for
from scanner.writer import Answer, Writer

SHORTEST_BANNER = 4  # characters
UNREACHABLE_EVERY = 1.1  # seconds; common systems say "port unreachable" once a second after a few (RFC 1812, 4.3.2.8)
Recognise = Callable[[str, Sequence[int], Guest], Awaitable[Mapping[int, Exchange]]]
"""Another way to tell what speaks on ports that no probe recognised: address, ports, guest → port → exchange."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a host before it is asked."""

    address: str
    device_class: str  # as declared or by default of its zone: picks the tables
    declared: str | None  # None: nobody said, so it is treated as the most fragile class of its zone
    registered: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What an interrupted scan has stored already: question id → outcome, service facts, and the sweep of each host."""

    observed: Mapping[str, Observation] = field(default_factory=dict)
    services: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    sweeps: Mapping[str, Sweep] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all hosts of a scan share."""

    door: Door
    writer: Writer
    tables: Mapping[str, FactTable]
    asking: Asking
    reduce: Reduce
    stored: Stored
    recognise: Recognise | None = None
    scouted: Scouted = field(default_factory=Scouted)  # what was seen of hosts before their turn
    remembered: Mapping[str, tuple[Question, ...]] = field(default_factory=dict)  # what the scan before had to ask


class HostRun:
    """The questions about one host. `run` may be cancelled at any time: what was answered is with the writer."""

    def __init__(self, setting: Setting, known: Known, ports: Iterable[int]) -> None:
        self.setting = setting
        self.known = known
        self.ports = tuple(ports)
        self.address = known.address
        self.vantage = setting.door.permit.vantage
        self.planned: set[Question] = set()
        self.done: set[str] = set()
        self.seen = Sweep(known.address)
        self.sweep_evidence: tuple[Exchange, ...] = ()
        self.understood: set[Endpoint] = set()  # answered a probe of its own protocol
        self.held: list[tuple[Question, Ending]] = []  # silent ones wait for the control endpoint
        self.says_unreachable = False  # the host has told that a datagram's port is closed

    def guest(self, intensity: int = 1, act: str = "") -> Guest:
        """How we ask this host."""
        return Guest(self.known.declared, intensity, act)

    async def run(self, deadline: float) -> None:
        """Everything about the host within `deadline` seconds."""
        try:
            async with asyncio.timeout(deadline):
                await self._everything()
        except TimeoutError:
            for question in sorted(self.planned):
                self._end(question, Ending(Outcome.NEVER_ASKED, "host-deadline"))

    async def _everything(self) -> None:
        self._plan([planner.host_question(self.address, self.vantage)])
        self._plan(planner.default_questions(self.address, self.known.device_class, self.setting.tables, self.vantage))
        self._plan(self.setting.remembered.get(self.address, ()))
        whole = self.setting.door.permit.decide(self.address, 0, None, 1, self.known.declared)
        if not whole.allowed:
            self._plan(self._unseen())
            for question in sorted(self.planned):
                self._end(question, Ending(Outcome.FORBIDDEN, whole.why))
            return
        await self._discover()
        if not self.seen.alive:
            self._plan(self._unseen())
        services = planner.service_questions(self.address, self.seen.open_ports, self.vantage)
        self._plan(services)
        self._end_what_discovery_decided()
        udp = [question for question in sorted(self.planned) if question.endpoint.transport == "udp"]
        alone: list[Question] = []
        if self.seen.every_port_open:
            services = self._only_plausible(services)
            asked = {question.endpoint for question in services}
            tcp = [question for question in sorted(self.planned) if question.endpoint.transport == "tcp"]
            alone = [question for question in tcp if question.endpoint not in asked]
        await asyncio.gather(
            *(self._endpoint(question) for question in services),
            *(self._question(question) for question in (*udp, *alone)),
        )
        await self._recognise_the_rest()
        await self._decide_the_silent()
        for question in sorted(self.planned):
            self._end(question, Ending(Outcome.NEVER_ASKED, "no-probe"))

    def _unseen(self) -> Iterable[Question]:
        return planner.unseen_questions(self.address, self.known.device_class, self.setting.tables, self.vantage)

    def _plan(self, questions: Iterable[Question]) -> None:
        new = [question for question in questions if question not in self.planned]
        self.planned.update(new)
        self.setting.writer.ask(new)
        for question in new:
            stored = self.setting.stored.observed.get(question.id)
            if stored is not None:
                self.done.add(question.id)
                self._note_unreachable(question, stored.outcome, stored.reason)

    def _note_unreachable(self, question: Question, outcome: Outcome, reason: str) -> None:
        if question.endpoint.transport == "udp" and (outcome, reason) == (Outcome.CLOSED, "closed"):
            self.says_unreachable = True

    def _end(self, question: Question, ending: Ending) -> None:
        """Hand the ending of a question to the writer, once."""
        if question.id in self.done:
            return
        self.done.add(question.id)
        self._note_unreachable(question, ending.outcome, ending.reason)
        if ending.outcome == Outcome.ANSWERED and question.table != "service":
            self.understood.add(question.endpoint)
        facts = {question.table: ending.facts[question.table]} if question.table in ending.facts else {}
        seen = Observation(
            question.id,
            ending.outcome,
            ending.reason,
            stamp(self.setting.door.now()),
            EvidenceClass.HANDSHAKE,
            tuple(exchange.digest for exchange in ending.evidence),
        )
        self.setting.writer.answer(Answer(question, seen, facts, ending.evidence))

    async def _discover(self) -> None:
        question = planner.host_question(self.address, self.vantage)
        stored = self.setting.stored.sweeps.get(self.address)
        if stored is not None:
            self.seen = stored
            self.sweep_evidence = (discovery.to_exchange(stored),)
            return
        scouted = self.setting.scouted
        looked = scouted.ports.pop(self.address, None)
        self.seen = await discovery.sweep(self.setting.door, self.address, self.ports, self.guest(), looked)
        mac, heard = scouted.macs.get(self.address, ""), scouted.heard.get(self.address, "")
        self.seen = replace(self.seen, mac=mac, heard=heard)
        exchange = discovery.to_exchange(self.seen)
        self.sweep_evidence = (exchange,)
        self._end(question, conclude(discovery.interpret, exchange))

    def _end_what_discovery_decided(self) -> None:
        for question in sorted(self.planned):
            where = question.endpoint
            if where.transport != "tcp" or question.id in self.done:
                continue
            how = self.seen.ports.get(where.port, discovery.SILENT)
            if how == discovery.CLOSED:
                self._end(question, Ending(Outcome.CLOSED, "closed", evidence=self.sweep_evidence))
            elif how == discovery.REFUSED:
                self._end(question, Ending(Outcome.REFUSED, "reset", evidence=self.sweep_evidence))
            elif how == discovery.FORBIDDEN:
                why = self.setting.door.permit.decide(self.address, where.port, None, 1, self.known.declared).why
                self._end(question, Ending(Outcome.FORBIDDEN, why))
            elif how == discovery.SILENT and self.seen.alive and self.seen.control_after:
                self._end(question, Ending(Outcome.FILTERED, "control-answered", evidence=self.sweep_evidence))
            elif how == discovery.SILENT:
                self._end(question, Ending(Outcome.SILENT, "timeout", evidence=self.sweep_evidence))

    def _only_plausible(self, services: Sequence[Question]) -> list[Question]:
        """Behind a middle box an open port means nothing: only likely ones are asked what they speak; tables with default
        ports ask there themselves."""
        kept = [question for question in services if question.endpoint.port in LIKELY]
        for question in services:
            if question not in kept:
                self._end(question, Ending(Outcome.NEVER_ASKED, "middle-box"))
        return kept

    async def _endpoint(self, service: Question) -> None:
        """What speaks there, then everything that is asked because of it, one after the other."""
        facts = await self._service(service)
        self._plan(
            planner.protocol_questions(
                service.endpoint, facts, self.known.device_class, self.setting.tables, self.vantage
            )
        )
        here = [question for question in sorted(self.planned) if question.endpoint == service.endpoint]
        own = planner.own_probe_tables()
        for question in here:
            if question.table in own:
                await self._question(question, facts)
        for question in here:  # tables without a probe of their own, whose fillers were asked or not planned here
            if question.table not in own and question.id not in self.done:
                self._filled_along(question)

    async def _service(self, question: Question) -> tuple[ServiceFacts, ...]:
        stored = self.setting.stored.services.get(question.id)
        if question.id in self.setting.stored.observed:
            return tuple(facts for facts in stored or () if isinstance(facts, ServiceFacts))
        probe = probe_for("service")
        if probe is None:
            self._end(question, Ending(Outcome.NEVER_ASKED, "no-probe"))
            return ()
        ending = await self._ask(question, probe)
        facts = tuple(row for row in ending.facts.get("service", ()) if isinstance(row, ServiceFacts))
        if self._may_be_recognised(ending, facts):
            self.held.append((question, ending))
            return facts
        self._end(question, ending)
        return facts

    def _may_be_recognised(self, ending: Ending, facts: Sequence[ServiceFacts]) -> bool:
        if any(0 < len(row.banner or "") < SHORTEST_BANNER for row in facts):
            return False  # it drips its words: another program would only wait longer
        unknown = ending.outcome in (Outcome.FAILED, Outcome.REFUSED) or (
            ending.outcome == Outcome.ANSWERED and not any(row.protocol for row in facts)
        )
        # behind a middle box every port would be handed over, for minutes, and each answer would be the box's own
        return unknown and self.setting.recognise is not None and not self.seen.every_port_open

    async def _question(self, question: Question, heard: Sequence[ServiceFacts] = ()) -> None:
        """Ask a question by its own probe; what the answer fills besides is kept under the questions of those tables.
        `heard`: what the service probe learned of the endpoint."""
        if question.id in self.done:
            return
        probe = probe_for(question.table)
        if probe is None:
            return
        ending = await self._ask(question, probe, heard)
        words = {word for row in heard for word in spoken(row)}
        if ending.outcome == Outcome.SILENT:
            self.held.append((question, ending))
            return
        if ending.reason == "other-protocol" and words and question.table not in words:
            # not silence: it was heard to speak something else, so nothing of this kind listens here
            ending = replace(ending, outcome=Outcome.CLOSED, reason=f"speaks:{min(words)}")
        self._share(question.endpoint, probe, ending)
        self._end(question, ending)

    def _filled_along(self, question: Question) -> None:
        """A table that only other probes fill: where none of them is asked here, nobody asks."""
        tables_here = {item.table for item in self.planned if item.endpoint == question.endpoint}
        for probe in fillers(question.table):
            if probe.table in tables_here:
                return  # asked already: `_share` ended this question, or it ends with the silent ones
        fit = [
            probe
            for probe in fillers(question.table)
            if probe.transport == question.endpoint.transport and probe.table in self.setting.tables
        ]
        if fit:
            self._end(question, Ending(Outcome.NEVER_ASKED, "no-probe-for-this-protocol"))

    def _share(self, endpoint: Endpoint, probe: Probe, ending: Ending) -> None:
        for table in probe.also:
            if table not in self.setting.tables:
                continue
            question = Question(endpoint, table, self.vantage)
            if table in ending.facts:
                self._plan([question])
                self._end(question, ending)
            elif (
                question in self.planned
                and fillers(table)[0].table != table
                and not self._filled_later(question, probe)
            ):
                self._end(question, ending)

    def _filled_later(self, question: Question, probe: Probe) -> bool:
        """Is another probe still to be asked here that may fill the table, as TLS after TLCP fills certificates?"""
        others = {Question(question.endpoint, other.table, self.vantage) for other in fillers(question.table)}
        others.discard(Question(question.endpoint, probe.table, self.vantage))
        return any(other in self.planned and other.id not in self.done for other in others)

    async def _ask(self, question: Question, probe: Probe, heard: Sequence[ServiceFacts] = ()) -> Ending:
        decision = self.setting.door.permit.decide(
            self.address, question.endpoint.port, None, probe.intensity, self.known.declared, probe.act
        )
        if not decision.allowed:
            return Ending(Outcome.FORBIDDEN, decision.why)
        told = heard[0] if heard else ServiceFacts()
        fragile = self.setting.door.is_fragile(self.address, self.guest())
        asking = replace(self.setting.asking, tls=told.tls, protocol=told.protocol or "", fragile=fragile)
        guest = self.guest(probe.intensity, probe.act)
        return await ask(self.setting.door, probe, asking, guest, question.endpoint, self.setting.reduce)

    async def _recognise_the_rest(self) -> None:
        """Ask the other program about ports on which none of our probes recognised anything."""
        if self.setting.recognise is None:
            return
        unnamed = {question: ending for question, ending in self.held if question.table == "service"}
        self.held = [(question, ending) for question, ending in self.held if question not in unnamed]
        asked = {question: ending for question, ending in unnamed.items() if question.endpoint not in self.understood}
        for question in sorted(unnamed.keys() - asked.keys()):
            self._end(question, unnamed[question])
        if not asked:
            return
        ports = sorted(question.endpoint.port for question in asked)
        try:
            found = await self.setting.recognise(self.address, ports, self.guest(2))
        except PermitOver:
            raise
        except RefusedByPermit:
            found = {}
        from scanner.nmap_program import interpret

        for question, ending in asked.items():
            exchange = found.get(question.endpoint.port)
            better = conclude(interpret, self.setting.reduce(exchange)) if exchange is not None else ending
            if better.outcome == Outcome.ANSWERED:
                self._end(question, replace(better, evidence=(*ending.evidence, *better.evidence)))
                facts = tuple(row for row in better.facts.get("service", ()) if isinstance(row, ServiceFacts))
                before = set(self.planned)
                self._plan(
                    planner.protocol_questions(
                        question.endpoint, facts, self.known.device_class, self.setting.tables, self.vantage
                    )
                )
                for new in sorted(self.planned - before):
                    await self._question(new, facts)
            else:
                self._end(question, ending)

    async def _decide_the_silent(self) -> None:
        """A silent port means something only if the host still talks to us: the control endpoint is asked once more."""
        if not self.held:
            return
        alive = False
        if self.seen.alive:
            how = await discovery.knock(self.setting.door, self.address, self.seen.control, self.guest())
            alive = how in discovery.ANSWERS
        if alive and self.says_unreachable:
            await self._ask_datagrams_again()
        for question, ending in self.held:
            ended = self._silent_ending(question, ending, alive)
            probe = probe_for(question.table)
            if probe is not None:
                self._share(question.endpoint, probe, ended)
            self._end(question, ended)
        self.held = []

    async def _ask_datagrams_again(self) -> None:
        """Datagrams without an answer once more, one after the other: a host that has said "port unreachable" for other ports
        may have kept quiet only because it says so no more than once a second."""
        silent, self.held = self.held, []
        for question, ending in silent:
            probe = probe_for(question.table)
            if question.endpoint.transport != "udp" or probe is None:
                self.held.append((question, ending))
                continue
            await self.setting.door.pace.sleep(UNREACHABLE_EVERY)
            second = await self._ask(question, probe)
            if second.outcome == Outcome.SILENT:
                self.held.append((question, second))
                continue
            self._share(question.endpoint, probe, second)
            self._end(question, second)

    def _silent_ending(self, question: Question, ending: Ending, alive: bool) -> Ending:
        if not alive:
            return replace(ending, outcome=Outcome.SILENT, reason="timeout")
        if question.endpoint.transport == "udp":
            return replace(ending, outcome=Outcome.FILTERED, reason="control-answered")
        return replace(ending, outcome=Outcome.FAILED, reason="stopped-answering")
