"""SNMP: each version apart; silence to a community proves nothing; broken BER survives."""

import asyncio
from typing import Any

import pytest

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Turn
from inventory.facts.neighbour import NeighbourFacts
from lab.loopback import serve
from scanner.probe import Asking
from scanner.probes.snmp import PROBE, collect, interpret
from scanner.snmp_tables import next_row
from scanner.wire.ber import pack, pack_identifier, pack_integer
from scanner.wire.openings import snmp_discovery, snmp_get
from scanner.wire.snmp import read_message, read_report
from tests.scanner.asking import ask, read, recorded, row

LISTED = Asking(acts=frozenset({"listed-community"}), contact="tests")


def report(engine: bytes, boots: int = 3, seconds: int = 77) -> bytes:
    data = pack_integer(1) + pack_integer(65507) + pack(4, b"\0") + pack_integer(3)
    security = pack(4, engine) + pack_integer(boots) + pack_integer(seconds) + pack(4, b"") * 3
    inside = pack(4, engine) + pack(4, b"") + pack(0xA8, pack_integer(1) + pack_integer(0) * 2 + pack(0x30, b""))
    return pack(0x30, pack_integer(3) + pack(0x30, data) + pack(4, pack(0x30, security)) + pack(0x30, inside))


def response(version: int, values: dict[str, bytes]) -> bytes:
    bindings = b"".join(pack(0x30, pack_identifier(name) + value) for name, value in values.items())
    pdu = pack(0xA2, pack_integer(1) + pack_integer(0) * 2 + pack(0x30, bindings))
    return pack(0x30, pack_integer(version) + pack(4, b"public") + pdu)


def test_an_agent_with_the_default_community_is_read_over_the_network() -> None:
    settings: dict[str, Any] = {"descr": "Huawei Versatile Routing Platform", "object_id": "1.3.6.1.4.1.2011.2.23.1"}
    with serve("snmp", settings) as (address, port):
        exchange, ended = ask("snmp", address, port, LISTED, "udp")
    assert ended is None
    got = row(exchange)
    assert (got.v1, got.v2c, got.default_community) == (True, True, True)
    assert got.system_object == "1.3.6.1.4.1.2011.2.23.1"
    assert got.system_description == "Huawei Versatile Routing Platform"
    assert b"public" not in b"".join(turn.sent + turn.received for turn in exchange.turns)


def test_no_community_is_tried_without_the_act() -> None:
    with serve("snmp") as (address, port):
        exchange, ended = ask("snmp", address, port, Asking(), "udp")
    assert isinstance(ended, Silent)
    assert [turn.label for turn in exchange.turns] == ["v3:discovery"]


def test_a_listed_community_is_told_apart_from_the_default_one() -> None:
    got = read(
        "snmp",
        Turn("v2c:default", b"", b"", "timeout"),
        Turn("v2c:listed0", b"", response(1, {"1.3.6.1.2.1.1.5.0": pack(4, b"sw1")})),
        Turn("v1:default", b"", b"", "timeout"),
        Turn("v1:listed0", b"", b"", "timeout"),
    )
    assert got.v2c is True
    assert got.v1 is None
    assert got.default_community is False
    assert got.system_name == "sw1"


def test_an_engine_alone_says_nothing_about_the_plain_versions() -> None:
    engine = bytes.fromhex("800007db03001122334455")
    got = read("snmp", Turn("v3:discovery", snmp_discovery(), report(engine)))
    assert got.v3 is True
    assert got.engine_enterprise == 2011
    assert (got.engine_boots, got.engine_seconds) == (3, 77)
    assert got.v1 is None
    assert got.plain_versions is None
    assert got.default_community is None


def test_a_refused_default_community_is_known_where_the_engine_answers() -> None:
    got = read(
        "snmp",
        Turn("v3:discovery", b"", report(b"\x80\x00\x1f\x88\x04abc")),
        Turn("v2c:default", b"", b"", "timeout"),
        Turn("v1:default", b"", b"", "timeout"),
    )
    assert got.default_community is False


def test_the_other_published_community_is_a_default_too() -> None:
    got = read(
        "snmp",
        Turn("v3:discovery", b"", report(b"\x80\x00\x1f\x88\x04abc")),
        Turn("v2c:default", b"", b"", "timeout"),
        Turn("v2c:default-private", b"", response(1, {"1.3.6.1.2.1.1.5.0": pack(4, b"sw1")})),
    )
    assert (got.default_community, got.v2c) == (True, True)


def test_values_of_the_entity_table_are_taken_only_from_that_table() -> None:
    chassis = {
        "1.3.6.1.2.1.47.1.1.1.1.11.1": pack(4, b"21023512"),
        "1.3.6.1.2.1.47.1.1.1.1.14.1": pack(4, b"x"),  # where the model should be
        "1.3.6.1.2.1.47.1.1.1.1.12.1": pack(4, b"Maker"),
    }
    system = response(1, {"1.3.6.1.2.1.1.3.0": pack(0x43, b"\x27\x10")})
    got = read(
        "snmp",
        Turn("v2c:default", b"", system),
        Turn("more:columns", b"", response(1, chassis)),
    )
    assert (got.serial, got.model, got.maker) == ("21023512", None, "Maker")
    assert (got.ntcip, got.ntcip_device) == (None, None)
    assert got.uptime_seconds == 100


