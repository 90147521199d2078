"""What every probe must hold to: pure interpretation that never fails in an undeclared way, on anything at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.endpoint import Endpoint
from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.fact import all_tables
from inventory.reduction import reduce
from scanner.probe import all_probes, fillers

NAMES = sorted(all_probes())
OPENERS = (
    b"", b"HTTP/1.1 200 OK\r\n", b"\x16\x03\x03\x00\x20\x02\x00\x00\x1c\x03\x03", b"SSH-2.0-x\r\n", b"220 x\r\n", b"\x30\x26",
    b"\x4a\x00\x00\x00\x0a5.7.1\x00", b"\xfeSMB", b"RTSP/1.0 200 OK\r\n", b"SIP/2.0 200 OK\r\n", b"\x03\x00\x00\x13",
    b"\x20\x02\x00\x00", b"RFB 003.008\n", b"\x00\x01\x00\x00\x00\x10", b"ACKF", b"+OK\r\n", b"* OK\r\n", b"\xff\xfd\x18",
)  # fmt: skip
answers = st.builds(lambda head, tail: head + tail, st.sampled_from(OPENERS), st.binary(max_size=200))


def labels_of(name: str) -> list[str]:
    """Labels that a probe's source uses, so that the fuzzer reaches its readers."""
    import inspect
    import re
    import sys

    source = inspect.getsource(sys.modules[f"scanner.probes.{name}"])
    return sorted(set(re.findall(r"\"([a-z0-9:.\-/]{2,24})\"", source))) or ["x"]


@pytest.mark.parametrize("name", NAMES)
def test_interpreting_anything_gives_facts_or_the_declared_error(name: str) -> None:
    probe = all_probes()[name]
    turns = st.builds(
        Turn,
        st.sampled_from(labels_of(name)),
        st.just(b""),
        answers,
        st.sampled_from(["", "timeout", "closed", "reset"]),
        st.integers(0, 2),
    )

    @settings(max_examples=60)
    @given(st.lists(turns, max_size=4))
    def check(chosen: list[Turn]) -> None:
        exchange = reduce(Exchange(name, Endpoint("10.0.0.1", probe.transport, 1), tuple(chosen)), b"key")
        try:
            found = probe.interpret(exchange)
        except NotUnderstood:
            return
        assert probe.interpret(exchange) == found
        for table, rows in found.items():
            assert table in (probe.table, *probe.also)
            assert all(type(row) is all_tables()[table].model for row in rows)
            assert len(rows) <= 1 or all_tables()[table].many

    check()


@pytest.mark.parametrize("name", NAMES)
def test_a_probe_says_what_it_costs_and_which_tables_it_fills(name: str) -> None:
    probe = all_probes()[name]
    assert probe.connections >= 1
    assert probe.packets >= 1
    assert {probe.table, *probe.also} <= set(all_tables())
    assert probe in fillers(probe.table)
