"""What devices announce to their neighbours unasked: LLDP (IEEE 802.1AB), CDP, and the names and makers in DHCP requests
(RFC 2132 12 and 60). Pure; takes hostile bytes, and what is short or strange is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from inventory.facts.device_version import DeviceVersionFacts
from inventory.identify import identify_line
from scanner.wire.reader import printable

LLDP, CDP, DHCP = "lldp", "cdp", "dhcp"
CDP_HEAD = b"\xaa\xaa\x03\x00\x00\x0c\x20\x00"  # LLC and SNAP
MAGIC = b"\x63\x82\x53\x63"
LONGEST_NAME, LONGEST_TEXT = 256, 512


@dataclass(frozen=True, slots=True)
class Said:
    """What one announcement says; empty where it does not."""

    name: str = ""
    description: str = ""
    model: str = ""
    address: str = ""


def read(kind: str, data: bytes) -> Said:
    """The announcement behind the Ethernet type (LLDP), behind LLC and SNAP (CDP), or in the datagram (DHCP)."""
    return {LLDP: _lldp, CDP: _cdp, DHCP: _dhcp}[kind](data)


def _text(data: bytes, limit: int = LONGEST_TEXT) -> str:
    return printable(re.sub(rb"\s+", b" ", data), limit).strip()


def _lldp(data: bytes) -> Said:
    found: dict[str, str] = {}
    for kind, value in _lldp_parts(data):
        if kind == 5:
            found.setdefault("name", _text(value, LONGEST_NAME))
        elif kind == 6:
            found.setdefault("description", _text(value))
        elif kind == 8 and len(value) >= 6 and value[0] == 5 and value[1] == 1:
            found.setdefault("address", str(IPv4Address(value[2:6])))
    return Said(**found)


def _lldp_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(data):
        head = int.from_bytes(data[at : at + 2], "big")
        kind, size = head >> 9, head & 0x1FF
        if kind == 0 or at + 2 + size > len(data):
            return
        yield kind, data[at + 2 : at + 2 + size]
        at += 2 + size


def _cdp(data: bytes) -> Said:
    found: dict[str, str] = {}
    at = 4  # version, time to live, checksum
    while at + 4 <= len(data):
        kind, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        if size < 4 or at + size > len(data):
            break
        value = data[at + 4 : at + size]
        if kind == 1:
            found.setdefault("name", _text(value, LONGEST_NAME))
        elif kind == 5:
            found.setdefault("description", _text(value))
        elif kind == 6:
            found.setdefault("model", _text(value, LONGEST_NAME))
        elif kind == 2 and value[4:9] == b"\x01\x01\xcc\x00\x04" and len(value) >= 13:
            found.setdefault("address", str(IPv4Address(value[9:13])))
        at += size
    return Said(**found)


def _dhcp(data: bytes) -> Said:
    if len(data) < 240 or data[0] != 1 or data[236:240] != MAGIC:
        return Said()
    options = dict(_dhcp_options(data[240:]))
    address = data[12:16] if any(data[12:16]) else options.get(50, b"")
    return Said(
        name=_text(options.get(12, b""), LONGEST_NAME),
        description=_text(options.get(60, b"")),
        address=str(IPv4Address(address)) if len(address) == 4 and any(address) else "",
    )


def _dhcp_options(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            return
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def facts(said: Said) -> DeviceVersionFacts:
    """As facts: names as they stand, makers and systems as they are recognised."""
    known = identify_line({"kind": "snmp", "sysDescr": said.description}) if said.description else {}
    return DeviceVersionFacts(
        vendor=known.get("vendor"),
        os=known.get("os"),
        product=known.get("product"),
        version=known.get("version"),
        model=said.model or None,
        hostname=said.name or None,
    )
