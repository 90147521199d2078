"""Juniper Junos: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "junos", "juniper", r"\s*(?:set system )?host-name (\S+)")


FAMILY = Family(
    name="junos",
    kind="device",
    vendor="juniper",
    marks=(
        (r"^## Last (commit|changed)", 8),
        (r"^system \{\s*$", 6),
        (r"^(interfaces|protocols|routing-options|policy-options|firewall|groups) \{", 5),
        (r"^set (system|interfaces|protocols|routing-options) ", 6),
        (r"^version \d+\.\d+[A-Z]\d", 6),
        (r"## SECRET-DATA", 6),
    ),
    read=read,
)
