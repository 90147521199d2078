"""Listening: what passes by becomes facts, within bounds, and nothing is sent."""

import asyncio
import io
import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.store import Store
from scanner.capture.files import Capture
from scanner.capture.talk import MOST_MACS, Heard
from scanner.door import Door
from scanner.listening import hear
from scanner.memory_net import MemoryWire, nobody
from scanner.pace import Pace
from scanner.privileged import listen
from tests.scanner.capture.frames import udp
from tests.scanner.capture.test_capture import CLIENT, OUTSIDE, session
from tests.scanner.permits import permit_for

ROOT = Path(__file__).parent.parent.parent.parent
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FRAMES = session(21, b"USER bob\r\nPASS canary-word\r\n", b"220 ready\r\n")


class Listener:
    """Frames out of memory; ends by itself after them unless it waits to be stopped."""

    def __init__(self, frames: list[bytes], *, waits: bool = False) -> None:
        self.given, self.waits = frames, waits
        self.stopped = asyncio.Event()

    async def frames(self) -> AsyncIterator[bytes]:
        for frame in self.given:
            yield frame
        if self.waits:
            await self.stopped.wait()

    def stop(self) -> None:
        self.stopped.set()


def heard_from(*, waits: bool, stop_file: Path | None = None, now: datetime = NOW) -> tuple[Heard, int, str]:
    permit = permit_for("10.45.0.0/16")
    door = Door(permit, MemoryWire(nobody), Pace(permit.pace, time.monotonic), now=lambda: now)

    async def everything() -> tuple[Heard, int, str]:
        heard = Heard()
        listener = Listener(FRAMES, waits=waits)
        frames, why = await hear(listener, door, stop_file, heard, 1)  # type: ignore[arg-type]
        return heard, frames, why

    return asyncio.run(everything())


def test_frames_are_taken_as_they_come() -> None:
    heard, frames, why = heard_from(waits=False)
    assert (frames, why) == (len(FRAMES), "")
    assert [talk.server_port for talk in heard.in_order()] == [21]


def test_a_stop_file_ends_it_and_keeps_everything(tmp_path: Path) -> None:
    (tmp_path / "stop").touch()
    heard, frames, why = heard_from(waits=True, stop_file=tmp_path / "stop")
    assert (frames, why) == (len(FRAMES), "stop file")
    assert heard.talks


def test_an_expired_permit_ends_it() -> None:
    assert heard_from(waits=True, now=datetime(2199, 1, 1, tzinfo=UTC))[2].startswith("expired")


def test_what_is_passed_on_is_a_capture_and_ends_at_its_bounds(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        ours.setblocking(False)
        for frame in (*FRAMES, udp(CLIENT, 5000, OUTSIDE, 123, b"\x23" + bytes(47))):
            theirs.send(frame)
        sink = io.BytesIO()
        assert listen.pass_on(ours, sink, 5.0, len(FRAMES), 1 << 20, lambda: False) == len(FRAMES)
        theirs.send(FRAMES[0])
        assert listen.pass_on(ours, io.BytesIO(), 5.0, 10, 1, lambda: False) == 1
        assert listen.pass_on(ours, io.BytesIO(), 0.01, 10, 10, lambda: False) == 0
        assert listen.pass_on(ours, io.BytesIO(), 5.0, 10, 10, lambda: True) == 0
    path = tmp_path / "passed.pcap"
    path.write_bytes(listen.capture_head(1) + sink.getvalue())
    assert [frame for _, frame in Capture(path)] == list(FRAMES)


def test_memory_is_bounded_whoever_sends() -> None:
    heard = Heard()
    for number in range(MOST_MACS * 2):
        frame = udp(CLIENT, 5000, OUTSIDE, 123, b"\x23" + bytes(47))
        heard.take([(1, frame[:6] + struct.pack("!HI", 2, number) + frame[12:])])
    assert len(heard.hosts[CLIENT]) == MOST_MACS


PERMIT = """
format: chengjian-permit/1
id: LISTEN-1
issuer: {organisation: 测试局, authorised_by: 甲}
contact: test@example.invalid
environment: lab
valid_from: 2026-01-01T00:00
valid_to: 2099-12-31
networks: [127.45.0.0/16]
zones: [{name: office, networks: [127.45.0.0/16], classes: {server: 2}}]
"""
TALK = """
import socket, sys, time
with socket.create_server(("127.45.1.9", 21)) as server:
    for _ in range(3):
        with socket.create_connection(("127.45.1.9", 21), source_address=("127.45.1.7", 0)) as client:
            there = server.accept()[0]
            there.sendall(b"220 ready\\r\\n")
            client.recv(64)
            client.sendall(b"USER bob\\r\\nPASS canary-word\\r\\n")
            there.recv(64)
            there.close()
        time.sleep(0.2)
"""


@pytest.mark.lab
def test_listening_on_loopback_of_a_namespace_of_our_own(tmp_path: Path) -> None:
    """A login in clear text passes by: it is a fact, its password is nowhere, and the end of talking ends nothing."""
    (tmp_path / "permit.yaml").write_text(PERMIT)
    (tmp_path / "talk.py").write_text(TALK)
    script = f"""
    ip link set lo up
    "$PYTHON" -m scanner.cli scan {tmp_path}/permit.yaml --workspace {tmp_path}/city.db --listen lo --listen-seconds 30 --listen-frames 30 --json &
    waited=0
    while ! grep -qs '^ *[0-9a-f]* .* 0003 ' /proc/net/packet && [ $waited -lt 200 ]; do sleep 0.1; waited=$((waited+1)); done
    "$PYTHON" {tmp_path}/talk.py
    wait
    """
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", script],
        cwd=ROOT,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["frames"] == 30
    with Store.open(tmp_path / "city.db") as store:
        scan = told["scan"]
        [clear] = [row.model_dump() for rows in store.facts(scan, "clear_text").values() for row in rows]
        assert clear["credentials"] >= 1
        assert {row.model_dump()["protocol"] for rows in store.facts(scan, "service").values() for row in rows} == {
            "ftp"
        }
    assert b"canary-word" not in b"".join(path.read_bytes() for path in tmp_path.glob("city*"))


@pytest.mark.lab
def test_a_device_that_is_none_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "permit.yaml").write_text(PERMIT)
    words = [sys.executable, "-m", "scanner.cli", "scan", str(tmp_path / "permit.yaml")]
    done = subprocess.run(
        [*words, "--workspace", str(tmp_path / "city.db"), "--listen", "nowhere0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "nowhere0" in done.stderr
    assert not (tmp_path / "city.db").exists()
