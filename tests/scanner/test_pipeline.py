"""Every question ends in a word that is true: nothing that was not seen vanishes, and a block is never taken for closed."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.endpoint import Endpoint
from inventory.errors import Closed, Refused, Silent
from inventory.exchange import Exchange
from inventory.observation import Outcome
from inventory.register import Entry
from inventory.store import Store
from lab.certificates import Certificate, pem_file
from scanner.asking import conclude
from scanner.door import Door, Guest, utc_now
from scanner.host_run import Recognise
from scanner.memory_net import MemoryWire, Network
from scanner.pace import Pace
from scanner.permit import Permit
from scanner.pipeline import Options, Pipeline, outcome_counts
from scanner.probe import probe_for
from tests.scanner.permits import permit_for

PONG = b"+PONG\r\n"
PORTS = (22, 80, 6379)


def redis_says(endpoint: Endpoint, sent: bytes) -> bytes:
    if endpoint.port not in (6379, 22):
        raise Closed(str(endpoint))
    if endpoint.port == 22:
        return b"SSH-2.0-OpenSSH_9.2\r\n" if not sent else b""
    return PONG if b"PING" in sent else b"$20\r\nredis_version:7.0.1\r\n\r\n" if sent else b""


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


def pipeline_on(
    network: Network,
    permit: Permit,
    *,
    register: tuple[Entry, ...] = (),
    store: Store | None = None,
    scan: str = "s",
    now: Callable[[], datetime] = utc_now,
    stop_file: Path | None = None,
    tables: frozenset[str] = frozenset({"redis", "telnet"}),
    ports: tuple[int, ...] = PORTS,
    recognise: Recognise | None = None,
    sleep: Callable[[float], Awaitable[None]] = no_sleep,
) -> Pipeline:
    if store is None:
        store = Store.memory()
        store.begin_scan(scan, started="2026-06-01T00:00:00Z", permit=permit.document(), profile={}, versions={})
    door = Door(permit, MemoryWire(network), Pace(permit.pace, time.monotonic, sleep), now=now)
    options = Options(tables=tables, register=register, ports=ports, stop_file=stop_file, hosts_at_once=4)
    return Pipeline(store, scan, door, options, lambda exchange: exchange, recognise=recognise)


def endings(pipeline: Pipeline, table: str) -> dict[str, tuple[str, str]]:
    observed = pipeline.store.observations(pipeline.scan)
    return {
        question.endpoint.address: (observed[question.id].outcome.value, observed[question.id].reason)
        for question in pipeline.store.questions(pipeline.scan)
        if question.table == table
    }


def left(pipeline: Pipeline) -> list[Endpoint]:
    assert isinstance(pipeline.door.wire, MemoryWire)
    return pipeline.door.wire.left


def city(endpoint: Endpoint, sent: bytes) -> bytes:
    """.1 speaks Redis; .2 refuses all but ssh; .3 says nothing; .4 drops 6379 only; .5 resets; .6 another protocol."""
    last = int(endpoint.address.rsplit(".", 1)[1])
    if last == 1:
        return redis_says(endpoint, sent)
    if last == 2 or (last in (4, 5, 6) and endpoint.port == 80):
        raise Closed(str(endpoint))
    if last == 5 and endpoint.port == 6379:
        if sent:
            raise Refused("reset")
        return b""
    if last == 6 and endpoint.port == 6379:
        return b"HTTP/1.1 400 Bad Request\r\n\r\n" if sent else b""
    raise Silent(str(endpoint))


def test_each_question_ends_in_its_own_word() -> None:
    permit = permit_for("10.0.0.0/28", exclusions=["10.0.0.7"])
    register = tuple(Entry(f"10.0.0.{last}") for last in (1, 2, 3, 7))
    pipeline = pipeline_on(city, permit, register=register)
    assert asyncio.run(pipeline.run()) == "finished"
    assert endings(pipeline, "redis") == {
        "10.0.0.1": ("answered", ""),
        "10.0.0.2": ("closed", "closed"),
        "10.0.0.3": ("silent", "timeout"),
        "10.0.0.4": ("filtered", "control-answered"),
        "10.0.0.5": ("refused", "reset"),
        "10.0.0.6": ("closed", "speaks:http"),
        "10.0.0.7": ("forbidden", "excluded: by the permit"),
    }
    assert {endpoint.address for endpoint in left(pipeline)} == {f"10.0.0.{n}" for n in range(1, 15) if n != 7}
    assert sum(outcome_counts(pipeline.store, "s").values()) == len(pipeline.store.questions("s"))
    facts = pipeline.store.facts("s", "redis")
    assert [row.model_dump()["authentication_required"] for rows in facts.values() for row in rows] == [False]


def record(content: bytes, kind: int = 0x16) -> bytes:
    return bytes((kind, 3, 3)) + len(content).to_bytes(2, "big") + content


def one_suite_of_tls_1_2(endpoint: Endpoint, sent: bytes) -> bytes:
    """A server whose flight shows a certificate; it knows neither TLCP nor anything but one suite, which it takes once offered."""
    if endpoint.port != 443:
        raise Closed(str(endpoint))
    if sent[:1] != b"\x16":
        return b""
    session = 44 + sent[43]
    offered = sent[session + 2 : session + 2 + int.from_bytes(sent[session : session + 2], "big")]
    only_1_3 = b"\x00\x2b\x00\x03\x02\x03\x04" in sent
    if sent[9:11] != b"\x03\x03" or b"\x00\x9c" not in offered or only_1_3:
        return record(b"\x02\x28", 0x15)
    own = ssl.PEM_cert_to_DER_cert(
        pem_file(Certificate()).read_text().partition("-----END PRIVATE KEY-----")[2].strip()
    )
    chain = len(own).to_bytes(3, "big") + own
    listed = len(chain).to_bytes(3, "big") + chain
    hello = b"\x03\x03" + bytes(32) + b"\x00\x00\x9c\x00"
    messages = ((2, hello), (11, listed), (14, b""))
    return record(b"".join(bytes((kind,)) + len(body).to_bytes(3, "big") + body for kind, body in messages))


def test_a_table_that_two_probes_fill_is_not_closed_by_the_first_that_has_nothing_for_it() -> None:
    """TLCP is asked before TLS and finds no certificate of its own where TLS does."""
    tables = frozenset({"tls", "tlcp", "certificate"})
    pipeline = pipeline_on(one_suite_of_tls_1_2, permit_for("10.0.0.1/32"), tables=tables, ports=(443,))
    assert asyncio.run(pipeline.run()) == "finished"
    assert endings(pipeline, "tlcp") == {"10.0.0.1": ("answered", "")}
    shown = [row for rows in pipeline.store.facts("s", "certificate").values() for row in rows]
    assert [row.model_dump()["place"] for row in shown] == [0]


def test_whoever_blocks_us_in_the_middle_is_silent_not_closed_and_not_filtered() -> None:
    """The control endpoint stops answering too: the silence of the port says nothing about the port."""
    knocks = []

    def network(endpoint: Endpoint, sent: bytes) -> bytes:
        knocks.append(endpoint)
        if len(knocks) > 2:
            raise Silent("shunned")
        raise Closed(str(endpoint))

    pipeline = pipeline_on(network, permit_for("10.0.0.1/32"), register=(Entry("10.0.0.1"),))
    asyncio.run(pipeline.run())
    assert endings(pipeline, "redis") == {"10.0.0.1": ("silent", "timeout")}
    [rows] = pipeline.store.facts("s", "host").values()
    assert rows[0].model_dump()["shunned"] is True


def test_a_host_that_says_unreachable_once_a_second_is_not_called_filtered() -> None:
    """Linux says it six times at once and then once a second; what is really dropped stays filtered."""
    left_to_say = [2]

    def network(endpoint: Endpoint, sent: bytes) -> bytes:
        if endpoint.transport == "tcp":
            raise Closed(str(endpoint))
        if endpoint.port == 161 or not left_to_say[0]:
            raise Silent(str(endpoint))
        left_to_say[0] -= 1
        raise Closed(str(endpoint))

    async def a_second_more(seconds: float) -> None:
        if seconds >= 1:
            left_to_say[0] += 1
        await asyncio.sleep(0)

    names = frozenset({"snmp", "ntp", "ipmi", "dns", "tftp", "coap"})
    register = (Entry("10.0.0.1", device_class="server"),)
    pipeline = pipeline_on(
        network,
        permit_for("10.0.0.1/32", acts=["listed-community"]),
        register=register,
        tables=names,
        sleep=a_second_more,
    )
    asyncio.run(pipeline.run())
    ends = {name: endings(pipeline, name).get("10.0.0.1") for name in names}
    assert {name: end for name, end in ends.items() if end is not None and end != ("closed", "closed")} == {
        "snmp": ("filtered", "control-answered")
    }
    assert sum(end == ("closed", "closed") for end in ends.values()) > 2


def test_intensity_0_sends_nothing_and_says_forbidden() -> None:
    permit = permit_for("10.0.0.0/28", classes={"medical": 0})
    pipeline = pipeline_on(redis_says, permit, register=(Entry("10.0.0.1"),))
    asyncio.run(pipeline.run())
    assert left(pipeline) == []
    assert {outcome for outcome, _ in endings(pipeline, "telnet").values()} == {"forbidden"}


def test_a_middle_box_that_answers_for_everything_is_named() -> None:
    pipeline = pipeline_on(lambda endpoint, sent: b"", permit_for("10.0.0.1/32"), register=(Entry("10.0.0.1"),))
    pipeline.options = Options(
        tables=frozenset({"redis"}), register=pipeline.options.register, ports=tuple(range(1, 30))
    )
    asyncio.run(pipeline.run())
    [rows] = pipeline.store.facts("s", "host").values()
    assert rows[0].model_dump()["every_port_open"] is True


def broken(exchange: Exchange) -> dict[str, list[object]]:
    raise KeyError("ours")


def test_a_bug_of_ours_is_an_outcome_that_names_itself() -> None:
    ending = conclude(broken, Exchange("x", Endpoint("10.0.0.1", "tcp", 1)))  # type: ignore[arg-type]
    assert (ending.outcome, ending.reason) == (Outcome.FAILED, "bug:KeyError")


def test_the_stop_file_stops_and_keeps(tmp_path: Path) -> None:
    stop = tmp_path / "stop"

    def network(endpoint: Endpoint, sent: bytes) -> bytes:
        if endpoint.address == "10.0.0.3":
            stop.touch()
        return redis_says(endpoint, sent)

    pipeline = pipeline_on(network, permit_for("10.0.0.0/24"), stop_file=stop)
    pipeline.door.pace.sleep = asyncio.sleep
    pipeline.door.pace.limits = pipeline.door.pace.limits.model_copy(update={"host_packets": 1})
    began = time.monotonic()
    assert asyncio.run(pipeline.run()) == "stopped"
    assert time.monotonic() - began < 10
    assert pipeline.why == "stop file"


def test_a_permit_that_ends_stops_the_scan() -> None:
    moments = iter([datetime(2026, 6, 1, tzinfo=UTC)] * 30)

    def now() -> datetime:
        return next(moments, datetime(2100, 1, 1, tzinfo=UTC))

    pipeline = pipeline_on(redis_says, permit_for("10.0.0.0/20"), now=now)
    pipeline.door.pace.sleep = asyncio.sleep
    pipeline.door.pace.limits = pipeline.door.pace.limits.model_copy(update={"host_packets": 1})
    assert asyncio.run(pipeline.run()) == "stopped"
    assert pipeline.why.startswith("expired")


def snapshot(store: Store) -> tuple[object, ...]:
    """Everything that a later judge sees, times left out."""
    observed = store.observations("s")
    return (
        store.questions("s"),
        {key: (seen.outcome, seen.reason, seen.evidence) for key, seen in observed.items()},
        store.facts("s", "redis"),
        store.facts("s", "host"),
    )


@settings(max_examples=15)
@given(st.integers(1, 60))
def test_resume_asks_nothing_twice_and_ends_the_same(stop_after: int) -> None:
    permit = permit_for("10.0.0.0/28", exclusions=["10.0.0.7"])
    register = tuple(Entry(f"10.0.0.{last}") for last in (1, 2, 3, 7))
    whole = pipeline_on(city, permit, register=register)
    asyncio.run(whole.run())

    sent: list[Endpoint] = []

    def counted(endpoint: Endpoint, data: bytes) -> bytes:
        sent.append(endpoint)
        if len(sent) == stop_after:
            first.stop("test")
        return city(endpoint, data)

    first = pipeline_on(counted, permit, register=register)
    asyncio.run(first.run())
    stored = first.store.observations("s")
    known: dict[Endpoint, bool] = {}
    for question in first.store.questions("s"):
        known[question.endpoint] = known.get(question.endpoint, True) and question.id in stored
    second = pipeline_on(city, permit, register=register, store=first.store)
    assert asyncio.run(second.run()) == "finished"
    for endpoint in left(second):
        if known.get(Endpoint(endpoint.address)):  # its discovery was stored: only what has no answer, and the control
            control = second.setting.stored.sweeps[endpoint.address].control
            assert not known.get(endpoint) or endpoint.port == control
    assert snapshot(second.store) == snapshot(whole.store)
    assert {question: seen for question, seen in second.store.observations("s").items() if question in stored} == stored
    third = pipeline_on(city, permit, register=register, store=second.store)
    asyncio.run(third.run())
    assert {endpoint.address for endpoint in left(third)} <= {f"10.0.0.{last}" for last in range(8, 15)}


@pytest.mark.parametrize("name", ["finished", "stopped"])
def test_counts_add_up(name: str) -> None:
    pipeline = pipeline_on(city, permit_for("10.0.0.0/28"))
    if name == "stopped":
        pipeline.stop("at once")
    assert asyncio.run(pipeline.run()) == name
    assert sum(outcome_counts(pipeline.store, "s").values()) == len(pipeline.store.questions("s"))


def test_a_host_that_takes_too_long_leaves_its_questions_never_asked_and_the_others_are_asked() -> None:
    """A hanging device never holds the scan."""
    pipeline = pipeline_on(redis_says, permit_for("10.0.0.0/30"), register=(Entry("10.0.0.1"), Entry("10.0.0.2")))
    pipeline.options = replace(pipeline.options, host_deadline=0.5)
    original = pipeline.door.admit

    async def admit(endpoint: Endpoint, *more: Any) -> None:
        if endpoint == Endpoint("10.0.0.1", "tcp", 80):
            await asyncio.sleep(30)
        await original(endpoint, *more)

    pipeline.door.admit = admit  # type: ignore[method-assign,assignment]
    assert asyncio.run(pipeline.run()) == "finished"
    assert endings(pipeline, "redis") == {"10.0.0.1": ("never_asked", "host-deadline"), "10.0.0.2": ("answered", "")}


@pytest.mark.parametrize(("acts", "outcome"), [([], "forbidden"), (["anonymous-session"], "answered")])
def test_an_act_that_is_not_listed_is_not_done(acts: list[str], outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner import host_run

    touchy = replace(probe_for("redis"), act="anonymous-session")  # type: ignore[type-var]
    monkeypatch.setattr(host_run, "probe_for", lambda table: touchy if table == "redis" else probe_for(table))
    pipeline = pipeline_on(redis_says, permit_for("10.0.0.1/32", acts=acts), register=(Entry("10.0.0.1"),))
    asyncio.run(pipeline.run())
    assert endings(pipeline, "redis")["10.0.0.1"][0] == outcome


def test_a_host_that_says_nothing_leaves_the_questions_that_are_otherwise_found_by_looking() -> None:
    """Also where it never spoke before: its silence must not take verdicts away. Hosts that answer leave none."""
    permit = permit_for("10.0.0.0/28", exclusions=["10.0.0.7"])
    register = tuple(Entry(f"10.0.0.{last}") for last in (2, 3, 7))
    pipeline = pipeline_on(city, permit, register=register, tables=frozenset({"redis", "ssh", "tls", "http"}))
    asyncio.run(pipeline.run())
    for table in ("ssh", "tls", "http"):
        asked = endings(pipeline, table)
        assert "10.0.0.2" not in asked
        assert asked["10.0.0.3"] == ("silent", "timeout")
        assert asked["10.0.0.7"] == ("forbidden", "excluded: by the permit")


def test_the_other_program_is_spared_ports_that_a_probe_of_ours_understood() -> None:
    """A log-in service of rsh's kind waits for its client: it would cost the other program a minute, for nothing."""
    handed: list[int] = []

    async def recognise(address: str, ports: Sequence[int], guest: Guest) -> dict[int, Exchange]:
        handed.extend(ports)
        return {}

    def waiting(endpoint: Endpoint, sent: bytes) -> bytes:
        if endpoint.port not in (513, 9999):
            raise Closed(str(endpoint))
        return b""

    pipeline = pipeline_on(
        waiting,
        permit_for("10.0.0.1/32", classes={"server": 2}),
        register=(Entry("10.0.0.1", device_class="server"),),
        tables=frozenset({"rservices"}),
        ports=(513, 9999),
        recognise=recognise,
    )
    asyncio.run(pipeline.run())
    observed = pipeline.store.observations("s")
    asked = {(one.table, one.endpoint.port): observed[one.id].outcome.value for one in pipeline.store.questions("s")}
    assert asked["rservices", 513] == "answered"
    assert asked["service", 513] == asked["service", 9999] != "silent"
    assert handed == [9999]
