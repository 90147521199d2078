"""What `chengjian scan` does, step by step."""

import argparse
import asyncio
import os
import resource
import secrets
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.errors import InputError, RefusedByPermit
from inventory.register import Entry, from_bytes, load_register, to_bytes
from inventory.store import Store, asked_itself
from reports.report import Report
from rules.kept_packs import keep_packs
from scanner.asking import Reduce, stamp
from scanner.baseline import baseline
from scanner.cli import version
from scanner.derive import REGISTER, WORKSPACE_REGISTER, derive
from scanner.discovery.scout import Ways
from scanner.door import Door
from scanner.gate import sealed
from scanner.judging import Yardstick, conclude, finding_of, judged, tell_again, yardstick, yardstick_of
from scanner.logbook import write_down
from scanner.net import SocketWire, SweepSocket, SweepWire
from scanner.pace import Pace
from scanner.pack_signature import accepted
from scanner.permit import Permit
from scanner.permit_file import read_permit
from scanner.permit_signature import authority
from scanner.pipeline import Options, Pipeline, outcome_counts, telling
from scanner.plan import print_plan
from scanner.probe import Asking
from scanner.targets import too_large
from scanner.terminal import note, say, say_json, table

if TYPE_CHECKING:
    from scanner.helper_client import Helper

EXIT_INTERRUPTED = 130
KEY_BYTES = 32


def scan(arguments: argparse.Namespace) -> int:
    """Run the command; the exit code is as the command line's table says."""
    permit, data = read_permit(arguments.permit)
    allowed_by = authority(arguments.operator_keys, arguments.revocations)
    register = read_register(arguments, permit)
    packs = accepted(arguments)
    by = yardstick(arguments.profile, packs)
    options = Options(
        tables=by.tables,
        register=register,
        ports=port_list(arguments.ports, "--ports"),
        extra_ports=port_list(arguments.extra_ports, "--extra-ports"),
        hosts_at_once=arguments.hosts_at_once,
        host_deadline=arguments.host_deadline,
        asking=asking(permit, arguments.credentials, arguments.trust_store),
        stop_file=beside(arguments.permit, permit.stop_file),
    )
    if arguments.dry_run:
        print_plan(permit, options, json=arguments.json)
        return 0
    allowed_by.check(arguments.permit, permit.id, data)
    held = permit.when(datetime.now(UTC))
    if not held.allowed:
        raise RefusedByPermit(held.why)
    if arguments.listen:
        from scanner.listening import listen

        return listen(arguments, permit, data, register, by)
    if arguments.finding:
        return retest(arguments, permit, data, options, by)
    old = baseline(arguments.baseline, arguments.workspace)
    with Store.create(arguments.workspace) as store:
        nmap = nmap_version(arguments)
        name = resumed(store, permit) if arguments.resume else begin(store, permit, register, by, nmap)
        if arguments.resume:
            write_down(store, "scan", resumed=name, permit=permit.id)
            by = yardstick_of(store, name, packs) if arguments.profile is None else by
            options = replace(with_register(options, store, name), tables=by.tables)
        door = door_for(permit, data, arguments)
        pipeline = pipeline_for(store, name, door, options, arguments)
        note(f"scan {name}: permit {permit.id}, {len(register)} registered addresses")
        for network in too_large(permit):
            note(f"{network} is too large to try every address: only registered hosts are looked at")
        began = time.monotonic()
        with sealed():
            state = asyncio.run(drive(pipeline, quiet=arguments.quiet))
        end(store, name, state, door)
        note(
            f"scan {name}: {state}{' (' + pipeline.why + ')' if pipeline.why else ''}, {time.monotonic() - began:.1f} s"
        )
        if state != "finished":
            note(f"what was learned is kept; go on with: chengjian scan {arguments.permit} --resume")
            return EXIT_INTERRUPTED
        return end_with(store, name, arguments, by, old)


def door_for(permit: Permit, data: bytes, arguments: argparse.Namespace) -> Door:
    """The network door of a permit, which closes when the permit is revoked. `data`: the permit's bytes."""
    allowed_by = authority(arguments.operator_keys, arguments.revocations)
    return Door(
        permit,
        SocketWire(),
        Pace(permit.pace, time.monotonic),
        revoked=lambda: allowed_by.revoked(permit.id, data),
        knocks_at_once=sockets_allowed() - 400,
    )


