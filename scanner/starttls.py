"""From a plain protocol into TLS: what each of them says before the first hello, and whether the server agreed.

One table for all: RFC 3207 (SMTP), RFC 2595 (POP3, IMAP), RFC 4217 (FTP), RFC 4511 4.14 (LDAP), RFC 6120 5 (XMPP), the
message formats of PostgreSQL (SSLRequest) and the client/server protocol of MySQL (SSLRequest packet). Only what leads to
TLS is said; nobody logs in.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange
from scanner.probe import Asking, Connection, Recorder
from scanner.wire.ber import message_length, read
from scanner.wire.mail import SMTP
from scanner.wire.openings import POSTGRESQL_TLS, ldap_start_tls
from scanner.wire.reader import Reader
from scanner.wire.xmpp import FEATURES, START_TLS, stream_header
from scanner.wire.xmpp import offers_tls as xmpp_offers_tls

LABEL = "upgrade:"
NOTE = "starttls"
FTP_REPLY = re.compile(rb"(?:^|\r?\n)\d{3} [^\n]*\r?\n\Z")
# SSLRequest: protocol 4.1, TLS, secure connection and plug-in authentication; 16 MiB, utf8; sequence number 1
MYSQL_TLS = b"\x20\x00\x00\x01" + b"\x00\x8a\x08\x00" + b"\x00\x00\x00\x01" + b"\x21" + bytes(23)
CLIENT_SSL = 0x0800
LDAP_BUSY = 51
NEVER = rb"(?!)"

Judge = Callable[[bytes], bool | None]
"""True: go on. False: the server says that it offers no TLS. None: it cannot be told."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something said, how the whole answer is known, and what it means."""

    label: str
    payload: bytes | Callable[[str], bytes]  # what is made of the name that is asked for, where it must be named
    whole: Callable[[bytes], int | None]
    judge: Judge


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The way into TLS. `few_hellos`: the server minds being left in the middle of a handshake (MySQL counts it, and shuts
    the asking host out after `max_connect_errors`), so that only a few may be sent."""

    steps: tuple[Step, ...]
    few_hellos: bool = False


def _until(end: re.Pattern[bytes]) -> Callable[[bytes], int | None]:
    return lambda data: len(data) if end.search(data) else None


def _first(count: int) -> Callable[[bytes], int | None]:
    return lambda _: count


def _starts(good: bytes, bad: bytes) -> Judge:
    """By how an answer begins, both as regular expressions."""

    def judge(data: bytes) -> bool | None:
        return True if re.match(good, data) else False if re.match(bad, data) else None

    return judge


def _smtp_lists(data: bytes) -> bool | None:
    if re.search(rb"(?mi)^250[ -]STARTTLS[ \t]*\r?$", data):
        return True
    return False if re.match(rb"(?:250|50\d)[ -]", data) else None


def _mysql_length(data: bytes) -> int | None:
    return None if len(data) < 4 else 4 + int.from_bytes(data[:3], "little")


def _mysql_offers(data: bytes) -> bool | None:
    try:
        reader = Reader(data[4:])
        if reader.number(1) != 10:
            return None
        reader.until(b"\0", 255)
        reader.take(4 + 8 + 1)
        return bool(reader.number(2, "little") & CLIENT_SSL)
    except NotUnderstood:
        return None


def _ldap_agrees(data: bytes) -> bool | None:
    """The result code of an extended response."""
    try:
        parts = read(Reader(data)).children()
        if len(parts) < 2 or parts[1].tag != 0x78:
            return None
        code = parts[1].children()[0].integer
    except (NotUnderstood, IndexError):
        return None
    return True if code == 0 else None if code == LDAP_BUSY else False


LINE = _until(re.compile(rb"\n"))
UPGRADES: Mapping[str, Upgrade] = {
    "smtp": Upgrade(
        (
            Step("greeting", b"", _until(re.compile(rb"(?m)^\d{3} [^\n]*\n\Z")), _starts(rb"220[ -]", NEVER)),
            Step("list", SMTP.ask, _until(SMTP.end), _smtp_lists),
            Step("begin", b"STARTTLS\r\n", LINE, _starts(rb"220[ -]", rb"5\d\d[ -]")),
        )
    ),
    "pop3": Upgrade(
        (
            Step("greeting", b"", LINE, _starts(rb"\+OK", NEVER)),
            Step("begin", b"STLS\r\n", LINE, _starts(rb"\+OK", rb"-ERR")),
        )
    ),
    "imap": Upgrade(
        (
            Step("greeting", b"", LINE, _starts(rb"\* OK", NEVER)),
            Step("begin", b"a3 STARTTLS\r\n", _until(re.compile(rb"(?m)^a3 [^\n]*\n")), _starts(rb"(?s:.*\n)?a3 OK", rb"(?s:.*\n)?a3 (?:NO|BAD)")),
        )
    ),
    "ftp": Upgrade(
        (
            Step("greeting", b"", _until(FTP_REPLY), _starts(rb"220[ -]", NEVER)),
            Step("begin", b"AUTH TLS\r\n", _until(FTP_REPLY), _starts(rb"234[ -]|334[ -]", rb"5\d\d[ -]")),
        )
    ),
    "ldap": Upgrade((Step("begin", ldap_start_tls(), message_length, _ldap_agrees),)),
    "postgresql": Upgrade((Step("begin", POSTGRESQL_TLS, _first(1), _starts(rb"S\Z", rb"N\Z")),)),
    "mysql": Upgrade(
        (
            Step("greeting", b"", _mysql_length, _mysql_offers),
            Step("begin", MYSQL_TLS, _first(0), lambda _: True),
        ),
        few_hellos=True,
    ),
    "xmpp": Upgrade(
        (
            Step("list", stream_header, _until(FEATURES), xmpp_offers_tls),
            Step("begin", START_TLS, _until(re.compile(rb">")), _starts(rb"\s*<proceed", rb"\s*<failure")),
        )
    ),
}  # fmt: skip


def upgrade_for(asking: Asking) -> Upgrade | None:
    """The way into TLS on an endpoint that was heard to speak a plain protocol; None where hellos are sent at once."""
    return UPGRADES.get(asking.protocol) if not asking.tls else None


@dataclass(slots=True)
class Hellos:
    """Sends hellos, each on a connection of its own, behind the upgrade where there is one. After the first upgrade that
    the server does not agree to, nothing is sent any more."""

    recorder: Recorder
    upgrade: Upgrade | None = None
    name: str = ""
    barred: bool = False

    async def say(self, label: str, hello: bytes, size: Callable[[bytes], int | None], timeout: float = 5.0) -> bytes:
        """The answer to one hello, b"" where there is none. A reset is an answer here: the server will not have it."""
        if self.barred:
            return b""
        try:
            async with self.recorder.connection() as connection:
                if self.upgrade is not None and not await _enter(connection, self.upgrade, self.name):
                    self.barred = True
                    return b""
                return await connection.ask_exactly(label, hello, size, timeout=timeout)
        except Refused:
            return b""

    async def handshake(self, label: str, context: ssl.SSLContext, name: str | None) -> None:
        """A whole handshake by the TLS library, and what the server says next by itself (`LABEL:after`)."""
        try:
            async with self.recorder.connection() as connection:
                if self.upgrade is None or await _enter(connection, self.upgrade, self.name):
                    await connection.start_tls(label, context, name)
                    await connection.ask(f"{label}:after", limit=1024, timeout=1.0)
        except (Refused, NotUnderstood):
            return


def hellos(recorder: Recorder, asking: Asking) -> Hellos:
    """Hellos to an endpoint; notes by which protocol TLS is reached."""
    upgrade = upgrade_for(asking)
    if upgrade is not None:
        recorder.note(NOTE, asking.protocol)
    return Hellos(recorder, upgrade, asking.server_name or recorder.endpoint.address)


async def _enter(connection: Connection, upgrade: Upgrade, name: str) -> bool:
    for step in upgrade.steps:
        payload = step.payload if isinstance(step.payload, bytes) else step.payload(name)
        heard = await connection.ask_exactly(LABEL + step.label, payload, step.whole, limit=16384, timeout=5.0)
        if step.judge(heard) is not True:
            return False
    return True


def agreed(exchange: Exchange) -> bool | None:
    """Did the server agree to TLS when it was first asked? None where it was not asked, or its answer does not tell."""
    upgrade = UPGRADES.get(exchange.notes.get(NOTE, ""))
    for step in upgrade.steps if upgrade is not None else ():
        turn = exchange.turn(LABEL + step.label)
        verdict = step.judge(turn.received) if turn is not None else None
        if verdict is not True:
            return verdict
    return True if upgrade is not None else None


def undecided(exchange: Exchange) -> bool:
    """The server was heard and did not decline TLS, and yet no TLS came: that it offers none would be too much said."""
    heard = any(turn.received for turn in exchange.turns if turn.label.startswith(LABEL))
    return heard and agreed(exchange) is not False
