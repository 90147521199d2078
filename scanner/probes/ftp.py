"""FTP: is TLS offered or required, and may anybody log in? (RFC 959, RFC 4217; nothing is listed, read or written)

USER anonymous, whose answer also tells whether a name is accepted outside TLS, and the password behind it are sent only
where the permit lists the act `anonymous-session`; inside TLS once more, where the server refuses every name outside.
"""

import contextlib
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
INSIDE = "-inside"  # said once more inside TLS, by a server that takes names nowhere else


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
        answer = await _log_in(connection, "")
    if inside is None and _wants_tls(answer):
        async with recorder.connection() as connection:
            await _say(connection, "greeting-third", b"")
            if (await _say(connection, "auth-tls-again", b"AUTH TLS\r\n")).startswith(b"234"):
                with contextlib.suppress(NotUnderstood):  # no handshake: then nothing is known of the name
                    await connection.start_tls("tls", any_tls())
                    await _log_in(connection, INSIDE)


async def _log_in(connection: Connection, where: str) -> bytes:
    """The answer to the name; the password behind it only where one is asked for."""
    answer = await _say(connection, f"user{where}", b"USER anonymous\r\n")
    if answer.startswith(b"331"):
        await _say(connection, f"pass{where}", b"PASS chengjian@invalid\r\n")
    await _say(connection, f"quit{where}", b"QUIT\r\n")
    return answer


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
    user, word, inside = exchange.turn("user"), exchange.turn("pass"), exchange.turn(f"user{INSIDE}")
    plain, required = _plain_login(user, implicit=implicit, offered=offered)
    return {
        "ftp": [
            FtpFacts(
                banner=printable(data, 256) or None,
                tls_offered=True if implicit else offered,
                tls_required=True if implicit else required,
                plain_login=False if implicit else plain,
                anonymous=_anonymous(user, word)
                if inside is None
                else _anonymous(inside, exchange.turn(f"pass{INSIDE}")),
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
    return (False, True) if _wants_tls(user.received) and offered else (None, None)


def _wants_tls(answer: bytes) -> bool:
    """The name was refused for want of TLS: nothing is said of the name itself."""
    mentions = re.search(rb"tls|ssl|secure|encrypt", answer, re.I) is not None
    return mentions and answer.startswith((b"530", *TLS_NEEDED))


def _anonymous(user: Turn | None, word: Turn | None) -> bool | None:
    if user is not None and user.received.startswith(b"230"):
        return True
    if word is not None and word.received[:3].isdigit():
        return word.received.startswith((b"230", b"202"))
    if user is not None and user.received.startswith(b"530") and not _wants_tls(user.received):
        return False
    return None


PROBE = Probe(name="ftp", table="ftp", transport="tcp", collect=collect, interpret=interpret, connections=3, packets=45)
