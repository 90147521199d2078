"""A text that no family owns: every line is listed as not understood, and lines of interest are still pointed at."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "unknown", "")


FAMILY = Family(name="unknown", kind="device", vendor="", marks=(), read=read)
