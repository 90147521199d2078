"""dnsmasq, the resolver of small gateways: it forwards for whoever asks."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """Nothing to set."""


def setup(_: Settings, place: Place) -> Setup:
    options = "--keep-in-foreground --user=root --no-resolv --no-hosts --bind-interfaces --log-facility=-"
    names = f"--address=/www.lab.example/{place.address}"
    return Setup(f"dnsmasq {options} --port={place.port} --listen-address={place.address} {names}", {})


SERVER = Server(53, "dns", Settings, setup, "udp")
