"""A field of 5G base stations: one process, one socket, an SNMP agent for every address of a range.

The socket is bound to all addresses and asks the kernel which one a datagram came for (IP_PKTINFO), so that the answer leaves
from there. The station's name and location follow from its address; a few stations are silent, as in any field.
"""

import ipaddress
import socket
import struct
import threading
from dataclasses import dataclass
from typing import Any

from lab.twins.snmp import SnmpTwin

FIRST = "127.46.0.1"
COUNT = 50_678
IP_PKTINFO = 8


@dataclass(frozen=True)
class Field:
    """`count` stations from `first` on; every `silent_every`-th says nothing (0: all answer)."""

    first: str = FIRST
    count: int = COUNT
    silent_every: int = 0

    def number(self, address: bytes) -> int:
        """Which station an address is, from 0; -1 outside the field or silent."""
        place = int.from_bytes(address, "big") - int(ipaddress.IPv4Address(self.first))
        if not 0 <= place < self.count or (self.silent_every and place % self.silent_every == self.silent_every - 1):
            return -1
        return place


class FieldServer:
    """Answers for the whole field until stopped."""

    def __init__(self, field: Field, port: int = 0) -> None:
        self.field = field
        self.answered = 0
        self._stopping = threading.Event()
        self._agents: dict[int, SnmpTwin] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024 * 1024)
        self._socket.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self._socket.bind(("0.0.0.0", port))
        self._socket.settimeout(0.2)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                datagram, notes, _, peer = self._socket.recvmsg(2048, 64)
            except TimeoutError:
                continue
            except OSError:
                return
            to = asked_address(notes)
            number = self.field.number(to)
            if number >= 0:
                self._answer(number, to, datagram, peer)

    def _answer(self, number: int, to: bytes, datagram: bytes, peer: Any) -> None:
        agent = self._agents.get(number) or self._agents.setdefault(number, station(number))
        for reply in agent.answer(datagram):
            source = struct.pack("I4s4s", 0, to, bytes(4))
            try:
                self._socket.sendmsg([reply], [(socket.IPPROTO_IP, IP_PKTINFO, source)], 0, peer)
                self.answered += 1
            except OSError:
                return


def asked_address(notes: list[Any]) -> bytes:
    """The address that a datagram was sent to, out of its ancillary data (struct in_pktinfo)."""
    for level, kind, data in notes:
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
            return bytes(data[8:12])
    return bytes(4)


def station(number: int) -> SnmpTwin:
    """The agent of one station; two vendors stand in the field."""
    huawei = number % 3 != 2
    return SnmpTwin(
        {
            "name": f"GX-5G-{number + 1:05d}",
            "location": f"模拟基站 {number + 1}",
            "descr": "Huawei BTS5900 5G (simulated)" if huawei else "ZTE 5G NR base station (simulated)",
            "object_id": "1.3.6.1.4.1.2011.2.299" if huawei else "1.3.6.1.4.1.3902.1082.1001",
            "services": 76,
        }
    )
