"""The contract of an inventory export: what is known of assets, written for another program.

A module `reports/exports/<name>.py` holds `write` and one `EXPORT`; the folder is the list. An export reads holdings and decides
nothing: no clock, no database, no rule. Texts from devices are made harmless for the place where they are read.
"""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TextIO

from inventory.asset import Asset, Component
from inventory.endpoint import Endpoint
from reports import exports as folder


@dataclass(frozen=True, order=True, slots=True)
class Listener:
    """What answers on a port: the protocol recognised by its own answer, and whether inside TLS; None where not known."""

    endpoint: Endpoint
    protocol: str
    tls: bool | None = None
    authenticated: bool | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """An asset with its components, sorted, and what listens on it; serial numbers and MAC addresses from its keys."""

    asset: Asset
    components: tuple[Component, ...] = ()
    listeners: tuple[Listener, ...] = ()
    credit_code: str = ""

    def keys(self, kind: str) -> tuple[str, ...]:
        """The values of its identity keys of a kind."""
        return tuple(value for key in self.asset.keys for name, _, value in [key.partition(":")] if name == kind)


@dataclass(frozen=True, slots=True)
class Inventory:
    """All holdings of a scan in the order of their addresses; `at` is its end, YYYY-MM-DDTHH:MM:SSZ."""

    scan: str
    at: str
    simulated: bool
    holdings: Sequence[Holding]


@dataclass(frozen=True, slots=True)
class Export:
    """`text` writes to an open stream; `files` to a path and returns what it wrote. One of the two is there.

    `default` is where `files` writes unless told otherwise."""

    name: str
    text: Callable[[Inventory, TextIO], None] | None = None
    files: Callable[[Inventory, Path], tuple[Path, ...]] | None = None
    default: str = ""


@cache
def all_exports() -> dict[str, Export]:
    """Every export by name, in name order: the folder `reports/exports` is the list."""
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return {name: importlib.import_module(f"{folder.__name__}.{name}").EXPORT for name in names}
