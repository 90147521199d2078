"""chronyd as a time server with its own clock as reference; it never touches the machine's clock."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`stratum` is what it says of itself."""

    stratum: int = 5


def setup(settings: Settings, place: Place) -> Setup:
    lines = [f"port {place.port}", f"local stratum {settings.stratum}", "allow 10.45.0.0/16", "cmdport 0"]
    return Setup(
        f"chronyd -x -d -u root -f {place.folder}/chrony.conf",
        {"chrony.conf": "\n".join([*lines, "bindcmdaddress /"]) + "\n"},
        ("mkdir -p /run/chrony && chmod 750 /run/chrony",),
    )


SERVER = Server(123, "ntp", Settings, setup, "udp")
