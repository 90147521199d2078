"""An SNMP agent, v1 and v2c (RFC 1157, RFC 3416): Get, GetNext, GetBulk on a table of values; of SNMPv3 the discovery alone.

A wrong community is silence, as with real agents. `broken` answers with BER that is cut off: readers must survive it.
"""

import bisect
import ipaddress
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab import ber
from lab.twin import UdpTwin

GET, GET_NEXT, RESPONSE, SET, GET_BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
NO_SUCH_NAME, READ_ONLY = 2, 4
UNKNOWN_USERS = "1.3.6.1.6.3.15.1.1.3.0"
UNKNOWN_ENGINES = "1.3.6.1.6.3.15.1.1.4.0"
SYSTEM = "1.3.6.1.2.1.1"
Oid = tuple[int, ...]


@dataclass(frozen=True)
class Settings:
    """`values`: object identifier → text, integer, or {type, value}.

    With 3 in `versions` it answers SNMPv3 requests with a report that carries `engine` (RFC 3414 section 4).
    The types are octets, hex, oid, gauge, counter, address, ticks.
    """

    communities: tuple[str, ...] = ("public",)
    versions: tuple[int, ...] = (1, 2)
    descr: str = "Linux lab 6.1.0"
    object_id: str = "1.3.6.1.4.1.8072.3.2.10"
    name: str = "lab"
    contact: str = ""
    location: str = ""
    services: int = 72
    values: dict[str, Any] = field(default_factory=dict)
    broken: bool = False
    engine: str = "80001f880445454545"


