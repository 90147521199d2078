"""An S7 controller as far as its identification: set-up, and three of its system status lists, read only.

ISO 8073 over RFC 1006, then S7 communication. A list that it does not have is refused with an error, as controllers do.
"""

import struct
from dataclasses import dataclass

from lab.twin import Connection, TcpTwin

CONNECT, DATA = 0xE0, 0xF0
JOB, ACKNOWLEDGED, USER_DATA = 1, 3, 7
MODULE, COMPONENT, PROTECTION = 0x0011, 0x001C, 0x0232
NO_SUCH_LIST = b"\x0a\x00\x00\x00"


@dataclass(frozen=True)
class Settings:
    """`protection` is the level that the CPU enforces: 1 none, 2 writing wants a password, 3 reading too."""

    order_number: str = "6ES7 315-2EH14-0AB0"
    system: str = "LAB-S7"
    serial: str = "SIM45004500"
    protection: int = 1


class S7Twin(TcpTwin):
    port = 102
    Settings = Settings

    def session(self, connection: Connection) -> None:
        while True:
            version, _, size = struct.unpack(">BBH", connection.read_exactly(4))
            packet = connection.read_exactly(max(size - 4, 0))
            if version != 3 or len(packet) < 3:
                return
            if packet[1] == CONNECT:
                connection.send(framed(bytes((len(packet) - 1, 0xD0)) + packet[4:6] + b"\x00\x01" + packet[6:]))
            elif packet[1] == DATA and packet[3:4] == b"\x32":
                connection.send(framed(packet[:3] + self._answer(packet[3:])))
            else:
                return

    def _answer(self, message: bytes) -> bytes:
        reference = message[4:6]
        if message[1] == JOB:
            parameters = b"\xf0\x00\x00\x01\x00\x01\x00\xf0"
            return b"\x32\x03\x00\x00" + reference + struct.pack(">HHH", len(parameters), 0, 0) + parameters
        number, index = struct.unpack(">HH", message[22:26])
        rows = self._rows(number, index)
        if rows:
            content = struct.pack(">HHHH", number, index, len(rows[0]), len(rows)) + b"".join(rows)
            data = b"\xff\x09" + struct.pack(">H", len(content)) + content
        else:
            data = NO_SUCH_LIST
        parameters = b"\x00\x01\x12\x08\x12\x84\x01" + message[17:18] + b"\x00\x00\x00\x00"
        return b"\x32\x07\x00\x00" + reference + struct.pack(">HH", len(parameters), len(data)) + parameters + data

    def _rows(self, number: int, index: int) -> list[bytes]:
        ours = self.settings
        if number == MODULE:
            name = ours.order_number.encode()[:20].ljust(20)
            return [struct.pack(">H", 1) + name + bytes(6), struct.pack(">H", 7) + name + b"\x00\x00V\x03\x02\x06"]
        if number == COMPONENT:
            texts = ((1, ours.system), (2, "CPU 315-2 PN/DP"), (5, ours.serial), (7, "CPU 315-2 PN/DP"))
            return [struct.pack(">H", place) + text.encode()[:32].ljust(32, b"\0") for place, text in texts]
        if number == PROTECTION and index in (0, 4):  # 0 asks for every row
            return [struct.pack(">HHHH", 4, ours.protection, 0, ours.protection) + bytes(32)]
        return []


def framed(packet: bytes) -> bytes:
    """RFC 1006: version 3 and the length of all."""
    return b"\x03\x00" + struct.pack(">H", len(packet) + 4) + packet


TWIN = S7Twin
