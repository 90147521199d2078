"""c104 (lib60870) as a remote terminal unit: IEC 60870-5-104 in the clear, or inside TLS (IEC 62351-3)."""

from dataclasses import dataclass
from typing import Any

from lab import industrial
from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`tls`: the link runs inside TLS."""

    tls: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    return industrial.start("c104", settings, place, place.certificate() if settings.tls else None)


def run(given: dict[str, Any]) -> None:
    """Serve until the container ends."""
    import signal

    import c104

    security = None
    if given["tls"]:
        security = c104.TransportSecurity(validate=False, only_known=False)
        security.set_certificate(given["pem"], given["pem"], "")
    server = c104.Server(ip="0.0.0.0", port=given["port"], transport_security=security)
    station = server.add_station(common_address=45)
    station.add_point(io_address=1, type=c104.Type.M_ME_NC_1)
    server.start()
    signal.sigwait({signal.SIGTERM})


SERVER = Server(2404, "iec104", Settings, setup)

if __name__ == "__main__":
    industrial.main(run)
