"""Mail protocols up to the list of what they offer: greeting, capabilities, and nothing more (RFC 5321, 1939, 2449, 9051)."""

import re
from dataclasses import dataclass

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from scanner.probe import Asking, Recorder
from scanner.wire.http import any_tls
from scanner.wire.reader import printable


@dataclass(frozen=True, slots=True)
class Dialogue:
    """How a mail protocol greets, asks for capabilities, ends its answers and says goodbye."""

    greeting: re.Pattern[bytes]
    ask: bytes
    end: re.Pattern[bytes]
    goodbye: bytes


SMTP = Dialogue(
    re.compile(rb"(?:220|421|554)[ -]"),
    b"EHLO chengjian.invalid\r\n",
    re.compile(rb"(?m)^\d{3} [^\n]*\n\Z"),
    b"QUIT\r\n",
)
POP3 = Dialogue(re.compile(rb"\+OK|-ERR"), b"CAPA\r\n", re.compile(rb"(?:\r\n\.\r\n|\A-ERR[^\n]*\n)\Z"), b"QUIT\r\n")
IMAP = Dialogue(
    re.compile(rb"\* (?:OK|PREAUTH|BYE)"), b"a1 CAPABILITY\r\n", re.compile(rb"(?m)^a1 [^\n]*\n\Z"), b"a2 LOGOUT\r\n"
)


async def collect(recorder: Recorder, asking: Asking, dialogue: Dialogue) -> None:
    """One connection: greeting, capabilities, goodbye."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    async with recorder.connection(tls=inside) as connection:
        greeting = await connection.ask("greeting", until=b"\n", limit=4096, timeout=5.0)
        if not dialogue.greeting.match(greeting):
            return

        def whole(data: bytes) -> int | None:
            return len(data) if dialogue.end.search(data) else None

        await connection.ask_exactly("capabilities", dialogue.ask, whole, limit=16384, timeout=5.0)
        await connection.ask("goodbye", dialogue.goodbye, until=b"\n", limit=1024, timeout=0.5)


@dataclass(frozen=True, slots=True)
class Offer:
    """The greeting, the capability words in upper case (None where they were not told), and whether TLS was around."""

    greeting: bytes
    words: tuple[str, ...] | None
    tls: bool

    @property
    def banner(self) -> str | None:
        """The greeting as text."""
        return printable(re.sub(rb"^(?:\d{3}[ -]|\+OK|-ERR|\* OK)", b"", self.greeting)) or None


def read_offer(exchange: Exchange, dialogue: Dialogue, listed: re.Pattern[bytes]) -> Offer:
    """Read greeting and capabilities; `listed` finds each capability line. Raises NotUnderstood."""
    turn = exchange.turn("greeting")
    greeting = turn.received if turn is not None else b""
    if not dialogue.greeting.match(greeting):
        raise NotUnderstood("another protocol greets")
    told = exchange.turn("capabilities")
    words = None
    if told is not None and dialogue.end.search(told.received):
        words = tuple(printable(found[1], 256).upper() for found in listed.finditer(told.received))
    return Offer(greeting, words, exchange.notes.get("tls") == "yes")
