"""The folder is the list: every module here is a twin, and its `TWIN` is the class."""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from lab.twin import Twin, TwinError


def names() -> list[str]:
    """The names of all twins."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def twin_class(name: str) -> type[Twin]:
    """The class of a twin. Raises TwinError when there is none of this name."""
    if name not in names():
        raise TwinError(f"there is no twin {name!r}; there are {', '.join(names())}")
    kind: type[Twin] = importlib.import_module(f"lab.twins.{name}").TWIN
    return kind


def make(name: str, settings: Mapping[str, Any] | None = None) -> Twin:
    """A twin with these settings, not started yet. Raises TwinError for an unknown twin or setting."""
    return twin_class(name)(settings)
