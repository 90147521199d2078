"""PostgreSQL, with TLS demanded or absent, and the way it authenticates."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

DATA = "/var/lib/postgresql/15/main"


@dataclass(frozen=True)
class Settings:
    """`tls` is none, offered or required; `auth` is trust, md5, password or scram-sha-256."""

    tls: str = "required"
    auth: str = "scram-sha-256"


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    secure = settings.tls != "none"
    entry = "hostssl" if settings.tls == "required" else "host"
    hba = f"local all postgres peer\n{entry} all all 0.0.0.0/0 {settings.auth}\n"
    lines = [
        "listen_addresses = '0.0.0.0'",
        f"port = {place.port}",
        f"data_directory = '{DATA}'",
        f"hba_file = '{place.folder}/hba.conf'",
        "unix_socket_directories = '/tmp'",
        "shared_buffers = 8MB",
        "max_connections = 20",
        "dynamic_shared_memory_type = mmap",
        "fsync = off",
        "jit = off",
        f"password_encryption = {'md5' if settings.auth == 'md5' else 'scram-sha-256'}",
        f"ssl = {'on' if secure else 'off'}",
    ]
    before = []
    if secure:
        lines += [
            "ssl_cert_file = '/run/pg.pem'",
            "ssl_key_file = '/run/pg.pem'",
            "ssl_min_protocol_version = 'TLSv1.2'",
        ]
        before.append(f"install -o postgres -m 600 {place.pem(certificate)} /run/pg.pem")
    command = (
        "setpriv --reuid postgres --regid postgres --clear-groups "
        f"/usr/lib/postgresql/15/bin/postgres -D {DATA} -c config_file={place.folder}/postgresql.conf"
    )
    files = {"postgresql.conf": "\n".join(lines) + "\n", "hba.conf": hba}
    return Setup(command, files, tuple(before), (certificate,) if secure else ())


SERVER = Server(5432, "postgresql", Settings, setup)
