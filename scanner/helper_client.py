"""Talks to the privileged helpers: the one that asks, and the one that listens.

Without that right, and on networks that are not on our links, there is no helper: discovery by connects does the same, slower.
"""

import asyncio
import json
import os
import struct
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from inventory.errors import InputError
from scanner.discovery.links import Neighbours
from scanner.gate import opening
from scanner.permit import PRINTER_PORTS, Permit
from scanner.sweep.ports import SynAnswer

START_TIMEOUT, ANSWER_TIMEOUT = 60.0, 60.0  # seconds
LONGEST_ANSWER = 4 * 1024 * 1024
ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parent.parent), "PATH": os.defpath, "HOME": "/nonexistent"}


class Helper:
    """A running helper process. Requests are answered one after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.turn = asyncio.Lock()
        self.working = True
        self.ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    @classmethod
    async def start(cls, permit: Permit) -> "Helper":
        """Start it within the bounds of the permit, without waiting for it. `ready` says later whether it works; where it does
        not, its answers know nothing."""
        with opening():
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "scanner.helper"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=ENVIRONMENT,
                limit=LONGEST_ANSWER,
            )
        helper = cls(process)
        bounds = {
            "allow": [str(network) for zone in permit.zones if zone.highest(None) > 0 for network in zone.networks],
            "deny": [str(network) for network in permit.exclusions],
            "deny_ports": sorted({*permit.denied_ports, *(PRINTER_PORTS - set(permit.allowed_ports))}),
            "rate": permit.pace.total_packets,
            "host_rate": min(permit.pace.host_packets, permit.pace.total_packets),
        }
        helper.ready = asyncio.ensure_future(helper._begin(bounds))
        return helper

    async def _begin(self, bounds: Mapping[str, Any]) -> bool:
        self.working = await self._send(bounds, START_TIMEOUT) == {"ready": True}
        return self.working

    async def _ask(self, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        await self.ready
        return await self._send(request, timeout)

    async def _send(self, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None or not self.working:
            return {"error": "no helper"}
        try:
            async with self.turn, asyncio.timeout(timeout):
                stdin.write(json.dumps(request).encode() + b"\n")
                await stdin.drain()
                answer = json.loads(await stdout.readline())
        except (OSError, ValueError, TimeoutError, asyncio.LimitOverrunError) as error:
            self.working = False
            return {"error": f"the helper does not answer: {error}"}
        return answer if isinstance(answer, dict) else {"error": "not an answer"}

    async def neighbours(self, addresses: Sequence[str], wait: float = 1.0) -> Neighbours:
        """Ask by ARP and neighbour discovery; whoever was admitted by the door only. Where the helper cannot, nobody is known to be silent."""
        answer = await self._ask({"neighbours": list(addresses), "wait": wait}, ANSWER_TIMEOUT)
        if "error" in answer:
            self.working = False
            return Neighbours()
        asked = set(addresses)
        answers = {str(address): str(mac) for address, mac in answer["answers"].items() if address in asked}
        return Neighbours(answers, frozenset(str(address) for address in answer["silent"]) & asked)

    async def echo(self, addresses: Sequence[str], wait: float = 1.0) -> frozenset[str]:
        """Who answers an ICMP echo; whoever was admitted by the door only. Where the helper cannot, nobody does."""
        answer = await self._ask({"echo": list(addresses), "wait": wait}, ANSWER_TIMEOUT)
        if "error" in answer:
            self.working = False
            return frozenset()
        return frozenset(map(str, answer["alive"])) & set(addresses)

    async def syn(self, addresses: Sequence[str], ports: Sequence[int], rate: float, patience: float) -> SynAnswer:
        """Sweep by SYN; what was admitted by the permit only (`scanner.sweep.ports`). Where the helper cannot within `patience`
        seconds, nothing is known of any port."""
        request = {"syn": list(addresses), "ports": list(ports), "rate": rate}
        answer = await self._ask(request, patience)
        if "error" in answer:
            self.working = False
            return SynAnswer()
        asked = set(addresses)
        states = {
            address: {port: letter == "o" for port, letter in zip(ports, letters, strict=True) if letter != "-"}
            for address, letters in answer["states"].items()
            if address in asked
        }
        return SynAnswer(states, int(answer["sent"]))

    async def stop(self) -> None:
        """End the process."""
        self.ready.cancel()
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            async with asyncio.timeout(0.5):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class Listener:
    """A process that hears everything on one interface and sends nothing. Its stream is parsed here, without any rights."""

    def __init__(self, process: asyncio.subprocess.Process, device: str) -> None:
        self.process = process
        self.device = device

    @classmethod
    async def start(cls, device: str, seconds: float, frames: int, octets: int) -> "Listener":
        """Start it within bounds of time, frames and octets."""
        with opening():
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "scanner.privileged.listen", device, str(seconds), str(frames), str(octets)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=ENVIRONMENT,
                limit=LONGEST_ANSWER,
            )
        return cls(process, device)

    async def link_type(self) -> int:
        """The link type of the frames to come. Raises InputError where the device cannot be listened on."""
        assert self.process.stdout is not None
        try:
            head = await self.process.stdout.readexactly(24)
        except asyncio.IncompleteReadError:
            said = (await self._last_words()).get("error", "the listener does not start")
            raise InputError(
                str(said), "--listen", hint="an interface of this machine, and the right to raw sockets"
            ) from None
        return int(struct.unpack("<I", head[20:])[0])

    async def frames(self) -> AsyncIterator[bytes]:
        """Frames as they come, until the listener ends."""
        assert self.process.stdout is not None
        with suppress(asyncio.IncompleteReadError):
            while True:
                (size,) = struct.unpack("<8xI4x", await self.process.stdout.readexactly(16))
                yield await self.process.stdout.readexactly(size)

    def stop(self) -> None:
        """Tell it to end; what it has heard still comes."""
        with suppress(ProcessLookupError):
            self.process.terminate()

    async def dropped(self) -> int:
        """After the last frame: how many the kernel had no room for; -1 where nobody knows."""
        return int((await self._last_words()).get("dropped", -1))

    async def _last_words(self) -> dict[str, Any]:
        _, said = await self.process.communicate()
        try:
            words = json.loads(said)
        except ValueError:
            return {}
        return words if isinstance(words, dict) else {}
