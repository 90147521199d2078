"""A server that only greets: any text or bytes, then it ignores what comes; for hostile banners too."""

import contextlib
import time
from dataclasses import dataclass

from lab.twin import ClientGoneError, Connection, TcpTwin


@dataclass(frozen=True)
class Settings:
    """`text` in UTF-8 or `encoding`, or `hex`; `pace` seconds between bytes (a tarpit); `endless` repeats without end.

    `reset` ends with RST right away instead of listening on.
    """

    text: str = ""
    encoding: str = "utf-8"
    hex: str = ""
    pace: float = 0.0
    endless: bool = False
    reset: bool = False


class GreetingTwin(TcpTwin):
    port = 7
    Settings = Settings

    def session(self, connection: Connection) -> None:
        ours = self.settings
        data = bytes.fromhex(ours.hex) or ours.text.encode(ours.encoding, "surrogateescape")
        if ours.reset:
            if data:
                connection.send(data)
            connection.reset()
            return
        while True:
            for piece in [data[at : at + 1] for at in range(len(data))] if ours.pace else [data]:
                connection.send(piece)
                if ours.pace and self._stopping.wait(ours.pace):
                    return
            if not ours.endless:
                break
            if not data:
                time.sleep(0.1)
        with contextlib.suppress(ClientGoneError):
            while True:
                connection.read()


TWIN = GreetingTwin
