"""etcd, open to everybody in the clear, or behind TLS with log-in switched on."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

SUITES = ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")


@dataclass(frozen=True)
class Settings:
    """`auth`: users and roles are enforced. `tls`: clients come in by TLS only, with today's suites, and no page of another origin reads it."""

    auth: bool = True
    tls: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    scheme = "https" if settings.tls else "http"
    options = [
        "--name lab --data-dir /tmp/etcd --enable-v2=true --logger zap --log-level error",
        f"--listen-client-urls {scheme}://0.0.0.0:{place.port} --advertise-client-urls {scheme}://{place.address}:{place.port}",
        "--listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380",
        "--initial-cluster lab=http://127.0.0.1:2380",
    ]
    if settings.tls:
        options.append(f"--cert-file {place.pem(certificate)} --key-file {place.pem(certificate)}")
        options.append(f"--cipher-suites {','.join(SUITES)} --cors https://console.lab.example:443")
    before = ["rm -rf /tmp/etcd"]
    if settings.auth:
        before.append(f"bash {place.folder}/accounts.sh &")
    return Setup(
        "etcd " + " ".join(options),
        {"accounts.sh": ACCOUNTS.format(where=f"{scheme}://127.0.0.1:{place.port}")},
        tuple(before),
        (certificate,) if settings.tls else (),
    )


ACCOUNTS = """\
ask() {{ curl -skf --max-time 5 -X PUT -H 'Content-Type: application/json' "{where}$@"; }}
until curl -skf --max-time 2 {where}/health >/dev/null; do sleep 0.2; done
ask /v2/auth/users/root -d '{{"user": "root", "password": "lab-Etcd-4500"}}'
ask /v2/auth/enable
curl -skf -u root:lab-Etcd-4500 -X DELETE {where}/v2/auth/roles/guest
"""


SERVER = Server(2379, "etcd", Settings, setup)
