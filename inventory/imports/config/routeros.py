"""MikroTik RouterOS: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "routeros", "mikrotik", r"/system identity set name=(\S+)")


FAMILY = Family(
    name="routeros",
    kind="device",
    vendor="mikrotik",
    marks=(
        (r"^# .*by RouterOS", 12),
        (r"^/(interface|ip|system|routing|snmp|queue) ", 6),
    ),
    read=read,
)
