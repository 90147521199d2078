"""Twins on loopback: for unit tests, for machines without a container engine, and for scale.

>>> with serve("redis", {"password": "x"}) as (address, port):  # doctest: +SKIP
...     ...
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from lab.twins import make


@contextlib.contextmanager
def serve(
    twin: str, settings: Mapping[str, Any] | None = None, *, address: str = "127.0.0.1", port: int = 0
) -> Iterator[tuple[str, int]]:
    """Run the twin of this name until the block ends; gives (address, port). Port 0 takes a free one.

    Raises `lab.twin.TwinError` for an unknown twin or setting, `OSError` when the port is taken.
    """
    server = make(twin, settings)
    where = server.start(address, port)
    try:
        yield where
    finally:
        server.stop()
