"""Within what the helper may send: the first line of its input, checked again before every request."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_ADDRESSES = 4096  # in one request
LONGEST_WAIT = 10.0  # seconds


class NotAllowed(Exception):
    """A request that the helper does not do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where it may send, and how fast; which devices it may listen on."""

    allow: tuple[Network, ...]
    deny: tuple[Network, ...]
    rate: float
    host_rate: float = 0.0  # 0: no SYN sweeps
    deny_ports: frozenset[int] = frozenset()

    def check_port(self, port: object) -> int:
        """The port. Raises NotAllowed."""
        if not isinstance(port, int) or not 1 <= port <= 65535 or port in self.deny_ports:
            raise NotAllowed(f"port {port!r} is outside the bounds")
        return port

    def check(self, address: object) -> Address:
        """The address, parsed. Raises NotAllowed."""
        try:
            where = ipaddress.ip_address(str(address))
        except ValueError as error:
            raise NotAllowed(f"not an address: {address!r}") from error
        if where.is_multicast or not _holds(self.allow, where) or _holds(self.deny, where):
            raise NotAllowed(f"{address} is outside the bounds")
        return where

    def addresses(self, asked: object) -> list[Address]:
        """All addresses of a request. Raises NotAllowed."""
        if not isinstance(asked, list) or len(asked) > MOST_ADDRESSES:
            raise NotAllowed("not a list of addresses, or too many")
        return [self.check(address) for address in asked]

    def wait(self, request: Mapping[str, Any]) -> float:
        """Seconds to wait for late answers."""
        return min(max(float(request.get("wait", 1.0)), 0.0), LONGEST_WAIT)

    def pace(self, request: Mapping[str, Any]) -> float:
        """Packets a second that the request may send. Raises NotAllowed."""
        rate = min(float(request.get("rate", self.rate)), self.rate)
        if rate <= 0:
            raise NotAllowed("no pace")
        return rate


def _holds(networks: tuple[Network, ...], where: Address) -> bool:
    return any(where in network for network in networks if network.version == where.version)


def bounds_of(request: Mapping[str, Any]) -> Bounds:
    """The first line. Raises NotAllowed."""
    try:
        allow, deny = (
            tuple(ipaddress.ip_network(text) for text in request.get(name, ())) for name in ("allow", "deny")
        )
        rate, host_rate = float(request["rate"]), float(request.get("host_rate", 0.0))
        ports = frozenset(int(port) for port in request.get("deny_ports", ()))
    except (KeyError, ValueError, TypeError) as error:
        raise NotAllowed(f"bounds that cannot be read: {error}") from error
    if not 0 < rate <= 1_000_000 or not 0 <= host_rate <= rate:
        raise NotAllowed(f"not a rate: {rate}, {host_rate}")
    return Bounds(allow, deny, rate, host_rate, ports)
