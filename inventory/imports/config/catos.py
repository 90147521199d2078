"""Cisco CatOS: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "catos", "cisco", r"set system name\s+(\S+)")


FAMILY = Family(
    name="catos",
    kind="device",
    vendor="cisco",
    marks=(
        (r"^set snmp community (read-only|read-write)", 6),
        (r"^set (system|vlan|vtp|port|ip|logging|tacacs|spantree|trunk) ", 3),
        (r"^#(snmp|system|vtp|ip|module|mac address reduction)", 4),
    ),
    read=read,
)
