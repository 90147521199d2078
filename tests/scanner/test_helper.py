"""The privileged helper: asks only within its bounds, takes hostile frames, and its silence is worth only what it is."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import helper
from scanner.discovery.links import Neighbours
from scanner.discovery.scout import Ways
from scanner.helper_client import Helper
from scanner.privileged.neighbours import arp_reply, arp_requests
from tests.scanner.permits import permit_for
from tests.scanner.test_pipeline import city, endings, left, pipeline_on

ROOT = Path(__file__).parent.parent.parent
BOUNDS = {"allow": ["10.0.0.0/24", "2001:db8::/64"], "deny": ["10.0.0.9/32"], "rate": 100}


def reply(sender: str, mac: bytes, operation: int = 2) -> bytes:
    address = bytes(int(part) for part in sender.split("."))
    head = b"\x02\x00\x00\x00\x00\x01" + mac + b"\x08\x06\x00\x01\x08\x00\x06\x04" + operation.to_bytes(2, "big")
    return head + mac + address + b"\x02\x00\x00\x00\x00\x01" + b"\x0a\x00\x00\x02"


def test_a_request_is_the_frame_of_the_standard() -> None:
    frame = arp_requests("02:00:00:00:00:01", "10.0.0.2")("10.0.0.1")
    assert frame == bytes.fromhex(
        "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000002 000000000000 0a000001"
    )


def test_a_reply_is_read_and_nothing_else_is_one() -> None:
    mac = b"\x02\xab\x00\x00\x00\x07"
    assert arp_reply(reply("10.0.0.7", mac)) == ("10.0.0.7", "02:ab:00:00:00:07")
    assert arp_reply(reply("10.0.0.7", mac, operation=1)) is None
    assert arp_reply(reply("10.0.0.7", b"\x03" + mac[1:])) is None


@given(st.binary(max_size=80))
def test_any_frame_is_taken(frame: bytes) -> None:
    assert arp_reply(frame) is None or frame[12:14] == b"\x08\x06"


@pytest.mark.parametrize("address", ["10.0.0.9", "10.0.1.1", "8.8.8.8", "2001:db8:1::1", "office", "", "224.0.0.1"])
def test_it_refuses_what_lies_outside_its_bounds(address: str) -> None:
    said, bounds = helper.answer(json.dumps(BOUNDS), None)
    assert said == {"ready": True}
    said, again = helper.answer(json.dumps({"neighbours": [address]}), bounds)
    assert "error" in said
    assert again == bounds


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"allow": ["x"], "rate": 1}', '{"allow": [], "rate": 0}', "\x00"])
def test_bounds_that_cannot_be_read_allow_nothing(line: str) -> None:
    said, bounds = helper.answer(line, None)
    assert "error" in said
    assert bounds is None


def test_the_bounds_are_set_once() -> None:
    _, bounds = helper.answer(json.dumps(BOUNDS), None)
    wider = {"allow": ["0.0.0.0/0"], "rate": 100}
    said, after = helper.answer(json.dumps(wider), bounds)
    assert "error" in said
    assert after == bounds


def test_the_process_answers_and_ends_with_its_client() -> None:
    async def talk() -> tuple[bool, Neighbours, Neighbours, int | None]:
        started = await Helper.start(permit_for("10.0.0.0/24", "127.45.9.0/24"))
        assert await started.ready
        loopback = await started.neighbours(["127.45.9.1"])
        outside = await started.neighbours(["10.0.1.1"])
        await started.stop()
        return started.working, loopback, outside, started.process.returncode

    working, loopback, outside, code = asyncio.run(talk())
    assert loopback == Neighbours()  # elsewhere: not on a link of ours
    assert outside == Neighbours()
    assert working is False  # a refusal is not answered with silence: the client asks no more
    assert code == 0


def test_silence_on_our_links_saves_the_connects_and_macs_are_kept() -> None:
    asked: list[str] = []

    async def ask(addresses: Sequence[str]) -> Neighbours:
        asked.extend(addresses)
        there = {"10.0.0.1": "02:00:00:00:00:01", "10.0.0.3": "02:00:00:00:00:03"}
        answers = {address: mac for address, mac in there.items() if address in addresses}
        elsewhere = {"10.0.0.2"}
        return Neighbours(answers, frozenset(addresses) - set(answers) - elsewhere)

    pipeline = pipeline_on(city, permit_for("10.0.0.0/28", exclusions=["10.0.0.7"]))
    pipeline.scout.ways = Ways(links=ask)
    assert asyncio.run(pipeline.run()) == "finished"
    assert {endpoint.address for endpoint in left(pipeline)} == {"10.0.0.1", "10.0.0.2", "10.0.0.3"}
    assert "10.0.0.7" not in asked
    assert sorted(asked.count(f"10.0.0.{last}") for last in (1, 2, 3, 4)) == [1, 1, 1, 2]
    rows = [row.model_dump() for facts in pipeline.store.facts("s", "host").values() for row in facts]
    assert {row["mac"] for row in rows} == {"02:00:00:00:00:01", None, "02:00:00:00:00:03"}
    assert endings(pipeline, "redis")["10.0.0.3"] == ("silent", "timeout")


PLAYGROUND = """
set -e
ip link set lo up
unshare -n sleep 60 & other=$!
trap 'kill $other' EXIT
sleep 0.5
ip link add here type veth peer name there
ip link set there netns $other
ip addr add 10.45.99.1/24 dev here
ip link set here up
nsenter -t $other -n ip link set there address 02:00:00:00:99:07
nsenter -t $other -n ip addr add 10.45.99.7/24 dev there
nsenter -t $other -n ip link set there up
sleep 1
printf '%s\\n' '{"allow": ["10.45.99.0/24"], "deny": [], "rate": 500}' \
  '{"neighbours": ["10.45.99.1", "10.45.99.7", "10.45.99.8"], "wait": 0.5}' | "$PYTHON" -m scanner.helper
"""


@pytest.mark.lab
def test_arp_on_a_link_of_our_own() -> None:
    """Two namespaces with one link between them, made for this test and gone with it."""
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", PLAYGROUND],
        cwd=ROOT,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    ready, said = (json.loads(line) for line in done.stdout.splitlines())
    assert ready == {"ready": True}
    assert said == {
        "answers": {"10.45.99.7": "02:00:00:00:99:07"},
        "silent": ["10.45.99.8"],
        "elsewhere": ["10.45.99.1"],
    }
