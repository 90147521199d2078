"""Evidence: what was said and heard, as a frozen record with a canonical form.

An exchange is reduced (`inventory.reduction`) before it is written or interpreted, so that replay sees what the scan saw
and no secret or personal data is kept. It carries no time: the observation does.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.canonical import canonical, sha256
from inventory.endpoint import Endpoint
from inventory.errors import WorkspaceError

FORMAT = "chengjian-exchange/1"


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a conversation: what we sent (may be empty), what came back (may be empty), how it ended.

    `end` is `` (enough was read), `timeout`, `closed` (FIN), `reset`, `limit` (bounded read), `closed-port`, `tls-error`.
    `connection` numbers the connections of one exchange from 0. `label` tells the interpreter what was asked.
    """

    label: str
    sent: bytes = b""
    received: bytes = b""
    end: str = ""
    connection: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """All turns of one probe on one endpoint. `kind` is the probe or import that made it; `notes` are short facts about
    the asking itself (SNI used, file name, line numbers)."""

    kind: str
    endpoint: Endpoint
    turns: tuple[Turn, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def turn(self, label: str) -> Turn | None:
        """The first turn with that label, or None."""
        return next((turn for turn in self.turns if turn.label == label), None)

    def to_bytes(self) -> bytes:
        """The canonical form; its SHA-256 is the evidence's digest."""
        return canonical(
            {
                "format": FORMAT,
                "kind": self.kind,
                "address": self.endpoint.address,
                "transport": self.endpoint.transport,
                "port": self.endpoint.port,
                "notes": dict(self.notes),
                "turns": [
                    {
                        "label": turn.label,
                        "sent": base64.b64encode(turn.sent).decode(),
                        "received": base64.b64encode(turn.received).decode(),
                        "end": turn.end,
                        "connection": turn.connection,
                    }
                    for turn in self.turns
                ],
            }
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, lower-case hex."""
        return sha256(self.to_bytes())


def from_bytes(data: bytes) -> Exchange:
    """Read an exchange from its canonical form. Raises WorkspaceError if it is not one."""
    try:
        raw = json.loads(data)
        if raw["format"] != FORMAT:
            raise WorkspaceError(f"evidence of an unknown format: {raw['format']!r}")
        turns = tuple(
            Turn(
                label=turn["label"],
                sent=base64.b64decode(turn["sent"], validate=True),
                received=base64.b64decode(turn["received"], validate=True),
                end=turn["end"],
                connection=turn["connection"],
            )
            for turn in raw["turns"]
        )
        return Exchange(raw["kind"], Endpoint(raw["address"], raw["transport"], raw["port"]), turns, raw["notes"])
    except (KeyError, TypeError, ValueError) as error:
        raise WorkspaceError(f"evidence that is not an exchange: {error}") from error


def with_turns(exchange: Exchange, turns: Iterable[Turn]) -> Exchange:
    """The same exchange with other turns."""
    return Exchange(exchange.kind, exchange.endpoint, tuple(turns), exchange.notes)
