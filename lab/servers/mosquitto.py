"""mosquitto, an MQTT broker: open to all, or with accounts, in the clear or inside TLS."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`anonymous`: a client without an account is let in."""

    anonymous: bool = False
    tls: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    lines = ["user root", "persistence false", "log_dest stderr", f"listener {place.port} 0.0.0.0"]
    if settings.tls:
        pem = place.pem(certificate)
        lines += [f"certfile {pem}", f"keyfile {pem}", "tls_version tlsv1.2"]
    lines.append(f"allow_anonymous {'true' if settings.anonymous else 'false'}")
    before: tuple[str, ...] = ()
    if not settings.anonymous:
        before = ("mosquitto_passwd -b -c /run/mosquitto.passwd app lab-Mqtt-4500",)
        lines.append("password_file /run/mosquitto.passwd")
    command = f"mosquitto -c {place.folder}/mosquitto.conf"
    files = {"mosquitto.conf": "\n".join(lines) + "\n"}
    return Setup(command, files, before, (certificate,) if settings.tls else ())


SERVER = Server(1883, "mqtt", Settings, setup)
