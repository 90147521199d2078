"""Cisco AireOS wireless controllers: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "aireos", "cisco", r"config sysname (\S+)")


FAMILY = Family(
    name="aireos",
    kind="device",
    vendor="cisco",
    marks=((r"^config (sysname|mobility|network|wlan|switchconfig|mgmtuser|radius|snmp) ", 6),),
    read=read,
)
