"""A database of our own making on Dameng's usual port: it says nothing by itself and answers no stranger.

The wire protocol of Dameng is not public, so this twin shows what a scan meets without it: an open port 5236 whose server
waits. Only a declaration or a read on the host can tell what it is.
"""

import contextlib
from dataclasses import dataclass

from lab.twin import ClientGoneError, Connection, TcpTwin


@dataclass(frozen=True)
class Settings:
    """Nothing to set."""


class DamengTwin(TcpTwin):
    port = 5236
    Settings = Settings

    def session(self, connection: Connection) -> None:
        with contextlib.suppress(ClientGoneError):
            connection.read()


TWIN = DamengTwin
