"""memcached, which knows no authentication in its text protocol."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`udp`: it also listens on UDP, which can be misused for amplification."""

    udp: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    return Setup(f"memcached -u memcache -m 8 -l 0.0.0.0 -p {place.port} -U {place.port if settings.udp else 0}", {})


SERVER = Server(11211, "memcached", Settings, setup)
