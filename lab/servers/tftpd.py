"""tftpd-hpa, which hands files to whoever asks."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """TFTP knows no log-in."""


def setup(_: Settings, place: Place) -> Setup:
    return Setup(f"in.tftpd -L -u nobody -s -a {place.address}:{place.port} /srv/ftp", {})


SERVER = Server(69, "tftp", Settings, setup, "udp")
