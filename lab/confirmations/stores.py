"""Stores of data: redis-cli, memcached by nmap, psql, mariadb, and curl for those that speak HTTP."""

from lab.city import Host, Service
from lab.confirmation import Confirmation, Words, typed


def redis(host: Host, service: Service) -> tuple[Words, ...]:
    return (("redis-cli", "-h", host.address, "-p", str(service.port), "INFO", "server"),)


def memcached(host: Host, service: Service) -> tuple[Words, ...]:
    return (("nmap", "-n", "-Pn", "-p", str(service.port), "--script", "memcached-info", host.address),)


def refused(host: Host, service: Service) -> tuple[Words, ...]:
    """What memcached's text protocol says to a command."""
    return (typed(host, service, "stats"),)


def postgresql(host: Host, service: Service) -> tuple[Words, ...]:
    def connect(mode: str) -> Words:
        where = f"host={host.address} port={service.port} user=nobody dbname=nobody sslmode={mode} connect_timeout=5"
        return ("psql", "-w", "-c", "select 1", where)

    return connect("disable"), connect("require")


def mysql(host: Host, service: Service) -> tuple[Words, ...]:
    where = (
        "mariadb",
        "-h",
        host.address,
        "-P",
        str(service.port),
        "-u",
        "nobody",
        "--connect-timeout=5",
        "-e",
        "status",
    )
    script = ("nmap", "-n", "-Pn", "-p", str(service.port), "--script", "mysql-info", host.address)
    return (*where, "--skip-ssl"), script


CONFIRMATIONS = (
    Confirmation(
        "redis",
        ("redis",),
        redis,
        {"ds-redis-authentication": {"fail": r"redis_version:\S+", "pass": r"NOAUTH[^\n]*"}},
    ),
    Confirmation(
        "memcached", ("memcached-closed",), refused, {"ds-memcached-open": {"pass": r"(CLIENT_ERROR [^\n]*)"}}
    ),
    Confirmation(
        "memcached",
        ("memcached",),
        memcached,
        {"ds-memcached-open": {"fail": r"Process ID|Authentication\s+no[^\n]*|Version[^\n]*"}},
    ),
    Confirmation(
        "postgresql",
        ("postgresql",),
        postgresql,
        {
            "ds-postgresql-tls": {
                "fail": r"server does not support SSL[^\n]*",
                "partial": r"FATAL[^\n]*",
                "pass": r"no pg_hba.conf entry[^\n]*no encryption|[^\n]*no encryption[^\n]*",
            },
            # outside TLS the log-in is refused, or the server asks for the password as this rule says
            "ds-postgresql-weak-authentication": {
                "fail": r"(AuthenticationMD5Password|SASL[^\n]*|no password supplied)",
                "pass": r"(role \"nobody\" does not exist|database \"nobody\" does not exist)",
                "not_assessed": r"([^\n]*no encryption[^\n]*)",
            },
            "ds-postgresql-trust": {
                "fail": r"(role \"nobody\" does not exist|database \"nobody\" does not exist)",
                "pass": r"(no password supplied|fe_sendauth[^\n]*)",
                "not_assessed": r"([^\n]*no encryption[^\n]*)",
            },
        },
    ),
    Confirmation(
        "mysql",
        ("mariadb", "mysql"),
        mysql,
        {
            "ds-mysql-tls": {
                "pass": r"(SwitchToSSLAfterHandshake|SSL connection[^\n]*)",
                "fail": r"\A(?!.*SwitchToSSL).*(Some Capabilities:[^\n]*)",
            },
            "ds-mysql-weak-authentication": {"*": r"Auth Plugin Name: [^\n]*"},
        },
    ),
)