def test_a_message_that_is_cut_off_still_counts_as_an_answer() -> None:
    whole = response(1, {"1.3.6.1.2.1.1.1.0": pack(4, b"x" * 40), "1.3.6.1.2.1.1.5.0": pack(4, b"y" * 40)})
    for length in range(30, len(whole)):
        assert read_message(whole[:length]).version == 1
    assert read("snmp", Turn("v2c:default", b"", whole[:60])).v2c is True


@pytest.mark.parametrize("data", [b"", b"\x30", b"hello", snmp_get(b"public", 1, ("1.3.6.1.2.1.1.1.0",))])
def test_anything_but_an_answer_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("snmp", Turn("v2c:default", b"", data)))
    with pytest.raises(NotUnderstood):
        read_report(data)


def neighbour(index: str, *values: bytes) -> bytes:
    columns = zip(("5", "7", "9", "10"), values, strict=True)
    return response(1, {f"1.0.8802.1.1.2.1.4.1.1.{column}.{index}": pack(4, value) for column, value in columns})


def test_neighbours_that_lldp_told_are_rows_of_their_own_table() -> None:
    system = response(1, {"1.3.6.1.2.1.1.3.0": pack(0x43, b"\x27\x10")})
    first = neighbour("0.3.1", bytes.fromhex("00e0fc010203"), b"GE0/0/1", b"sw2", b"Switch")
    second = neighbour("0.12.2", b"room 4", b"12", b"", "交换机".encode())
    beyond = response(1, {"1.0.8802.1.1.2.1.4.1.1.6.0.3.1": pack(2, b"\x05")})
    turns = [
        Turn("v2c:default", b"", system),
        *(Turn(f"neighbour{number}", b"", data) for number, data in enumerate((first, second, beyond))),
    ]
    rows = interpret(recorded("snmp", *turns))["neighbour"]
    assert rows == [
        NeighbourFacts(
            place=0, local_port=3, chassis="00:e0:fc:01:02:03", port="GE0/0/1", name="sw2", description="Switch"
        ),
        NeighbourFacts(place=1, local_port=12, chassis="room 4", port="12", description="交换机"),
    ]
    assert next_row(first) == tuple(f"1.0.8802.1.1.2.1.4.1.1.{column}.0.3.1" for column in ("5", "7", "9", "10"))
    assert next_row(beyond) == ()
    assert next_row(b"") == ()


def test_an_agent_that_tells_a_neighbour_twice_tells_one() -> None:
    system = response(1, {"1.3.6.1.2.1.1.3.0": pack(0x43, b"\x27\x10")})
    same = neighbour("0.3.1", b"a", b"b", b"c", b"d")
    turns = [Turn("v2c:default", b"", system), *(Turn(f"neighbour{number}", b"", same) for number in range(5))]
    assert len(interpret(recorded("snmp", *turns))["neighbour"]) == 1


def test_traffic_equipment_is_told_by_its_objects() -> None:
    got = read(
        "snmp",
        Turn("v2c:default", b"", response(1, {"1.3.6.1.2.1.1.3.0": pack(0x43, b"\x27\x10")})),
        Turn("more:values", b"", response(1, {"1.3.6.1.2.1.25.2.2.0": pack(2, b"\x0f\xa0\x00")})),
        Turn("more:columns", b"", response(1, {"1.3.6.1.4.1.1206.4.2.1.1.1.0": pack(2, b"\x10")})),
    )
    assert (got.ntcip, got.ntcip_device, got.memory_kib) == (True, 1, 0x0FA000)


def test_an_agent_is_asked_for_its_tables() -> None:
    with serve("snmp", {"communities": ["public"]}) as (address, port):
        exchange, _ = ask("snmp", address, port, Asking(acts=frozenset({"listed-community"})), transport="udp")
    assert {"more:values", "more:columns", "neighbour0"} <= {turn.label for turn in exchange.turns}
    assert not any(turn.label == "neighbour1" for turn in exchange.turns)


class Silence:
    """A recorder for a host that never answers; it counts the seconds that would have been waited."""

    def __init__(self) -> None:
        self.waited = 0.0

    async def datagram(self, label: str, payload: bytes, *, timeout: float, tries: int, **_: object) -> None:
        self.waited += timeout * tries
        raise Silent(f"no answer to {label} of {len(payload)} octets")


def test_an_agent_that_is_silent_to_everything_is_asked_to_the_end_within_the_deadline() -> None:
    """As many communities as are ever tried: what ends by the deadline would be failed, and it is silent."""
    silence: Any = Silence()
    asking = Asking(acts=frozenset({"listed-community"}), communities=tuple(f"c{number}" for number in range(12)))
    with pytest.raises(Silent):
        asyncio.run(collect(silence, asking))
    assert silence.waited > 20
    assert silence.waited < PROBE.deadline
