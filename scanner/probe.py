"""The contract of a probe: `collect` talks and concludes nothing, `interpret` is pure and run again at every replay.

A module `scanner/probes/<name>.py` holds `collect`, `interpret` and one `PROBE`; the folder is the list. A probe does not
catch errors: the pipeline turns the typed errors of `inventory.errors` into outcomes and marks bugs as ours.
"""

import importlib
import pkgutil
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, Protocol

from inventory.endpoint import Endpoint, Transport
from inventory.errors import ChengjianError
from inventory.exchange import Exchange
from inventory.fact import Fact
from scanner import probes as folder


class Connection(Protocol):
    """One TCP connection through the network door. Every read and wait is bounded."""

    async def ask(
        self, label: str, payload: bytes = b"", *, until: bytes | None = None, limit: int = 65536, timeout: float = 3.0
    ) -> bytes:
        """Send `payload` (may be empty), read until `until` was seen, `limit` bytes came, the peer closed, or it stayed
        silent for `timeout` seconds after the last byte; records one turn and returns what came (maybe nothing).
        Raises Refused on reset before any byte."""
        ...

    async def ask_exactly(
        self,
        label: str,
        payload: bytes,
        size: Callable[[bytes], int | None],
        *,
        limit: int = 65536,
        timeout: float = 3.0,
    ) -> bytes:
        """As `ask`, but reads until `size(received so far)` names a total length (None: not known yet) and that much came."""
        ...

    async def start_tls(self, label: str, context: ssl.SSLContext, server_name: str | None = None) -> None:
        """Continue inside TLS. Raises NotUnderstood where the handshake fails."""
        ...


class Recorder(Protocol):
    """Gathers the turns of one probe on one endpoint, over any number of connections and datagrams."""

    endpoint: Endpoint

    def connection(self, *, tls: ssl.SSLContext | None = None) -> AbstractAsyncContextManager[Connection]:
        """A new connection, paced by the permit. Raises Closed, Silent, Refused or RefusedByPermit."""
        ...

    async def datagram(
        self, label: str, payload: bytes, *, answers: int = 1, limit: int = 65507, timeout: float = 2.0, tries: int = 2
    ) -> Sequence[bytes]:
        """Send a UDP datagram and gather up to `answers` datagrams from the endpoint; records one turn a datagram.
        Raises Closed (ICMP port unreachable) or Silent (nothing after `tries`)."""
        ...

    def note(self, key: str, value: str) -> None:
        """Keep a short fact about the asking itself."""
        ...

    def exchange(self) -> Exchange:
        """Everything said and heard so far, as evidence (not yet reduced)."""
        ...


@dataclass(frozen=True, slots=True)
class Asking:
    """What a probe may use: permitted acts, contact for the announcement, communities, credentials and trusted certificates from
    files.

    `protocol` is what the service probe heard on the endpoint, "" where nobody knows; `tls` says whether it was inside TLS;
    None where nobody knows, then the probe tries plain first. `fragile`: the host is
    treated as a class that bears little, so that as little as possible is asked."""

    acts: frozenset[str] = frozenset()
    contact: str = ""
    server_name: str | None = None
    tls: bool | None = None
    protocol: str = ""
    fragile: bool = False
    communities: tuple[str, ...] = ()
    credentials: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    anchors: tuple[bytes, ...] = ()


Collect = Callable[[Recorder, Asking], Awaitable[None]]
Interpret = Callable[[Exchange], Mapping[str, Sequence[Fact]]]


@dataclass(frozen=True, slots=True)
class Probe:
    """`table` is the fact table whose question it answers; `also` names the other tables that `interpret` fills on the same
    endpoint (children such as certificate, shared ones such as database). `intensity` 1 identify, 2 standard, 3 deep: the lowest
    that the permit must allow for the asset. `act` is the touchy act that must be listed in the permit, or empty.
    `connections` and `packets` bound what one run costs, for the plan. `deadline` in seconds for one endpoint."""

    name: str
    table: str
    transport: Transport
    collect: Collect
    interpret: Interpret
    intensity: Literal[1, 2, 3] = 1
    act: str = ""
    connections: int = 1
    packets: int = 10
    deadline: float = 20.0
    also: tuple[str, ...] = ()


@cache
def all_probes() -> dict[str, Probe]:
    """Every probe by name, in name order: the folder `scanner/probes` is the list."""
    found = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda item: item.name):
        probe: Probe = importlib.import_module(f"{folder.__name__}.{module.name}").PROBE
        if probe.name != module.name:
            raise ChengjianError(f"scanner/probes/{module.name}.py holds a probe named {probe.name}")
        found[probe.name] = probe
    return found


def probe_for(table: str) -> Probe | None:
    """The probe that answers questions of a fact table, or None where only imports fill it."""
    return next((probe for probe in all_probes().values() if probe.table == table), None)


def fillers(table: str) -> tuple[Probe, ...]:
    """Every probe that fills a fact table, its own probe first. Where several fill it (database), the one whose own table
    is asked of the endpoint answers."""
    found = [probe for probe in all_probes().values() if table == probe.table or table in probe.also]
    return tuple(sorted(found, key=lambda probe: (probe.table != table, probe.name)))
