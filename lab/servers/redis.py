"""Redis, with or without a password."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`auth`: requirepass is set."""

    auth: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    lines = ["bind 0.0.0.0", f"port {place.port}", "protected-mode no", 'save ""', "dir /tmp", "logfile ''"]
    if settings.auth:
        lines.append("requirepass lab-Redis-4500")
    return Setup(f"redis-server {place.folder}/redis.conf", {"redis.conf": "\n".join(lines) + "\n"})


SERVER = Server(6379, "redis", Settings, setup)
