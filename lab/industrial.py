"""Servers of the industry from Python's package index: how a module in `lab/servers/` runs itself inside a container.

Such a module holds both halves: `setup`, which the lab calls, and `run`, which the container calls by `python3 -m` with the
settings as JSON. The libraries stand in the image only, so `run` imports them, and nothing else of the module does.
"""

import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from lab.certificates import Certificate
from lab.server import Place, Setup

LIBRARIES = "/opt/python"


def start(module: str, settings: Any, place: Place, certificate: Certificate | None = None) -> Setup:
    """The set-up of a server that is its own module."""
    given = {**asdict(settings), "address": place.address, "port": place.port}
    if certificate is not None:
        given["pem"] = place.pem(certificate)
    words = f"env PYTHONPATH=/lab/code:{LIBRARIES} python3 -m lab.servers.{module} {shlex.quote(json.dumps(given))}"
    return Setup(words, {}, (), (certificate,) if certificate is not None else ())


def main(run: Callable[[dict[str, Any]], None]) -> None:
    """What a module does when it is the program."""
    run(json.loads(sys.argv[1]))
