"""FTP: is TLS offered or required, and may anybody log in? (RFC 959, RFC 4217; nothing is listed, read or written)

USER anonymous, whose answer also tells whether a name is accepted outside TLS, and the password behind it are sent only
where the permit lists the act `anonymous-session`.
"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.ftp import FtpFacts
from scanner.probe import Asking, Connection, Probe, Recorder
from scanner.wire.http import any_tls
from scanner.wire.reader import printable

ACT = "anonymous-session"
LAST_LINE = re.compile(rb"(?:^|\r?\n)\d{3} [^\n]*\r?\n\Z")
TLS_NEEDED = (b"522", b"534", b"533", b"421", b"550")


def complete(data: bytes) -> int | None:
    """The length of a whole reply (RFC 959 4.2), None while it goes on."""
    return len(data) if LAST_LINE.search(data) else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """FEAT and AUTH TLS; where the act is allowed, a second connection with USER and PASS."""
    inside = any_tls() if asking.tls else None
    async with recorder.connection(tls=inside) as connection:
        if inside is not None:
            recorder.note("implicit_tls", "yes")
        if not (await _say(connection, "greeting", b"")).startswith(b"220"):
            return
        await _say(connection, "feat", b"FEAT\r\n")
        if inside is None:
            await _say(connection, "auth-tls", b"AUTH TLS\r\n")
    if ACT not in asking.acts:
        return
    recorder.note("act", ACT)
    async with recorder.connection(tls=inside) as connection:
        await _say(connection, "greeting-again", b"")
        answer = await _say(connection, "user", b"USER anonymous\r\n")
        if answer.startswith(b"331"):
            await _say(connection, "pass", b"PASS chengjian@invalid\r\n")
        await _say(connection, "quit", b"QUIT\r\n")


async def _say(connection: Connection, label: str, payload: bytes) -> bytes:
    return await connection.ask_exactly(label, payload, complete, limit=8192, timeout=4.0)


def interpret(exchange: Exchange) -> dict[str, list[FtpFacts]]:
    """Pure. Raises NotUnderstood where the greeting is not one of FTP."""
    greeting = exchange.turn("greeting")
    data = greeting.received if greeting is not None else b""
    if not re.match(rb"(?:220|421|530|120)[ -]", data):
        raise NotUnderstood("not an FTP greeting")
    implicit = exchange.notes.get("implicit_tls") == "yes"
    offered = None if implicit else _tls_offered(exchange)
    user, word = exchange.turn("user"), exchange.turn("pass")
    plain, required = _plain_login(user, implicit=implicit, offered=offered)
    return {
        "ftp": [
            FtpFacts(
                banner=printable(data, 256) or None,
                tls_offered=True if implicit else offered,
                tls_required=True if implicit else required,
                plain_login=False if implicit else plain,
                anonymous=_anonymous(user, word),
                implicit_tls=implicit,
            )
        ]
    }


def _tls_offered(exchange: Exchange) -> bool | None:
    auth = exchange.turn("auth-tls")
    if auth is not None and auth.received[:3].isdigit():
        return auth.received.startswith((b"234", b"334"))
    return None


def _plain_login(user: Turn | None, *, implicit: bool, offered: bool | None) -> tuple[bool | None, bool | None]:
    """(a name is accepted outside TLS, login outside TLS is refused); unknown where the answer may mean something else."""
    if user is None or implicit or not user.received[:3].isdigit():
        return None, None
    if user.received.startswith((b"331", b"230", b"332")):
        return True, False
    mentions = re.search(rb"tls|ssl|secure|encrypt", user.received, re.I) is not None
    if user.received.startswith((b"530", *TLS_NEEDED)) and mentions and offered:
        return False, True
    return None, None


def _anonymous(user: Turn | None, word: Turn | None) -> bool | None:
    if user is not None and user.received.startswith(b"230"):
        return True
    if word is not None and word.received[:3].isdigit():
        return word.received.startswith((b"230", b"202"))
    if user is not None and user.received.startswith(b"530"):
        return False
    return None


PROBE = Probe(name="ftp", table="ftp", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=30)
