"""What every real server of the lab is: a module in `lab/servers/` that turns settings into configuration files and a command.

The programs themselves come from Debian and stand in the base image; we write only their configuration. Files land in the
container under `/lab/host/<service>/`, read-only; `/lab/state` is the host's own writable folder that survives a restart.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab import servers
from lab.certificates import Certificate, file_name
from lab.twin import TwinError, read_settings

CERTIFICATES = "/lab/certificates"
STATE = "/lab/state"


@dataclass(frozen=True)
class Place:
    """Where a server runs: host name, address, its port and the folder of its files inside the container."""

    host: str
    address: str
    port: int
    folder: str

    def certificate(self, **fields: Any) -> Certificate:
        """A certificate of this host: its name and address unless told otherwise."""
        defaults = {"common_name": f"{self.host}.lab.example", "names": (f"{self.host}.lab.example", self.address)}
        return Certificate(**{**defaults, "issuer": "lab", **fields})

    def pem(self, certificate: Certificate) -> str:
        """The path, inside the container, of key and certificate in one file."""
        return f"{CERTIFICATES}/{file_name(certificate)}"


@dataclass(frozen=True)
class Setup:
    """Files by name (below the service's folder), shell lines to run first, the server's command, and its certificates."""

    command: str
    files: Mapping[str, str]
    before: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()


@dataclass(frozen=True)
class Server:
    """A server's module as data: its usual port, transport and protocol, its settings, and how it is set up."""

    port: int
    protocol: str
    settings: type
    setup: Callable[[Any, Place], Setup]
    transport: str = "tcp"


def server_names() -> list[str]:
    """The names of all real servers."""
    return sorted(module.name for module in pkgutil.iter_modules(servers.__path__))


def server(name: str) -> Server:
    """A server by name. Raises TwinError when there is none."""
    if name not in server_names():
        raise TwinError(f"there is no server {name!r}; there are {', '.join(server_names())}")
    found: Server = importlib.import_module(f"lab.servers.{name}").SERVER
    return found


def set_up(name: str, settings: Mapping[str, Any], place: Place) -> Setup:
    """The files and command of a server with these settings. Raises TwinError for an unknown server or setting."""
    kind = server(name)
    return kind.setup(read_settings(kind.settings, settings), place)
