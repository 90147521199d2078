"""Where something can be asked: an address, a transport and a port."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

Transport = Literal["tcp", "udp", "none"]


@dataclass(frozen=True, order=True, slots=True)
class Endpoint:
    """An address with a transport and a port; transport `none` and port 0 stand for the asset as a whole."""

    address: str
    transport: Transport = "none"
    port: int = 0

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return host if self.transport == "none" else f"{host}:{self.port}/{self.transport}"


def address_key(address: str) -> tuple[int, int, str]:
    """A sort key that puts addresses into their numeric order, and names after them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return (9, 0, address)
    return (parsed.version, int(parsed), "")
