"""python-snap7's server as an S7 controller, which tells its module to everybody."""

from dataclasses import dataclass
from typing import Any

from lab import industrial
from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """It has nothing to set: the protocol of these controllers knows no log-in for reading."""


def setup(settings: Settings, place: Place) -> Setup:
    return industrial.start("snap7", settings, place)


def run(given: dict[str, Any]) -> None:
    """Serve until the container ends."""
    import signal

    from snap7.server import Server as S7Server

    server = S7Server(log=False)
    server.start_to("0.0.0.0", given["port"])
    signal.sigwait({signal.SIGTERM})


SERVER = Server(102, "s7", Settings, setup)

if __name__ == "__main__":
    industrial.main(run)
