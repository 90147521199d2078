"""A Modbus/TCP controller (MODBUS Messaging on TCP/IP 1.0b): device identification, holding registers, and fragility.

With `fragile` it stops answering for good, like a badly built controller, when it gets a malformed request, a function
code that it does not know, more than `limit` connections in a second, or two connections at once. `state()` tells why.
"""

import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.twin import Connection, TcpTwin

READ_HOLDING, REPORT_ID, ENCAPSULATED = 0x03, 0x11, 0x2B
DEVICE_IDENTIFICATION = 0x0E


@dataclass(frozen=True)
class Settings:
    """`state_file`: where a fragile controller writes `alive`, or `dead: <reason>`."""

    vendor: str = "LAB"
    product: str = "PLC-45"
    revision: str = "V1.0"
    registers: int = 100
    fragile: bool = False
    limit: int = 5
    state_file: str = ""


class ModbusTwin(TcpTwin):
    port = 502
    Settings = Settings

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(settings)
        self._guard = threading.Lock()
        self._recent: list[float] = []
        self._current = 0
        self._death = ""

    def start(self, host: str, port: int) -> tuple[str, int]:
        self._write_state()
        return super().start(host, port)

    def state(self) -> str:
        """`alive`, or `dead: <reason>`."""
        return f"dead: {self._death}" if self._death else "alive"

    def session(self, connection: Connection) -> None:
        with self._guard:
            now = time.monotonic()
            self._recent = [each for each in self._recent if now - each < 1.0] + [now]
            self._current += 1
            if self._current > 1:
                self._die("two connections at once")
            if len(self._recent) > self.settings.limit:
                self._die(f"more than {self.settings.limit} connections in a second")
        try:
            self._talk(connection)
        finally:
            with self._guard:
                self._current -= 1

    def _talk(self, connection: Connection) -> None:
        while True:
            head = connection.read_exactly(7)
            transaction, protocol, length, unit = struct.unpack(">HHHB", head)
            if protocol != 0 or not 2 <= length <= 254:
                with self._guard:
                    self._die("malformed request")
                if not self.settings.fragile:
                    return
                self._stay_dead(connection)
            request = connection.read_exactly(length - 1)
            reply = self._answer(request)
            self._stay_dead(connection)
            connection.send(struct.pack(">HHHB", transaction, 0, len(reply) + 1, unit) + reply)

    def _stay_dead(self, connection: Connection) -> None:
        while self._death:
            connection.read()

    def _answer(self, request: bytes) -> bytes:
        ours, code = self.settings, request[0]
        if code == READ_HOLDING and len(request) == 5:
            start, count = struct.unpack(">HH", request[1:])
            if not 1 <= count <= 125 or start + count > ours.registers:
                return bytes((code | 0x80, 2))
            return bytes((code, count * 2)) + b"".join(struct.pack(">H", start + each) for each in range(count))
        if code == REPORT_ID and len(request) == 1:
            name = f"{ours.vendor} {ours.product}".encode()
            return bytes((code, len(name) + 2, 1)) + name + b"\xff"
        if code == ENCAPSULATED and len(request) == 4 and request[1] == DEVICE_IDENTIFICATION:
            return self._identify(request)
        with self._guard:
            self._die(f"function {code} that it does not know")
        return bytes((code | 0x80, 1))

    def _identify(self, request: bytes) -> bytes:
        ours, kind = self.settings, request[2]
        objects = list(enumerate((ours.vendor, ours.product, ours.revision)))
        if kind == 4:
            objects = [each for each in objects if each[0] == request[3]]
        if not objects or kind not in (1, 2, 3, 4):
            return bytes((ENCAPSULATED | 0x80, 2))
        body = b"".join(bytes((number, len(text.encode()))) + text.encode() for number, text in objects)
        return bytes((ENCAPSULATED, DEVICE_IDENTIFICATION, kind, 0x81, 0, 0, len(objects))) + body

    def _die(self, reason: str) -> None:
        if self.settings.fragile and not self._death:
            self._death = reason
            self._write_state()

    def _write_state(self) -> None:
        if self.settings.state_file:
            with open(self.settings.state_file, "w", encoding="utf-8") as out:  # noqa: PTH123
                out.write(self.state() + "\n")


TWIN = ModbusTwin
