"""Prometheus watching itself: open to everybody in the clear, or behind TLS and a password."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

# bcrypt of "lab-Prometheus-4500", made for the simulation
HASH = "$2b$04$eNktiDkFdlPOBEaiS0QTo.6Cj/IPa9Ex2sjTR6gKmw8Ll7Nslaeb2"
SUITES = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
CONFIGURATION = """\
global: {scrape_interval: 60s}
scrape_configs:
  - job_name: simulated
    static_configs: [{targets: ['127.0.0.1:9100']}]
"""


@dataclass(frozen=True)
class Settings:
    """`auth`: a password is asked for, inside TLS."""

    auth: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    pem = place.pem(certificate)
    files = {"prometheus.yml": CONFIGURATION}
    command = f"prometheus --config.file={place.folder}/prometheus.yml --storage.tsdb.path=/tmp/prometheus "
    command += f"--web.listen-address=0.0.0.0:{place.port} --log.level=error"
    if settings.auth:
        command += f" --web.config.file={place.folder}/web.yml"
        tls = (
            f"tls_server_config: {{cert_file: {pem}, key_file: {pem}, min_version: TLS12, cipher_suites: [{SUITES}]}}\n"
        )
        headers = "http_server_config: {headers: {Strict-Transport-Security: max-age=31536000}}\n"
        files["web.yml"] = f"{tls}{headers}basic_auth_users: {{watch: '{HASH}'}}\n"
    return Setup(command, files, (), (certificate,) if settings.auth else ())


SERVER = Server(9090, "prometheus", Settings, setup)
