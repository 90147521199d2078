"""bacpypes3 as a building's controller: BACnet/IP with its device object readable, as everywhere."""

from dataclasses import dataclass
from typing import Any

from lab import industrial
from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """The device object."""

    instance: int = 4500
    name: str = "simulated-controller"


def setup(settings: Settings, place: Place) -> Setup:
    return industrial.start("bacpypes3", settings, place)


def run(given: dict[str, Any]) -> None:
    """Serve until the container ends."""
    import asyncio

    asyncio.run(_serve(given))


async def _serve(given: dict[str, Any]) -> None:
    import asyncio

    from bacpypes3.app import Application
    from bacpypes3.argparse import SimpleArgumentParser

    words = ["--name", given["name"], "--instance", str(given["instance"])]
    words += ["--address", f"{given['address']}:{given['port']}"]
    Application.from_args(SimpleArgumentParser().parse_args(words))
    await asyncio.Event().wait()


SERVER = Server(47808, "bacnet", Settings, setup, "udp")

if __name__ == "__main__":
    industrial.main(run)
