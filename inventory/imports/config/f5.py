"""F5 TMOS: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "f5", "f5", r"\s*hostname (\S+)")


FAMILY = Family(
    name="f5",
    kind="device",
    vendor="f5",
    marks=(
        (r"^ltm (profile|rule|virtual|pool|monitor|node) ", 8),
        (r"^(net|sys|auth|cm) [\w-]+( [\w./-]+)? \{", 4),
    ),
    read=read,
)