def retest(arguments: argparse.Namespace, permit: Permit, data: bytes, options: Options, by: Yardstick) -> int:
    """Ask the host of one finding again, in a workspace of its own that is thrown away, and say whether the finding stands:
    exit code 1 where it does, 3 where that cannot be told, 0 where it is gone."""
    with Store.open(arguments.workspace) as store:
        found = finding_of(store, arguments.finding)
        write_down(store, "scan", finding=found.id, permit=permit.id)
    if not permit.decide(found.address, found.port).allowed:
        raise RefusedByPermit(permit.decide(found.address, found.port).why)
    with Store.memory() as store:
        name = begin(store, permit, options.register, by)
        door = door_for(permit, data, arguments)
        pipeline = pipeline_for(store, name, door, replace(options, only=(found.address,)), arguments)
        with sealed():
            state = asyncio.run(drive(pipeline, quiet=arguments.quiet))
        if state != "finished":
            note(f"{state}: {pipeline.why}")
            return EXIT_INTERRUPTED
        end(store, name, state, door)
        derive(store, name)
        return tell_again(store, name, found, by, json=arguments.json)


def sockets_allowed() -> int:
    """How many files we may hold open: as many as the system lets us, within reason."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(hard, 8192)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted, 500)


def read_register(arguments: argparse.Namespace, permit: Permit) -> tuple[Entry, ...]:
    """The register of the command line, else the permit's, else the one that was imported into the workspace, else none."""
    path = arguments.register or beside(arguments.permit, permit.register_file)
    if path is not None:
        return load_register(path)
    if not arguments.workspace.exists():
        return ()
    with Store.open(arguments.workspace) as store:
        kept = store.kept(WORKSPACE_REGISTER).get(WORKSPACE_REGISTER)
    return from_bytes(kept) if kept is not None else ()


def beside(permit_path: Path, name: str | None) -> Path | None:
    """A path that a permit names is relative to the permit."""
    return permit_path.parent / name if name else None


def port_list(text: str | None, option: str) -> tuple[int, ...]:
    """Ports from `22,80,8000-8010`. Raises InputError."""
    if not text:
        return ()
    found: set[int] = set()
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            low, high = int(first), int(last or first)
            if not 1 <= low <= high <= 65535:
                raise ValueError
            found.update(range(low, high + 1))
    except ValueError:
        raise InputError(f"{text!r} is not a list of ports", option, hint="such as 22,80,8000-8010") from None
    return tuple(sorted(found))


def asking(permit: Permit, credentials: Path | None, trust_store: Path | None = None) -> Asking:
    """What probes may use. `trust_store` is a file of certificates. Communities to be tried, beside the published ones, stand under `snmp: communities:` in the
    credentials file, with spaces between them."""
    from scanner.credentials import load_credentials
    from scanner.trust import read_trust_store

    given = load_credentials(credentials) if credentials is not None else {}
    communities = tuple(given.get("snmp", {}).get("communities", "").split())
    anchors = read_trust_store(trust_store) if trust_store is not None else ()
    return Asking(
        acts=frozenset(permit.acts),
        contact=permit.contact,
        communities=communities,
        credentials=given,
        anchors=anchors,
    )


def scan_name(now: datetime) -> str:
    """A name that sorts by time."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def begin(store: Store, permit: Permit, register: Iterable[Entry], by: Yardstick, nmap: str = "") -> str:
    """Register a new scan and keep its inputs. `nmap` is the version of that program where it may be used."""
    now = datetime.now(UTC)
    name = scan_name(now)
    versions = {"chengjian": version(), "python": ".".join(str(part) for part in sys.version_info[:3])}
    if nmap:
        versions["nmap"] = nmap
    with store.batch():
        profile = by.profile.model_dump(mode="json")
        store.begin_scan(name, started=stamp(now), permit=permit.document(), profile=profile, versions=versions)
        keep_packs(store, name, by.ruleset)
        store.keep(f"{name}/register.json", REGISTER, to_bytes(register))
        write_down(store, "scan", scan=name, permit=permit.id)
    return name


def resumed(store: Store, permit: Permit) -> str:
    """The newest scan under the permit, if it did not finish. Raises InputError where there is nothing to go on with."""
    scans = [scan for scan in store.scans() if scan["permit"].get("id") == permit.id and asked_itself(scan)]
    if not scans:
        raise InputError(f"nothing to resume: no scan under permit {permit.id}", str(store.path))
    if scans[-1]["state"] == "finished":
        raise InputError("nothing to resume: the last scan finished", str(store.path), hint="scan without --resume")
    return str(scans[-1]["id"])


def with_register(options: Options, store: Store, name: str) -> Options:
    """The register that the scan began with."""
    kept = store.kept(REGISTER).get(f"{name}/register.json")
    return replace(options, register=from_bytes(kept)) if kept is not None else options


def reduction_key(workspace: Path) -> bytes:
    """The workspace's key for the tokens that replace secrets; made once, readable by its owner alone, never stored in
    the workspace or a bundle."""
    path = workspace.with_suffix(".key")
    if path.exists():
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise InputError(f"not a key of {KEY_BYTES} bytes", str(path))
        return key
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
    return key


def reducer(workspace: Path) -> Reduce:
    """The reduction with the workspace's key."""
    from inventory.reduction import reduce

    key = reduction_key(workspace)
    return lambda exchange: reduce(exchange, key)


