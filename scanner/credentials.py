"""Credentials for authenticated reads: from a file of mode 600 only; never in logs, evidence or reports."""

import stat
from pathlib import Path

import yaml

from inventory.errors import InputError

LARGEST = 1024 * 1024


def load_credentials(path: Path) -> dict[str, dict[str, str]]:
    """Name → field → value. Raises InputError where others may read the file, or it is no mapping of mappings."""
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InputError("others may read it", str(path), hint="chmod 600")
        raw = yaml.load(path.read_bytes()[:LARGEST], Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError("not valid YAML", str(path), f"line {mark.line + 1}" if mark else "") from error
    if not isinstance(raw, dict) or not all(isinstance(value, dict) for value in raw.values()):
        raise InputError("must be a mapping of names to mappings", str(path))
    return {str(name): {str(key): str(value) for key, value in fields.items()} for name, fields in raw.items()}
