"""Postfix as the mail server of an office: log-in in the clear, or after STARTTLS only."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

MASTER = """\
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Settings:
    """`plain_login`: AUTH is offered before STARTTLS. `tls`: STARTTLS is offered."""

    plain_login: bool = False
    tls: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    lines = [
        "compatibility_level = 3.6",
        f"myhostname = {place.host}.lab.example",
        "mydestination =",
        "inet_interfaces = all",
        "inet_protocols = ipv4",
        "queue_directory = /var/spool/postfix",
        "command_directory = /usr/sbin",
        "daemon_directory = /usr/lib/postfix/sbin",
        "maillog_file = /dev/stdout",
        "smtpd_relay_restrictions = reject",
        "smtpd_sasl_type = dovecot",
        "smtpd_sasl_path = inet:127.0.0.1:12345",
        "smtpd_sasl_auth_enable = yes",
        f"smtpd_tls_auth_only = {'no' if settings.plain_login else 'yes'}",
    ]
    if settings.tls:
        pem = place.pem(certificate)
        lines += [
            "smtpd_tls_security_level = may",
            f"smtpd_tls_chain_files = {pem}",
            "smtpd_tls_protocols = >=TLSv1.2",
            "smtpd_tls_ciphers = high",
            "tls_high_cipherlist = ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL",  # by default anonymous suites are offered too
        ]
    before = (
        f"mkdir -p /etc/postfix && cp {place.folder}/main.cf {place.folder}/master.cf /etc/postfix/",
        "postfix set-permissions 2>/dev/null || true",
    )
    return Setup(
        "postfix start-fg",
        {"main.cf": "\n".join(lines) + "\n", "master.cf": MASTER.format(port=place.port)},
        before,
        (certificate,) if settings.tls else (),
    )


SERVER = Server(25, "smtp", Settings, setup)
