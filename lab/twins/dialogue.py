"""A server whose conversation is fixed: a greeting, and an answer to each request by how the request begins.

Enough for protocols in which what matters is said in the first words: mail (RFC 5321, 9051, 1939), ZooKeeper's
four-letter words, the rsync daemon (its list of modules), RFB (RFC 6143), X11, IEC 60870-5-104 (link test).
"""

from dataclasses import dataclass, field
from typing import Any

from lab.certificates import Certificate, server_context
from lab.twin import Connection, TcpTwin, read_settings


@dataclass(frozen=True)
class Settings:
    """`greeting` goes out first; `replies`: beginning of a request → answer. Letters are bytes (ISO 8859-1).

    `once`: the conversation ends with the first answer. A request that nothing fits ends it too. `tls` as in `http`;
    with `upgrade` (how a request begins, as in `replies`) it starts behind the answer to that request, else at once.
    """

    greeting: str = ""
    replies: dict[str, str] = field(default_factory=dict)
    once: bool = False
    tls: dict[str, Any] | None = None
    upgrade: str = ""


class DialogueTwin(TcpTwin):
    port = 2181
    Settings = Settings

    def session(self, connection: Connection) -> None:
        ours = self.settings
        if not ours.upgrade:
            self._start_tls(connection)
        if ours.greeting:
            connection.send(ours.greeting.encode("latin-1"))
        while True:
            request = connection.read().decode("latin-1")
            answer = next((text for start, text in ours.replies.items() if request.startswith(start)), None)
            if answer is None:
                return
            connection.send(answer.encode("latin-1"))
            if ours.once:
                return
            if ours.upgrade and request.startswith(ours.upgrade):
                self._start_tls(connection)

    def _start_tls(self, connection: Connection) -> None:
        if self.settings.tls is not None:
            wanted = dict(self.settings.tls)
            certificate = read_settings(Certificate, wanted.pop("certificate", {}))
            connection.start_tls(server_context(certificate, **wanted))


TWIN = DialogueTwin
