"""Dovecot as the mailbox server of an office, IMAP or POP3: log-in in the clear, or after STARTTLS only."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

CONFIGURATION = """\
base_dir = /run/dovecot-{protocol}
protocols = {protocol}
listen = 0.0.0.0
log_path = /dev/stderr
disable_plaintext_auth = {strict}
auth_mechanisms = plain login
mail_location = maildir:/tmp/mail/%u
passdb {{
  driver = static
  args = password=lab-Mail-4500
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/tmp/mail/%u
}}
service {login}-login {{
  inet_listener {login} {{
    port = {port}
  }}
  inet_listener {login}s {{
    port = 0
  }}
}}
{more}"""
TLS = """\
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
ssl_min_protocol = TLSv1.2
ssl_cipher_list = ECDHE+AESGCM:ECDHE+CHACHA20
"""
AUTHENTICATION = """\
service auth {
  inet_listener {
    address = 127.0.0.1
    port = 12345
  }
}
"""


@dataclass(frozen=True)
class Settings:
    """`mailbox` is imap or pop3. `plain_login`: a password is taken outside TLS. `tls`: STARTTLS (STLS) is offered.

    `authenticates`: it also checks the passwords of the Postfix beside it."""

    mailbox: str = "imap"
    plain_login: bool = False
    tls: bool = True
    authenticates: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    pem = place.pem(certificate)
    more = TLS.format(pem=pem) if settings.tls else "ssl = no\n"
    config = CONFIGURATION.format(
        protocol=settings.mailbox,
        login=settings.mailbox,
        port=place.port,
        strict="no" if settings.plain_login else "yes",
        more=more + (AUTHENTICATION if settings.authenticates else ""),
    )
    return Setup(
        f"dovecot -F -c {place.folder}/dovecot.conf",
        {"dovecot.conf": config},
        (f"mkdir -p /run/dovecot-{settings.mailbox} /tmp/mail",),
        (certificate,) if settings.tls else (),
    )


SERVER = Server(143, "imap", Settings, setup)
