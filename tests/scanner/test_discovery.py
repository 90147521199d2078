"""Looking for hosts: each way within the permit, the cheapest first, and silence is never more than silence."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptDstLLAddr, IPv6
from scapy.layers.l2 import Ether

from inventory.errors import Closed, Silent
from scanner.discovery import sweep as discovery
from scanner.discovery.datagrams import OPENINGS
from scanner.discovery.scout import Scout, Ways
from scanner.door import Door, Guest
from scanner.memory_net import MemoryWire, Network, nobody
from scanner.pace import Pace
from scanner.permit import Permit
from scanner.pipeline import Options
from scanner.privileged.bounds import NotAllowed, bounds_of
from scanner.privileged.echo import TOKEN, replied, request_packet
from scanner.privileged.neighbours import advertisement, solicitations
from scanner.sweep.ports import SynAnswer
from tests.scanner.permits import permit_for
from tests.scanner.test_pipeline import city, endings, left, pipeline_on

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SERVER, UNKNOWN = Guest("server", 1), Guest(None, 1)
PORTS = (22, 80)


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


def scout(permit: Permit, ways: Ways, network: Network = nobody) -> Scout:
    return Scout(Door(permit, MemoryWire(network), Pace(permit.pace, time.monotonic, no_sleep), now=lambda: NOW), ways)


class Datagrams:
    """A wire in memory; the peers that answer, on one port each."""

    def __init__(self, answering: dict[str, int]) -> None:
        self.answering = answering
        self.left: list[tuple[str, int]] = []
        self.waiting: list[tuple[bytes, bytes]] = []

    def send(self, size: int, data: bytes, peers: bytes) -> None:
        for place in range(len(peers) // 6):
            peer = peers[place * 6 : place * 6 + 6]
            address, port = str(IPv4Address(peer[2:])), int.from_bytes(peer[:2], "big")
            self.left.append((address, port))
            assert data[:size] == OPENINGS[port] or port == 161
            if self.answering.get(address) == port:
                self.waiting.append((b"something", peer))

    def receive(self) -> Iterator[tuple[bytes, bytes]]:
        while self.waiting:
            yield self.waiting.pop()

    def opened(self) -> AbstractContextManager["Datagrams"]:
        return nullcontext(self)


def test_the_cheapest_way_first_and_nobody_is_asked_further_who_was_heard() -> None:
    asked: dict[str, set[str]] = {"echo": set(), "syn": set(), "connect": set()}

    async def echo(addresses: Sequence[str], wait: float = 1.0) -> frozenset[str]:
        asked["echo"].update(addresses)
        return frozenset({"10.0.0.1"})

    async def syn(addresses: Sequence[str], ports: Sequence[int], rate: float, patience: float) -> SynAnswer:
        asked["syn"].update(addresses)
        return SynAnswer({a: {ports[0]: False} if a == "10.0.0.2" else {} for a in addresses}, 1)

    def network(endpoint: Any, sent: bytes) -> bytes:
        asked["connect"].add(endpoint.address)
        raise Silent("nobody")

    wire = Datagrams({"10.0.0.3": 161})
    looking = scout(permit_for("10.0.0.0/24"), Ways(None, echo, syn, wire.opened), network)
    guests = {f"10.0.0.{last}": SERVER for last in range(1, 6)}
    udp = {address: {161} for address in guests}
    assert asyncio.run(looking.elsewhere(guests, {}, udp)) == {"10.0.0.1", "10.0.0.2", "10.0.0.3"}
    assert asked["syn"] == {f"10.0.0.{last}" for last in range(2, 6)}
    assert asked["connect"] == set()
    assert {address for address, _ in wire.left} == {"10.0.0.3", "10.0.0.4", "10.0.0.5"}
    assert looking.seen.heard == {"10.0.0.1": "echo", "10.0.0.3": "udp/161"}


def test_without_raw_sockets_connects_and_datagrams_find_the_same() -> None:
    def network(endpoint: Any, sent: bytes) -> bytes:
        if endpoint.address == "10.0.0.2":
            raise Closed("refused")
        raise Silent("nobody")

    wire = Datagrams({"10.0.0.3": 123})
    looking = scout(permit_for("10.0.0.0/24"), Ways(datagrams=wire.opened), network)
    guests = {f"10.0.0.{last}": SERVER for last in range(1, 6)}
    found = asyncio.run(looking.elsewhere(guests, {}, {address: {123, 161} for address in guests}))
    assert found == {"10.0.0.2", "10.0.0.3"}


def test_syn_is_never_sent_where_fragile_devices_may_stand() -> None:
    asked: set[str] = set()

    async def syn(addresses: Sequence[str], ports: Sequence[int], rate: float, patience: float) -> SynAnswer:
        asked.update(addresses)
        return SynAnswer({address: {} for address in addresses}, 1)

    looking = scout(permit_for("10.0.0.0/24", classes={"server": 2, "ot": 1}), Ways(syn=syn))
    guests = {"10.0.0.1": UNKNOWN, "10.0.0.2": Guest("ot", 1), "10.0.0.3": SERVER}
    asyncio.run(looking.by_ports(guests, {}))
    asyncio.run(looking.first_look(guests, (22,)))
    assert asked == {"10.0.0.3"}


@given(st.sets(st.integers(1, 14), max_size=4), st.sets(st.sampled_from(sorted(OPENINGS)), max_size=3))
def test_nothing_outside_the_permit_is_looked_for(excluded: set[int], denied: set[int]) -> None:
    permit = permit_for(
        "10.0.0.0/28",
        exclusions=[f"10.0.0.{last}" for last in sorted(excluded)],
        denied_ports=sorted(denied),
    )
    pinged: set[str] = set()

    async def echo(addresses: Sequence[str], wait: float = 1.0) -> frozenset[str]:
        pinged.update(addresses)
        return frozenset()

    wire = Datagrams({})
    looking = scout(permit, Ways(echo=echo, datagrams=wire.opened))
    guests = {f"10.0.0.{last}": SERVER for last in range(20)}
    assert asyncio.run(looking.elsewhere(guests, {}, {address: set(OPENINGS) for address in guests})) == set()
    allowed = {address for address in guests if permit.decide(address, 0, NOW, 1, "server").allowed}
    assert pinged == allowed
    assert {address for address, _ in wire.left} == (allowed if denied != set(OPENINGS) else set())
    assert not {port for _, port in wire.left} & denied
    assert looking.door.counters.datagrams == len(wire.left)


@pytest.mark.parametrize("listed", [True, False])
def test_old_agents_are_found_by_a_community_where_the_act_is_listed(listed: bool) -> None:
    def answered(data: bytes) -> bytes:
        return data.replace(b"\xa0", b"\xa2", 1)  # the request as a response, without values

    class Agent(Datagrams):
        def send(self, size: int, data: bytes, peers: bytes) -> None:
            self.left.append((str(IPv4Address(peers[2:6])), 161))
            if data != OPENINGS[161]:
                self.waiting.append((answered(data), peers))

    wire = Agent({})
    permit = permit_for("10.0.0.0/24", acts=["listed-community"] if listed else [])
    looking = scout(permit, Ways(datagrams=wire.opened))
    found = asyncio.run(looking.by_datagrams({"10.0.0.1": SERVER}, {"10.0.0.1": {161}}))
    assert found == ({"10.0.0.1"} if listed else set())
    assert len(wire.left) == (3 if listed else 2)


def test_a_first_look_stands_for_the_connects_and_what_the_permit_refuses_is_forbidden() -> None:
    tried: list[int] = []

    def network(endpoint: Any, sent: bytes) -> bytes:
        tried.append(endpoint.port)
        return b""

    looking = scout(permit_for("10.0.0.0/24"), Ways(), network)
    seen = asyncio.run(
        discovery.sweep(looking.door, "10.0.0.1", (22, 80, 443, 9100), SERVER, looked={22: True, 80: False})
    )
    assert seen.ports == {22: "open", 80: "closed-port", 443: "timeout", 9100: "forbidden"}
    assert (seen.control, seen.control_after, tried) == (22, True, [22])


def test_a_first_look_that_saw_nothing_is_not_believed() -> None:
    looking = scout(permit_for("10.0.0.0/24"), Ways(), lambda endpoint, sent: b"")
    seen = asyncio.run(discovery.sweep(looking.door, "10.0.0.1", PORTS, SERVER, looked={}))
    assert seen.open_ports == PORTS


def test_whoever_answers_an_echo_only_is_there_and_its_ports_stay_silent() -> None:
    seen = discovery.Sweep("10.0.0.1", {22: "timeout"}, heard="echo")
    again = discovery.from_exchange(discovery.to_exchange(seen))
    assert again == seen
    [facts] = discovery.interpret(discovery.to_exchange(seen))["host"]
    assert (facts.answers, facts.silent_ports) == (False, 1)
    with pytest.raises(Silent):
        discovery.interpret(discovery.to_exchange(discovery.Sweep("10.0.0.1", {22: "timeout"})))


def test_a_scan_looks_ahead_by_syn_and_ends_every_question_as_connects_would() -> None:
    asked: set[tuple[str, int]] = set()

    async def syn(addresses: Sequence[str], ports: Sequence[int], rate: float, patience: float) -> SynAnswer:
        asked.update((address, port) for address in addresses for port in ports)
        states: dict[str, dict[int, bool]] = {}
        for address in addresses:
            last = int(address.rsplit(".", 1)[1])
            closed = {1: {80}, 2: {22, 80, 6379}}.get(last, {80} if last in (4, 5, 6) else set())
            opened = {1: {22, 6379}, 5: {6379}, 6: {6379}}.get(last, set())
            states[address] = dict.fromkeys(closed, False) | dict.fromkeys(opened, True)
        return SynAnswer(states, len(addresses) * len(ports))

    def ends(ways: Ways) -> dict[str, tuple[str, str]]:
        pipeline = pipeline_on(city, permit_for("10.0.0.0/28"))
        pipeline.options = Options(tables=frozenset({"redis", "telnet"}), ports=(22, 80, 6379), hosts_at_once=1)
        pipeline.idle = 0  # everybody waits, so everybody is looked at ahead
        pipeline.scout.ways = ways
        assert asyncio.run(pipeline.run()) == "finished"
        assert left(pipeline)
        return endings(pipeline, "redis")

    assert ends(Ways(syn=syn)) == ends(Ways())
    assert {address for address, _ in asked} == {f"10.0.0.{last}" for last in range(1, 15)}


@given(st.integers(0, 65535), st.integers(0, 65535), st.binary(min_size=TOKEN, max_size=TOKEN), st.binary(max_size=60))
def test_only_a_reply_with_our_token_is_one(identifier: int, number: int, token: bytes, noise: bytes) -> None:
    for version in (4, 6):
        request = request_packet(version, identifier, number, token)
        reply = {4: b"\x00", 6: b"\x81"}[version] + request[1:]
        head = b"\x45" + bytes(19) if version == 4 else b""
        assert replied(version, head + reply, identifier, token) == number
        assert replied(version, head + request, identifier, token) is None
        assert replied(version, head + reply[:-1] + bytes((reply[-1] ^ 1,)), identifier, token) is None
        assert replied(version, noise, identifier, token) is None


@given(st.ip_addresses(v=6))
def test_a_solicitation_goes_to_the_group_of_its_target(address: Any) -> None:
    frame = solicitations("02:00:00:00:00:01", "fe80::1")(str(address))
    seen = Ether(frame)
    assert ip_address(seen[ICMPv6ND_NS].tgt) == address
    assert (seen[IPv6].hlim, seen[IPv6].dst[:9]) == (255, "ff02::1:f")
    assert seen.dst == f"33:33:ff:{address.packed[-3:].hex(':')}"


@given(st.binary(max_size=100))
def test_an_advertisement_is_read_and_nothing_else_is_one(noise: bytes) -> None:
    said = IPv6(src="fd00::7", dst="fd00::1", hlim=255) / ICMPv6ND_NA(tgt="fd00::7", S=1)
    frame = bytes(
        Ether(dst="02:00:00:00:00:01", src="02:00:00:00:99:07")
        / said
        / ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:99:08")
    )
    assert advertisement(frame) == ("fd00::7", "02:00:00:00:99:08")
    assert advertisement(frame[:21] + b"\x40" + frame[22:]) is None  # came over a router
    assert advertisement(noise) is None or noise[12:14] == b"\x86\xdd"


def test_bounds_hold_for_both_versions() -> None:
    bounds = bounds_of({"allow": ["10.0.0.0/24", "fd00::/64"], "deny": ["fd00::9/128"], "rate": 10})
    assert [str(address) for address in bounds.addresses(["10.0.0.1", "fd00::1"])] == ["10.0.0.1", "fd00::1"]
    for address in ("fd00::9", "fd01::1", "ff02::1"):
        with pytest.raises(NotAllowed, match="outside"):
            bounds.check(address)


INSIDE = """
import json, os, subprocess, sys
def ip(*words): subprocess.run(["ip", *words], check=True)
def there(*words): subprocess.run(["nsenter", "-t", str(other.pid), "-n", *words], check=True)
ip("link", "set", "lo", "up")
other = subprocess.Popen(["unshare", "-n", sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
import time
time.sleep(0.5)
ip("link", "add", "here", "type", "veth", "peer", "name", "there")
ip("link", "set", "there", "netns", str(other.pid))
ip("addr", "add", "10.45.99.1/24", "dev", "here")
ip("link", "set", "here", "up")
ip("-6", "addr", "add", "fd45::1/64", "dev", "here", "nodad")
there("ip", "link", "set", "lo", "up")
there("ip", "link", "set", "there", "address", "02:00:00:00:99:07")
there("ip", "addr", "add", "10.45.99.7/24", "dev", "there")
there("ip", "link", "set", "there", "up")
there("ip", "-6", "addr", "add", "fd45::7/64", "dev", "there", "nodad")
there("ip", "addr", "add", "10.45.98.7/32", "dev", "lo")
ip("route", "add", "10.45.98.0/24", "via", "10.45.99.7")
code = "import socket, sys; s = socket.create_server(('0.0.0.0', 22)); print('up', flush=True); sys.stdin.read()"
server = subprocess.Popen(["nsenter", "-t", str(other.pid), "-n", sys.executable, "-c", code],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
server.stdout.readline()
time.sleep(1)
helper = subprocess.Popen([sys.executable, "-m", "scanner.helper"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(request):
    helper.stdin.write(json.dumps(request) + "\\n")
    helper.stdin.flush()
    return json.loads(helper.stdout.readline())
allowed = ["10.45.98.0/24", "10.45.99.0/24", "fd45::/64"]
told = [ask({"allow": allowed, "deny": [], "rate": 500, "host_rate": 100})]
told.append(ask({"neighbours": ["10.45.99.7", "10.45.99.8", "fd45::7", "fd45::8", "10.45.98.7"], "wait": 1.0}))
told.append(ask({"echo": ["10.45.99.7", "10.45.98.7", "10.45.98.8", "fd45::7", "fd45::8"], "wait": 1.0}))
told.append(ask({"syn": ["10.45.99.7", "10.45.98.7"], "ports": [22, 80], "wait": 1.0}))
print(json.dumps(told))
for process in (helper, server, other):
    process.stdin.close()
    process.wait(timeout=10)
"""


@pytest.mark.lab
def test_the_helper_on_a_link_of_our_own() -> None:
    """Two namespaces with one link between them, and a network behind the other: ARP and neighbour discovery on the link,
    echo and SYN beyond it too. All of it is gone with the test."""
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", INSIDE],
        cwd=ROOT,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ready, near, alive, states = json.loads(done.stdout)
    assert ready == {"ready": True}
    assert near["answers"] == {"10.45.99.7": "02:00:00:00:99:07", "fd45::7": "02:00:00:00:99:07"}
    assert (near["silent"], near["elsewhere"]) == (["10.45.99.8", "fd45::8"], ["10.45.98.7"])
    assert alive == {"alive": ["10.45.98.7", "10.45.99.7", "fd45::7"]}
    assert states["states"] == {"10.45.99.7": "oc", "10.45.98.7": "oc"}
