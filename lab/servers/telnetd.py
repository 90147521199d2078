"""The telnet daemon of GNU inetutils, started by inetd."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """Telnet has nothing to set that would make it safe."""


def setup(_: Settings, place: Place) -> Setup:
    line = f"{place.port} stream tcp nowait root /usr/sbin/telnetd telnetd\n"
    return Setup(f"/usr/sbin/inetd -i {place.folder}/inetd.conf", {"inetd.conf": line})


SERVER = Server(23, "telnet", Settings, setup)
