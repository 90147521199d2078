"""The remote shell daemon of old, started by inetd: it trusts whom the client says it is."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """It has nothing to set that would make it safe."""


def setup(_: Settings, place: Place) -> Setup:
    line = f"{place.port} stream tcp nowait root /usr/sbin/in.rshd in.rshd\n"
    return Setup(f"/usr/sbin/inetd -i {place.folder}/inetd.conf", {"inetd.conf": line})


SERVER = Server(514, "rservices", Settings, setup)
