"""One measured figure, and reading of JSON lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`right` of `of` cases; `target` is what must be reached, None where the figure is only told."""

    part: str
    name: str
    right: int
    of: int
    target: float | None = None

    @property
    def value(self) -> float:
        """The share, 1 for no case at all."""
        return self.right / self.of if self.of else 1.0

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.target is None or self.value >= self.target


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
