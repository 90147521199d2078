"""ICMP echo (RFC 792, RFC 4443): one small packet an address, beyond our own links too."""

import secrets
import select
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

from scanner.privileged.bounds import Address, Bounds
from scanner.sweep.frames import checksum

REQUESTS, REPLIES = {4: 8, 6: 128}, {4: 0, 6: 129}
_HEAD = struct.Struct("!BBHHH")
TOKEN = 8  # octets that nobody else knows
LARGEST = 2048
LATE = 0.01  # seconds that a late packet may be made up for


def request_packet(version: int, identifier: int, number: int, token: bytes) -> bytes:
    """An echo request; the kernel writes the checksum of version 6."""
    head = _HEAD.pack(REQUESTS[version], 0, 0, identifier, number)
    summed = checksum(head + token) if version == 4 else 0
    return _HEAD.pack(REQUESTS[version], 0, summed, identifier, number) + token


def replied(version: int, data: bytes, identifier: int, token: bytes) -> int | None:
    """The number of the request that this answers, None for anything else. Takes hostile bytes."""
    if version == 4:
        if len(data) < 20 or data[0] >> 4 != 4:
            return None
        data = data[(data[0] & 15) * 4 :]
    if len(data) < _HEAD.size + TOKEN:
        return None
    kind, code, _, seen, number = _HEAD.unpack_from(data)
    ours = kind == REPLIES[version] and code == 0 and seen == identifier and data[_HEAD.size :][:TOKEN] == token
    return int(number) if ours else None


def ask(version: int, addresses: list[Address], wait: float, rate: float) -> set[str]:
    """Who of these answers an echo. Raises OSError."""
    family, protocol = (
        (socket.AF_INET, socket.IPPROTO_ICMP) if version == 4 else (socket.AF_INET6, socket.IPPROTO_ICMPV6)
    )
    identifier, token, heard = secrets.randbelow(1 << 16), secrets.token_bytes(TOKEN), set[str]()
    with socket.socket(family, socket.SOCK_RAW, protocol) as raw:
        raw.setblocking(False)
        due, ends, sent = time.monotonic(), 0.0, 0
        while sent < len(addresses) or time.monotonic() < ends:
            now = time.monotonic()
            if sent < len(addresses) and now >= due:
                packet = request_packet(version, identifier, sent, token)
                try:
                    raw.sendto(packet, (str(addresses[sent]), 0))
                except PermissionError:
                    raise
                except OSError:
                    pass  # no way there: as silent as if it had been lost
                due, ends, sent = max(due, now - LATE) + 1.0 / rate, now + wait, sent + 1
            pause = max(0.0, (due if sent < len(addresses) else ends) - time.monotonic())
            if select.select([raw], [], [], min(pause, 0.05))[0]:
                data, peer = raw.recvfrom(LARGEST)
                number = replied(version, data, identifier, token)
                if number is not None and number < sent and peer[0] == str(addresses[number]):
                    heard.add(str(addresses[number]))
            if len(heard) == len(addresses):
                break
    return heard


def echo(request: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """`{"echo": [addresses], "wait": seconds}` → `{"alive": [addresses]}`. Raises NotAllowed and OSError."""
    addresses = bounds.addresses(request.get("echo"))
    alive: set[str] = set()
    for version in (4, 6):
        there = [address for address in addresses if address.version == version]
        if there:
            alive |= ask(version, there, bounds.wait(request), bounds.pace(request))
    return {"alive": sorted(alive)}
