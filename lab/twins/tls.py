"""A TLS server with chosen versions, suites and certificate; inside it says `banner` and nothing else."""

import contextlib
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lab.certificates import Certificate, server_context
from lab.twin import ClientGoneError, Connection, TcpTwin, read_settings

CLIENT_CERTIFICATES = {"none": ssl.CERT_NONE, "optional": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}


@dataclass(frozen=True)
class Settings:
    """`minimum`, `maximum` are 1.0 to 1.3; `ciphers` an OpenSSL list; `certificate` the fields of lab.certificates;
    `client_certificate` is none, optional or required.
    """

    minimum: str = "1.2"
    maximum: str = "1.3"
    ciphers: str = ""
    certificate: dict[str, Any] = field(default_factory=dict)
    client_certificate: str = "none"
    banner: str = ""
    short_dh: bool = False


class TlsTwin(TcpTwin):
    port = 443
    Settings = Settings

    @cached_property
    def context(self) -> ssl.SSLContext:
        """Made once, as a server does."""
        ours = self.settings
        certificate: Certificate = read_settings(Certificate, ours.certificate)
        context = server_context(certificate, ours.minimum, ours.maximum, ours.ciphers, short_dh=ours.short_dh)
        context.verify_mode = CLIENT_CERTIFICATES[ours.client_certificate]
        return context

    def session(self, connection: Connection) -> None:
        ours = self.settings
        connection.start_tls(self.context)
        if ours.banner:
            connection.send(ours.banner.encode("utf-8", "surrogateescape"))
        with contextlib.suppress(ClientGoneError):
            while True:
                connection.read()


TWIN = TlsTwin
