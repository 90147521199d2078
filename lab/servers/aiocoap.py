"""aiocoap as a sensor gateway: its resources are listed to everybody, or it has no directory at all."""

from dataclasses import dataclass
from typing import Any

from lab import industrial
from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`listed`: /.well-known/core is answered."""

    listed: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    return industrial.start("aiocoap", settings, place)


def run(given: dict[str, Any]) -> None:
    """Serve until the container ends."""
    import asyncio

    asyncio.run(_serve(given))


async def _serve(given: dict[str, Any]) -> None:
    import asyncio

    import aiocoap
    from aiocoap import resource

    class Level(resource.Resource):  # type: ignore[misc] # the library stands in the image only
        async def render_get(self, _: Any) -> Any:
            return aiocoap.Message(payload=b"4.5 m")

    site = resource.Site()
    site.add_resource(("level",), Level())
    if given["listed"]:
        site.add_resource((".well-known", "core"), resource.WKCResource(site.get_resources_as_linkheader))
    await aiocoap.Context.create_server_context(
        site, bind=(given["address"], given["port"]), transports=["simple6", "udp6"]
    )
    await asyncio.Event().wait()


SERVER = Server(5683, "coap", Settings, setup, "udp")

if __name__ == "__main__":
    industrial.main(run)
