"""Reads what masscan wrote with -oJ: one object an address and port, in an array that old versions end badly.

A list that breaks off gives what is whole and says so. Only ports and banners are read; a banner counts as what was heard there.
"""

import ipaddress
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inventory.errors import ImportFormatError

LARGEST_FILE = 256 * 1024 * 1024
LONGEST_BANNER = 16 * 1024
STATES = ("open", "closed")
_GAP = re.compile(r"[\s,\[\]]*")
_HEAD = re.compile(r'\s*(?:\[\s*)?\{\s*"?(?:ip"\s*:|finished)')


@dataclass(slots=True)
class Found:
    """What the list says of one address: TCP ports with their state, and the banners heard on them."""

    address: str
    ports: dict[int, str] = field(default_factory=dict)
    banners: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MasscanList:
    """A whole list, by address. `complete` is False where it broke off; `problem` then says where."""

    hosts: tuple[Found, ...]
    complete: bool
    problem: str = ""


def is_masscan(head: bytes) -> bool:
    """Whether a file begins as masscan's lists do."""
    text = head.decode("utf-8", "replace")
    return _HEAD.match(text) is not None and ('"ports"' in text or "finished" in text[:40])


def read_list(file: Path) -> MasscanList:
    """Read a list. Raises ImportFormatError for a file that is none."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise ImportFormatError(f"is larger than {LARGEST_FILE} bytes", str(file))
        text = file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise ImportFormatError(f"cannot be read: {error.strerror}", str(file)) from error
    hosts: dict[str, Found] = {}
    problem = ""
    for entry in _entries(text):
        if isinstance(entry, str):
            problem = entry
        else:
            _take(entry, hosts)
    if problem and not hosts:
        raise ImportFormatError("is no list of masscan", str(file), problem)
    return MasscanList(tuple(hosts[address] for address in sorted(hosts)), not problem, problem)


def _entries(text: str) -> Iterator[dict[str, Any] | str]:
    """Every object; where the text breaks off, last the place as a text."""
    decoder, position = json.JSONDecoder(), 0
    while True:
        gap = _GAP.match(text, position)
        position = gap.end() if gap is not None else position
        if position >= len(text):
            return
        if text.startswith(("{finished", "{ finished"), position):
            return  # how versions before 1.3 end their lists
        try:
            entry, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            yield f"line {text.count(chr(10), 0, position) + 1}"
            return
        if isinstance(entry, dict):
            yield entry


def _take(entry: dict[str, Any], hosts: dict[str, Found]) -> None:
    try:
        address = str(ipaddress.ip_address(str(entry.get("ip"))))
    except ValueError:
        return
    ports = entry.get("ports")
    for port in ports if isinstance(ports, list) else ():
        number = port.get("port") if isinstance(port, dict) else None
        if not isinstance(number, int) or not 0 < number < 65536 or port.get("proto") != "tcp":
            continue
        found = hosts.setdefault(address, Found(address))
        service = port.get("service")
        if isinstance(service, dict) and isinstance(service.get("banner"), str):
            found.ports[number] = "open"
            found.banners.setdefault(number, service["banner"][:LONGEST_BANNER])
        elif port.get("status") in STATES and found.ports.get(number) != "open":
            found.ports[number] = port["status"]
