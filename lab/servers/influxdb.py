"""InfluxDB 1.x with the meters of a city: open to everybody in the clear, or behind TLS and a password."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

SUITES = '"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"'


@dataclass(frozen=True)
class Settings:
    """`auth`: a password is asked for, inside TLS."""

    auth: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()

    def word(value: bool) -> str:
        return "true" if value else "false"

    lines = [
        "reporting-disabled = true",
        'bind-address = "127.0.0.1:8088"',
        "[meta]",
        'dir = "/tmp/influxdb/meta"',
        "[data]",
        'dir = "/tmp/influxdb/data"',
        'wal-dir = "/tmp/influxdb/wal"',
        "[http]",
        f'bind-address = "0.0.0.0:{place.port}"',
        f"auth-enabled = {word(settings.auth)}",
        f"https-enabled = {word(settings.auth)}",
        "log-enabled = false",
        "[logging]",
        'level = "error"',
    ]
    if settings.auth:
        lines.insert(-2, f'https-certificate = "{place.pem(certificate)}"')
        lines += ["[tls]", 'min-version = "tls1.2"', f"ciphers = [{SUITES}]"]
    command = f"influxd -config {place.folder}/influxdb.conf"
    return Setup(command, {"influxdb.conf": "\n".join(lines) + "\n"}, (), (certificate,) if settings.auth else ())


SERVER = Server(8086, "influxdb", Settings, setup)
