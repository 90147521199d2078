"""Arista EOS."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect

OWN = """
view top
  daemon -> rpl; management ssh -> rpl; management -> rpl; transceiver; queue-monitor; peer-filter -> rpl; trident
  load-balance; monitor; agent; ip virtual-router; mlag -> rpl; role -> rpl; service routing; vmtracer; cvx; dns
  errdisable; hardware; platform
view bgp
  vlan -> bgp; vlan-aware-bundle -> bgp; rd; route-target; redistribute
"""


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect(OWN)


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "eos", "arista", dialect())


FAMILY = Family(
    name="eos",
    kind="device",
    vendor="arista",
    marks=(
        (r"^! device: .*EOS-", 12),
        (r"^! Command: show running-config", 3),
        (r"^transceiver qsfp ", 4),
        (r"^daemon \S+|^management api http-commands", 8),
        (r"^management (ssh|api|console|telnet)", 8),
        (r"^hostname \S", 1),
        (r"^spanning-tree mode ", 1),
        (r"^interface (Ethernet\d+|Management\d)", 3),
        (r"^service routing protocols model", 8),
    ),
    read=read,
)
