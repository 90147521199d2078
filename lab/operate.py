"""The city's life: up, status, changes to running hosts, down."""

import fcntl
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from lab import answering, changes, containers, foreign, hosts, image, network, place
from lab.certificates import FOLDER_VARIABLE
from lab.city import City, Host, Service, load_city
from lab.confirmation import Words
from lab.place import LabError, run

WAIT_SECONDS = 60
CLIENTS_AT_ONCE = 24
Say = Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """Whether one service of one host answers; a host that should be silent is as it should when it does not. `client`: the
    foreign program that asked, `saw` its words; empty where we asked ourselves, to know when the city is up."""

    host: str
    address: str
    service: str
    port: int
    transport: str
    answers: bool
    expected: bool
    client: str = ""
    saw: str = ""


@contextmanager
def alone() -> Iterator[None]:
    """One operation at a time in this checkout."""
    place.out().mkdir(parents=True, exist_ok=True)
    with (place.out() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def up(zones: list[str] | None, say: Say) -> None:
    """Bring up the city, or some of its zones; what runs already is left alone. Raises LabError when a host does not answer."""
    if os.geteuid() != 0:
        raise LabError("the containerised lab needs root; `python -m lab loopback` works without")
    place.need("podman", "ip", "nft", "nsenter")
    began = time.monotonic()
    with alone():
        city = changes.current_city().district(zones)
        image.ensure(say)
        containers.configure()
        network.raise_neighbour_limit()
        network.make(city)
        present = set(containers.running())
        missing = [host for host in city.hosts if containers.container(host) not in present]
        say(f"starting {len(missing)} of {len(city.hosts)} hosts in {len(city.zones)} zones")
        start_hosts(city, missing)
        wait(missing, say)
    say(
        f"{sum(host.count for host in city.hosts)} addresses in {len(city.zones)} zones are up after {time.monotonic() - began:.1f} s"
    )


def start_hosts(city: City, missing: Iterable[Host]) -> None:
    """Start these hosts' containers, a few at a time."""
    os.environ[FOLDER_VARIABLE] = str(place.certificates())

    def start(host: Host) -> None:
        folder = hosts.write(host)
        containers.stop(host)
        network.detach(host)
        namespace = network.attach(host, city.zone(host.zone).network.prefixlen)
        containers.start(host, namespace, folder, hosts.state_folder(host))

    with ThreadPoolExecutor(3) as pool:
        for _ in pool.map(start, missing):
            pass


def wait(started: list[Host], say: Say) -> None:
    """Wait until every service of these hosts answers as it should. Raises LabError naming the first that does not."""
    deadline = time.monotonic() + WAIT_SECONDS
    waiting = [host for host in started if host.behaviour != "silent"]
    while waiting:
        wrong = [each for each in ask(waiting) if each.answers != each.expected]
        names = {each.host for each in wrong}
        waiting = [host for host in waiting if host.name in names]
        if not waiting:
            return
        if time.monotonic() > deadline:
            first = wrong[0]
            tail = containers.log(waiting[0]).strip().splitlines()[-3:]
            raise LabError(
                f"{first.host}: {first.service} does not answer on {first.port}; its log: {' | '.join(tail)}"
            )
        say(f"waiting for {len(waiting)} hosts ({', '.join(sorted(names)[:4])}…)")
        time.sleep(0.5)


def ask(some: Iterable[Host]) -> list[Answer]:
    """Ask every service of these hosts from inside the city's namespace."""
    lines, kept = [], []
    for host in some:
        for service in host.services:
            for name, address in zip(host.names(), host.addresses(), strict=True):
                question: dict[str, Any] = {"address": address, "port": service.port, "transport": service.transport}
                question |= {"protocol": service.protocol, "communities": answering.communities(service)}
                question["expected"] = expected = host.behaviour != "silent" and service.port not in host.blocked
                lines.append(json.dumps(question))
                kept.append((name if host.count > 1 else host.name, address, service, expected))
    told = run(
        "nsenter",
        f"--net={network.NAMESPACES / network.city_namespace()}",
        sys.executable,
        "-m",
        "lab.check",
        stdin="\n".join(lines) + "\n",
        env={"PYTHONPATH": str(place.CHECKOUT)},
    )
    found = [json.loads(line)["answers"] for line in told.splitlines()]
    return [
        Answer(name, address, service.name, service.port, service.transport, answers, expected)
        for (name, address, service, expected), answers in zip(kept, found, strict=True)
    ]


def heard(some: Iterable[Host]) -> list[Answer]:
    """Ask every service of these hosts with a client that we did not write; what is not as it should be is asked once more."""
    asked: list[tuple[str, Host, Service, bool, Words]] = []
    for host in some:
        for service in host.services:
            for name, address in zip(host.names(), host.addresses(), strict=True):
                expected = host.behaviour != "silent" and service.port not in host.blocked
                words = answering.client(service).ask(replace(host, address=address), service)
                asked.append((name, replace(host, address=address), service, expected, words))
    said = foreign.run((words for *_, words in asked), "status", CLIENTS_AT_ONCE)
    mute = [
        words for *_, service, expected, words in asked if expected and not answering.client(service).heard(said[words])
    ]
    said |= foreign.run(mute, "status", CLIENTS_AT_ONCE) if mute else {}
    found = []
    for name, host, service, expected, words in asked:
        saw = answering.client(service).heard(said[words])
        place_of = (name, host.address, service.name, service.port, service.transport)
        found.append(Answer(*place_of, bool(saw), expected, answering.program(words), saw))
    return found


def status(zones: list[str] | None) -> tuple[City, list[Answer], list[str]]:
    """The city as it stands, what answers, and the names of hosts whose container does not run."""
    city = changes.current_city().district(zones)
    present = set(containers.running()) if (place.out() / "containers.conf").is_file() else set()
    there = [host for host in city.hosts if containers.container(host) in present]
    absent = [host.name for host in city.hosts if containers.container(host) not in present]
    return city, heard(there) if there else [], absent


def change(wanted: changes.Changes, say: Say, *, undo: bool = False) -> None:
    """Change settings of running hosts (`undo`: back to city.yaml, an empty mapping undoes all of a host's) and restart them."""
    with alone():
        current = changes.read()
        for name, keys in wanted.items():
            load_city().host(name)
            mine = current.setdefault(name, {})
            if undo:
                for key in list(keys) or list(mine):
                    mine.pop(key, None)
            else:
                mine.update(keys)
        city = changes.apply(load_city(), current)
        present = set(containers.running()) if (place.out() / "containers.conf").is_file() else set()
        changes.write(current)
        touched = [city.host(name) for name in wanted if containers.container(city.host(name)) in present]
        start_hosts(city, touched)
        wait(touched, say)
    say(f"{len(wanted)} hosts changed, {len(touched)} restarted")


def down(say: Say) -> None:
    """Take everything away: containers, processes, mounts, networks, changed settings. Works after a crash too."""
    with alone():
        containers.remove_all()
        network.remove_all()
        network.restore_neighbour_limit()
        changes.changes_file().unlink(missing_ok=True)
        place.remove_tree(place.out() / "hosts")
    left = network.own_namespaces() + place.mounts_below(place.out())
    if left:
        raise LabError(f"{left[0]} is still there")
    say("the city is down; nothing of it runs")
