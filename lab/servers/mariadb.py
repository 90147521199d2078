"""MariaDB, with TLS offered, demanded, or absent."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`tls` is none, offered or required."""

    tls: str = "required"


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    lines = [
        "[mariadbd]",
        "user=mysql",
        "datadir=/var/lib/mysql",
        "bind-address=0.0.0.0",
        f"port={place.port}",
        "skip-name-resolve",
        "innodb_buffer_pool_size=8M",
        "innodb_log_file_size=4M",
        "performance_schema=OFF",
        f"init-file={place.folder}/users.sql",
    ]
    before = ["install -d -o mysql -g mysql /run/mysqld"]
    secure = settings.tls != "none"
    if secure:
        before.append(f"install -o mysql -m 600 {place.pem(certificate)} /run/mysqld/server.pem")
        lines += ["ssl_cert=/run/mysqld/server.pem", "ssl_key=/run/mysqld/server.pem", "tls_version=TLSv1.2,TLSv1.3"]
    if settings.tls == "required":
        lines.append("require_secure_transport=ON")
    users = "CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'lab-Mariadb-4500';\n"
    files = {"my.cnf": "\n".join(lines) + "\n", "users.sql": users}
    command = f"mariadbd --defaults-file={place.folder}/my.cnf"
    return Setup(command, files, tuple(before), (certificate,) if secure else ())


SERVER = Server(3306, "mysql", Settings, setup)
