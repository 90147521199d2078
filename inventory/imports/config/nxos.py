"""Cisco NX-OS."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect()


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "nxos", "cisco", dialect())


FAMILY = Family(
    name="nxos",
    kind="device",
    vendor="cisco",
    marks=(
        (r"^!RANCID-CONTENT-TYPE: cisco-nx", 12),
        (r"^!Command: show running-config", 6),
        (r"^feature \S+", 5),
        (r"^vdc \S+ id \d+", 8),
        (r"^vrf context ", 5),
        (r"^interface (Ethernet\d|mgmt0|port-channel\d|Vlan\d)", 3),
        (r"^(logging|ntp) server \S+.*use-vrf", 4),
        (r"^line vty\s*$", 3),
        (r"^hostname \S", 2),
        (r"^vpc domain |^fex \d|^copp profile|^no password strength-check", 5),
        (r"^snmp-server community \S+ group ", 4),
        (r"^\s+ip address \S+/\d+", 2),
        (r"^username \S+ password 5 \S+ +role ", 5),
    ),
    read=read,
)
