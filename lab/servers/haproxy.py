"""HAProxy as the gateway in front of a city app, which answers for the app behind it."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

PAGE = "<!doctype html><html><head><title>gateway</title></head><body>simulated data</body></html>"


@dataclass(frozen=True)
class Settings:
    """`tls` is good (TLS 1.2 and later), rsa (RSA key transport only) or none. `statistics`: its status page is open."""

    tls: str = "good"
    statistics: bool = False


CIPHERS = {"good": "ECDHE+AESGCM", "rsa": "AES128-SHA:AES256-SHA"}


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    secure = settings.tls != "none"
    versions = "ssl-min-ver TLSv1.2" + (" ssl-max-ver TLSv1.2" if settings.tls == "rsa" else "")
    bind = f" ssl crt {place.pem(certificate)} {versions} ciphers {CIPHERS[settings.tls]}" if secure else ""
    lines = [
        "global",
        "    maxconn 200",
        "    nbthread 1",
        "defaults",
        "    mode http",
        "    timeout client 10s",
        "    timeout server 10s",
        "    timeout connect 5s",
        "frontend city",
        f"    bind 0.0.0.0:{place.port}{bind}",
        *(['    http-after-response set-header Strict-Transport-Security "max-age=31536000"'] if secure else []),
        *(["    stats enable", "    stats uri /haproxy?stats"] if settings.statistics else []),
        "    default_backend app",
        "backend app",
        f"    http-request return status 200 content-type text/html file {place.folder}/index.html",
    ]
    files = {"haproxy.cfg": "\n".join(lines) + "\n", "index.html": PAGE}
    command = f"haproxy -db -f {place.folder}/haproxy.cfg"
    return Setup(command, files, (), (certificate,) if secure else ())


SERVER = Server(443, "https", Settings, setup)