def nmap_version(arguments: argparse.Namespace) -> str:
    """The version of nmap where this scan may use it, for the page on scope and method."""
    if arguments.no_nmap:
        return ""
    from scanner import nmap_program

    program = nmap_program.available()
    return nmap_program.version_of(program) if program is not None else ""


def pipeline_for(store: Store, name: str, door: Door, options: Options, arguments: argparse.Namespace) -> Pipeline:
    """The pipeline with everything that it uses."""
    recognise = None
    if not arguments.no_nmap:
        from scanner import nmap_program

        program = nmap_program.available()
        recognise = nmap_program.Recogniser(door, program) if program is not None else None
        if recognise is None:
            note("nmap is not installed: services that our probes do not recognise stay unrecognised")
    return Pipeline(store, name, door, options, reducer(arguments.workspace), recognise)


async def drive(pipeline: Pipeline, *, quiet: bool) -> str:
    """Run with signals and progress."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, pipeline.stop, f"signal {signal.Signals(number).name}")
    helpers = await start_helpers(pipeline.door.permit)
    pipeline.scout.ways = ways_of(helpers)
    try:
        async with telling(pipeline, 5.0, (lambda _: None) if quiet else note):
            return await pipeline.run()
    finally:
        await asyncio.gather(*(helper.stop() for helper in helpers))


async def start_helpers(permit: Permit) -> "list[Helper]":
    """Privileged helpers, where a permitted network is more than loopback: one that looks for hosts and one that sweeps their
    ports meanwhile; this process keeps no raw sockets."""
    from scanner.helper_client import Helper
    from scanner.privileged.rights import give_up_raw_sockets

    local = all(network.is_loopback for zone in permit.zones for network in zone.networks)
    started = [] if local else await asyncio.gather(Helper.start(permit), Helper.start(permit))
    give_up_raw_sockets()
    return list(started)


def ways_of(helpers: "Sequence[Helper]") -> Ways:
    """How hosts can be looked for with these helpers: without them by connects and datagrams alone."""

    def datagrams() -> AbstractContextManager[SweepWire]:
        return closing(SweepSocket())

    if not helpers:
        return Ways(datagrams=datagrams)
    return Ways(helpers[0].neighbours, helpers[0].echo, helpers[-1].syn, datagrams)


def end(store: Store, name: str, state: str, door: Door) -> None:
    """Write the end of the scan, with the counters of all its runs together."""
    before = store.scan(name)["counters"]
    counters = {key: int(before.get(key, 0)) + value for key, value in door.finished().items()}
    counters["largest_burst"] = max(int(before.get("largest_burst", 0)), door.counters.largest_burst)
    with store.batch():
        store.end_scan(name, state=state, ended=stamp(datetime.now(UTC)), counters=counters)


def end_with(store: Store, name: str, arguments: argparse.Namespace, by: Yardstick, old: Report | None) -> int:
    """Judge, grade, report and tell what came out, with a baseline what is new; or tell how the questions ended, where judging is left for later."""
    counts = outcome_counts(store, name)
    if arguments.no_judge:
        derive(store, name)
        if arguments.json:
            say_json({"scan": name, "outcomes": counts})
        else:
            say(table(["outcome", "questions"], [[word, number] for word, number in counts.items() if number]))
        return 0
    return conclude(judged(store, name, by), arguments, old, {"outcomes": counts})
