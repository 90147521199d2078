"""An FTP control connection (RFC 959, RFC 4217): greeting, FEAT, AUTH TLS, USER and PASS."""

from dataclasses import dataclass, field
from typing import Any

from lab.certificates import Certificate, server_context
from lab.twin import Connection, TcpTwin, read_settings


@dataclass(frozen=True)
class Settings:
    """`anonymous`: USER anonymous is let in. `require_tls`: USER before AUTH TLS is refused (530)."""

    banner: str = "(vsFTPd 3.0.3)"
    anonymous: bool = False
    tls: bool = False
    require_tls: bool = False
    certificate: dict[str, Any] = field(default_factory=dict)


class FtpTwin(TcpTwin):
    port = 21
    Settings = Settings

    def session(self, connection: Connection) -> None:
        ours = self.settings
        connection.send(f"220 {ours.banner}\r\n".encode("utf-8", "surrogateescape"))
        certificate: Certificate = read_settings(Certificate, ours.certificate)
        user, secure = "", False
        while True:
            verb, _, argument = connection.read_line().decode("utf-8", "replace").partition(" ")
            verb = verb.upper()
            if verb == "QUIT":
                connection.send(b"221 Goodbye.\r\n")
                return
            if verb == "FEAT":
                connection.send(b"211-Features:\r\n" + (b" AUTH TLS\r\n PBSZ\r\n PROT\r\n" if ours.tls else b""))
                connection.send(b" UTF8\r\n211 End\r\n")
            elif verb == "AUTH" and ours.tls and argument.upper() in ("TLS", "SSL"):
                connection.send(b"234 Proceed with negotiation.\r\n")
                connection.start_tls(server_context(certificate))
                secure = True
            elif verb == "USER" and ours.require_tls and not secure:
                connection.send(b"530 Non-anonymous sessions must use encryption.\r\n")
            elif verb == "USER":
                user = argument
                connection.send(b"331 Please specify the password.\r\n")
            elif verb == "PASS":
                welcome = ours.anonymous and user in ("anonymous", "ftp")
                connection.send(b"230 Login successful.\r\n" if welcome else b"530 Login incorrect.\r\n")
            elif verb == "SYST":
                connection.send(b"215 UNIX Type: L8\r\n")
            elif verb in ("PBSZ", "PROT") and secure:
                connection.send(b"200 OK.\r\n")
            else:
                connection.send(b"530 Please login with USER and PASS.\r\n")


TWIN = FtpTwin
