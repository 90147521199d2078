"""Palo Alto PAN-OS: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "panos", "paloalto", r"\s*hostname (\S+)")


FAMILY = Family(
    name="panos",
    kind="device",
    vendor="paloalto",
    marks=(
        (r"^config \{\s*$", 6),
        (r"^\s*localhost\.localdomain \{", 8),
        (r"^\s*deviceconfig \{", 6),
        (r"^\s*mgt-config \{", 6),
        (r"^set (deviceconfig|mgt-config|network|shared|rulebase) ", 6),
    ),
    read=read,
)
