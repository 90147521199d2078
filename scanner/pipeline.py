"""One scan: discover, ask, store, with bounded tasks; it stops within a second and keeps everything."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from inventory.errors import PermitOver
from inventory.facts.service import ServiceFacts
from inventory.observation import Outcome
from inventory.register import Entry
from inventory.store import Store
from scanner import planner
from scanner.asking import Reduce
from scanner.discovery import links
from scanner.discovery import sweep as discovery
from scanner.discovery.ports import default_ports, tcp_ports
from scanner.discovery.scout import Scout, Ways
from scanner.door import Door, Guest
from scanner.host_run import HostRun, Known, Recognise, Setting, Stored
from scanner.permit import in_scope
from scanner.probe import Asking
from scanner.remembered import remembered_questions
from scanner.targets import known_host, made_by, other_hosts, registered_hosts
from scanner.writer import Writer

FINDERS = 4  # chunks of addresses that are looked for at once
AHEAD = 32  # hosts at which a first look is taken together
Waiting = asyncio.Queue[Known | None]
WATCH_INTERVAL = 0.2  # seconds between looks at the stop file and the permit


@dataclass(frozen=True, slots=True)
class Options:
    """How to scan. `tables` None asks for all; `ports` replaces the list of ports, `extra_ports` adds to it; `only` names the
    addresses to look at, and nobody else is looked for."""

    tables: frozenset[str] | None = None
    register: tuple[Entry, ...] = ()
    ports: tuple[int, ...] = ()
    extra_ports: tuple[int, ...] = ()
    only: tuple[str, ...] = ()
    hosts_at_once: int = 64
    host_deadline: float = 900.0
    asking: Asking = field(default_factory=Asking)
    stop_file: Path | None = None


@dataclass(slots=True)
class Progress:
    """How far the scan is, for people and for the status file of an agent."""

    hosts: int = 0
    finished: int = 0
    unanswered: int = 0
    questions: int = 0
    answered: int = 0


class Pipeline:
    """Runs one scan on a store in which the scan has begun. `run` gives `finished` or `stopped`; `why` says why."""

    def __init__(
        self,
        store: Store,
        scan: str,
        door: Door,
        options: Options,
        reduce: Reduce,
        recognise: Recognise | None = None,
        tell: Callable[[Progress], None] = lambda _: None,
        ways: Ways | None = None,
    ) -> None:
        self.store = store
        self.scan = scan
        self.door = door
        self.options = options
        self.tell = tell
        self.scout = Scout(door, ways or Ways(), options.asking.communities)
        self.idle = options.hosts_at_once
        self.why = ""
        self.progress = Progress()
        self._stop = asyncio.Event()
        self.writer = Writer(store, scan)
        self.register = {entry.address: entry for entry in options.register}
        tables = planner.needed_tables(options.tables)
        self.setting = Setting(
            door,
            self.writer,
            tables,
            options.asking,
            reduce,
            stored_answers(store, scan),
            recognise,
            self.scout.seen,
            {} if options.only else remembered_questions(store, scan, tables, door.permit.vantage),
        )

    def stop(self, why: str) -> None:
        """Stop within a second; what was learned is kept."""
        self.why = self.why or why
        self._stop.set()

    async def run(self) -> str:
        """Do everything. Bugs of ours in the pipeline itself pass through, after what was learned has been kept."""
        work = asyncio.ensure_future(self._work())
        others = [asyncio.ensure_future(task) for task in (self.writer.run(), self._watch(), self._stop.wait())]
        try:
            await asyncio.wait([work, *others], return_when=asyncio.FIRST_COMPLETED)
            for task in others[:2]:
                if task.done():
                    task.result()
            if work.done():
                work.result()
                return "finished"
            return "stopped"
        finally:
            for task in (work, *others):
                task.cancel()
            await asyncio.gather(work, *others, return_exceptions=True)
            self.writer.flush()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_INTERVAL)
            over = self.door.over()
            if self.options.stop_file is not None and self.options.stop_file.exists():
                self.stop("stop file")
            elif over:
                self.stop(over)
            self.progress.answered = self.writer.written
            self.tell(self.progress)

    async def _work(self) -> None:
        """A bounded number of hosts at once, registered ones first; beside it, whoever else answers is looked for, and those who
        have to wait for their turn are looked at ahead."""
        waiting: Waiting = asyncio.Queue()
        ahead: Waiting = asyncio.Queue()
        for chunk in links.chunks(self._sure_hosts()):
            await self._look_for_sure(chunk)
            for known in chunk:
                self._queue(known, waiting, ahead)
        everybody = iter(()) if self.options.only else other_hosts(self.door.permit, self.register)
        others = links.chunks(known for known in everybody if not self._seen_before(known))
        async with asyncio.TaskGroup() as group:
            for _ in range(self.options.hosts_at_once):
                group.create_task(self._take(waiting))
            looking = group.create_task(self._look_ahead(ahead, waiting))
            async with asyncio.TaskGroup() as finders:
                for _ in range(FINDERS):
                    finders.create_task(self._find(others, waiting, ahead))
            ahead.put_nowait(None)
            await looking
            for _ in range(self.options.hosts_at_once):
                waiting.put_nowait(None)

    def _queue(self, known: Known, waiting: Waiting, ahead: Waiting) -> None:
        """Whoever cannot be taken at once is looked at ahead."""
        at_once = waiting.qsize() < self.idle or self.scout.ways.syn is None
        (waiting if at_once or known.address in self.setting.stored.sweeps else ahead).put_nowait(known)

    async def _look_ahead(self, ahead: Waiting, waiting: Waiting) -> None:
        """A first look at the ports of hosts that wait, some at a time; nobody who could be taken waits for it."""
        while (known := await ahead.get()) is not None:
            batch, ended = [known], False
            while len(batch) < AHEAD and not ahead.empty() and not ended:
                more = ahead.get_nowait()
                ended = more is None
                batch += [more] if more is not None else []
            taken = min(len(batch), max(0, self.idle - waiting.qsize()))
            for known in batch[:taken]:
                waiting.put_nowait(known)
            await self._first_look(batch[taken:])
            for known in batch[taken:]:
                waiting.put_nowait(known)
            if ended:
                return

    async def _first_look(self, batch: Iterable[Known]) -> None:
        by_ports: dict[tuple[int, ...], dict[str, Guest]] = {}
        for known in batch:
            by_ports.setdefault(self.ports_for(known), {})[known.address] = Guest(known.declared, 1)
        for ports, guests in sorted(by_ports.items()):
            try:
                await self.scout.first_look(guests, ports)
            except PermitOver as over:
                await self._stop_here(over)

    def _sure_hosts(self) -> Iterator[Known]:
        """Registered hosts, and those that an interrupted scan or the scan before has found."""
        permit = self.door.permit
        if self.options.only:
            yield from (known_host(permit, address, self.register.get(address)) for address in self.options.only)
            return
        yield from registered_hosts(permit, self.options.register)
        sweeps = self.setting.stored.sweeps
        for address in sorted({*sweeps, *self.setting.remembered}):
            if address not in self.register and in_scope(permit, address) is not None:
                yield made_by(known_host(permit, address, None), sweeps[address].mac if address in sweeps else "")

    def _seen_before(self, known: Known) -> bool:
        return known.address in self.setting.stored.sweeps or known.address in self.setting.remembered

    async def _look_for_sure(self, chunk: Iterable[Known]) -> None:
        """Registered hosts are asked whatever comes of this; what is heard of them is remembered."""
        guests = {
            known.address: Guest(known.declared, 1)
            for known in chunk
            if known.address not in self.setting.stored.sweeps
        }
        try:
            near = await self.scout.on_links(guests)
            beyond = {a: guest for a, guest in guests.items() if a not in near.answers and a not in near.silent}
            await self.scout.echo(beyond)
        except PermitOver as over:
            await self._stop_here(over)

    async def _find(self, others: Iterator[list[Known]], waiting: Waiting, ahead: Waiting) -> None:
        """An address that nobody registered and that never answers is no asset, only counted."""
        for chunk in others:
            by_address = {known.address: known for known in chunk}
            guests = {known.address: Guest(known.declared, 1) for known in chunk}
            try:
                near = await self.scout.on_links(guests)
                for address in near.answers.keys() | near.silent:
                    self._found(by_address[address], address in near.answers, waiting, ahead)
                    guests.pop(address)
                beyond = [by_address[address] for address in guests]
                likely = {known.address: self.ports_for(known) for known in beyond} if self.options.ports else {}
                udp = {known.address: self.datagram_ports_for(known) for known in beyond}
                there = await self.scout.elsewhere(guests, likely, udp)
            except PermitOver as over:
                await self._stop_here(over)
            for known in beyond:
                self._found(known, known.address in there, waiting, ahead)

    def _found(self, known: Known, answers: bool, waiting: Waiting, ahead: Waiting) -> None:
        self.progress.hosts += 1
        if answers:
            self._queue(made_by(known, self.scout.seen.macs.get(known.address, "")), waiting, ahead)
        else:
            self.progress.unanswered += 1
            self.door.pace.forget(known.address)

    async def _take(self, waiting: Waiting) -> None:
        while (known := await waiting.get()) is not None:
            self.idle -= 1
            try:
                await HostRun(self.setting, known, self.ports_for(known)).run(self.options.host_deadline)
            except PermitOver as over:
                await self._stop_here(over)
            self.idle += 1
            self.progress.finished += 1

    async def _stop_here(self, over: PermitOver) -> NoReturn:
        """Stop the scan and wait to be cancelled: nothing more is sent, and nothing is taken for an answer."""
        self.stop(str(over))
        await asyncio.get_running_loop().create_future()
        raise over

    def ports_for(self, known: Known) -> tuple[int, ...]:
        """The TCP ports that discovery tries on a host."""
        if self.options.ports:
            return self.options.ports
        zone = in_scope(self.door.permit, known.address)
        treated = zone.treated_as(known.declared) if zone is not None else "unknown"
        tables = planner.asked_tables(self.setting.tables)
        return tcp_ports(tables, known.device_class, treated, self.options.extra_ports)

    def datagram_ports_for(self, known: Known) -> set[int]:
        """The UDP ports on which a host of its class is asked anyway."""
        return default_ports(planner.asked_tables(self.setting.tables), known.device_class, "udp")


def stored_answers(store: Store, scan: str) -> Stored:
    """What the scan has stored already: nothing, where it just began."""
    observed = store.observations(scan)
    sweeps = {}
    for question in store.questions(scan):
        seen = observed.get(question.id)
        if question.table == "host" and seen is not None and seen.evidence:
            sweeps[question.endpoint.address] = discovery.from_exchange(store.evidence(seen.evidence[0]))
    services = store.facts(scan, "service") if observed else {}
    return Stored(
        observed, {key: tuple(r for r in rows if isinstance(r, ServiceFacts)) for key, rows in services.items()}, sweeps
    )


@asynccontextmanager
async def telling(pipeline: Pipeline, interval: float, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Progress in words, every `interval` seconds, while the block runs."""

    async def loop() -> None:
        while True:
            await asyncio.sleep(interval)
            now, counters = pipeline.progress, pipeline.door.counters
            say(
                f"{now.finished} hosts done, {now.hosts} other addresses tried, {now.unanswered} of them unanswered, "
                f"{pipeline.writer.written} answers kept, {counters.packets} packets"
            )

    task = asyncio.ensure_future(loop())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def outcome_counts(store: Store, scan: str) -> dict[str, int]:
    """How many questions ended how, never asked ones included."""
    observed = store.observations(scan)
    counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    for question in store.questions(scan):
        seen = observed.get(question.id)
        counts[seen.outcome.value if seen is not None else Outcome.NEVER_ASKED.value] += 1
    return counts