class SnmpTwin(UdpTwin):
    port = 161
    Settings = Settings

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(settings)
        self._began = time.monotonic()
        ours = self.settings
        table = {
            f"{SYSTEM}.1.0": ours.descr,
            f"{SYSTEM}.2.0": {"type": "oid", "value": ours.object_id},
            f"{SYSTEM}.3.0": {"type": "uptime"},
            f"{SYSTEM}.4.0": ours.contact,
            f"{SYSTEM}.5.0": ours.name,
            f"{SYSTEM}.6.0": ours.location,
            f"{SYSTEM}.7.0": ours.services,
            **ours.values,
        }
        self._values = {tuple(int(each) for each in key.split(".")): value for key, value in table.items()}
        self._order = sorted(self._values)

    def answer(self, datagram: bytes) -> Iterable[bytes]:
        try:
            reply = self._reply(datagram)
        except (ber.MalformedError, ValueError, IndexError):
            return []
        if reply is None:
            return []
        return [reply[: len(reply) * 2 // 3]] if self.settings.broken else [reply]

    def _reply(self, datagram: bytes) -> bytes | None:
        tag, body, _ = ber.read(datagram)
        if tag != ber.SEQUENCE:
            return None
        (_, version), (_, community), (kind, pdu) = ber.elements(body)[:3]
        if version == b"\x03":
            return self._report(community, pdu) if 3 in self.settings.versions else None
        second = version == b"\x01"
        if community.decode("latin-1") not in self.settings.communities:
            return None
        if version not in (b"\0", b"\x01") or (2 if second else 1) not in self.settings.versions:
            return None
        (_, request), (_, first), (_, repeats), (_, bindings) = ber.elements(pdu)
        asked = [ber.read_oid(ber.elements(pair)[0][1]) for _, pair in ber.elements(bindings)]
        status, index, pairs = self._look_up(kind, asked, second, first, repeats)
        if status:
            pairs = [(each, ber.wrap(ber.NULL, b"")) for each in asked]
        body = b"".join(ber.wrap(ber.SEQUENCE, ber.oid(dots(name)) + value) for name, value in pairs)
        answer = (
            ber.wrap(ber.INTEGER, request) + ber.integer(status) + ber.integer(index) + ber.wrap(ber.SEQUENCE, body)
        )
        return ber.wrap(
            ber.SEQUENCE,
            ber.wrap(ber.INTEGER, version) + ber.wrap(ber.OCTETS, community) + ber.wrap(RESPONSE, answer),
        )

    def _report(self, head: bytes, asked: bytes) -> bytes:
        """A report with our engine id: how a manager learns it, and that its user is unknown here."""
        known = bytes.fromhex(self.settings.engine)
        (_, theirs), *_ = ber.elements(ber.read(asked)[1])
        cause = UNKNOWN_USERS if theirs == known else UNKNOWN_ENGINES
        engine = ber.wrap(ber.OCTETS, known)
        empty = ber.wrap(ber.OCTETS, b"")
        (_, message), *_ = ber.elements(head)
        said = ber.wrap(ber.INTEGER, message) + ber.integer(65507) + ber.wrap(ber.OCTETS, b"\0") + ber.integer(3)
        seconds = int(time.monotonic() - self._began)
        security = ber.wrap(ber.SEQUENCE, engine + ber.integer(1) + ber.integer(seconds) + empty + empty + empty)
        pair = ber.wrap(ber.SEQUENCE, ber.oid(cause) + ber.integer(1, ber.COUNTER32))
        pdu = ber.wrap(REPORT, ber.integer(0) * 3 + ber.wrap(ber.SEQUENCE, pair))
        scoped = ber.wrap(ber.SEQUENCE, engine + empty + pdu)
        return ber.wrap(
            ber.SEQUENCE,
            ber.integer(3) + ber.wrap(ber.SEQUENCE, said) + ber.wrap(ber.OCTETS, security) + scoped,
        )

    def _look_up(
        self, kind: int, asked: list[Oid], second: bool, first: bytes, repeats: bytes
    ) -> tuple[int, int, list[tuple[Oid, bytes]]]:
        """Error status, error index and the bindings of the answer."""
        if kind == SET:
            return READ_ONLY, 1, []
        if kind == GET_BULK and second:
            return 0, 0, self._bulk(asked, int.from_bytes(first, "big"), int.from_bytes(repeats, "big"))
        if kind not in (GET, GET_NEXT):
            raise ber.MalformedError("unknown request")
        pairs = []
        for place, name in enumerate(asked, 1):
            found = name if kind == GET else self._next(name)
            if found is not None and found in self._values:
                pairs.append((found, self._encode(self._values[found])))
            elif not second:
                return NO_SUCH_NAME, place, []
            else:
                pairs.append((name, ber.wrap(ber.NO_OBJECT if kind == GET else ber.END_OF_VIEW, b"")))
        return 0, 0, pairs

    def _bulk(self, asked: list[Oid], once: int, repeats: int) -> list[tuple[Oid, bytes]]:
        pairs = []
        for place, name in enumerate(asked):
            current: Oid | None = name
            for _ in range(1 if place < once else min(repeats, 50)):
                following = self._next(current) if current is not None else None
                if following is None:
                    pairs.append((current or name, ber.wrap(ber.END_OF_VIEW, b"")))
                    break
                pairs.append((following, self._encode(self._values[following])))
                current = following
        return pairs

    def _next(self, name: Oid) -> Oid | None:
        place = bisect.bisect_right(self._order, name)
        return self._order[place] if place < len(self._order) else None

    def _encode(self, value: Any) -> bytes:
        if isinstance(value, str):
            return ber.wrap(ber.OCTETS, value.encode())
        if isinstance(value, int):
            return ber.integer(value)
        kind, content = value["type"], value.get("value")
        if kind == "uptime":
            return ber.integer(int((time.monotonic() - self._began) * 100), ber.TICKS)
        if kind == "oid":
            return ber.oid(content)
        if kind == "hex":
            return ber.wrap(ber.OCTETS, bytes.fromhex(content))
        if kind == "address":
            return ber.wrap(ber.ADDRESS, ipaddress.IPv4Address(content).packed)
        if kind == "octets":
            return ber.wrap(ber.OCTETS, content.encode())
        return ber.integer(content, {"gauge": ber.GAUGE32, "counter": ber.COUNTER32, "ticks": ber.TICKS}[kind])


def dots(name: Oid) -> str:
    return ".".join(str(each) for each in name)


TWIN = SnmpTwin
