"""Fortinet FortiOS: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "fortios", "fortinet", r"\s+set hostname (\S+)")


FAMILY = Family(
    name="fortios",
    kind="device",
    vendor="fortinet",
    marks=(
        (r"^#config-version=", 10),
        (r"^config (system|firewall|user|vpn|router) ", 6),
        (r"^\s+edit ", 2),
        (r"^\s+next\s*$", 2),
        (r"^end\s*$", 1),
    ),
    read=read,
)
