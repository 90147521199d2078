"""SMB: dialects, signing and the build number of the NTLM challenge (MS-SMB2, MS-CIFS, MS-NLMP). No user is named; whether a
session without credentials is let in is asked only with the act `anonymous-session`."""

from collections.abc import Callable

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange, Turn
from inventory.facts.smb import SmbFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import smb1_negotiate, smb_negotiate
from scanner.wire.reader import Reader, printable
from scanner.wire.smb import anonymous_setup, negotiate_setup

DIALECTS = (0x0202, 0x0210, 0x0300, 0x0302, 0x0311)
ACT = "anonymous-session"
SIGNING_ENABLED, SIGNING_REQUIRED = 1, 2
ENCRYPTION = 0x40


def _length(data: bytes) -> int | None:
    return 4 + int.from_bytes(data[1:4], "big") if len(data) >= 4 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """SMB 1 alone, the newest of all dialects, and each older one; the challenge on the newest."""
    await _say(recorder, "smb1", (smb1_negotiate(),))
    steps: tuple[bytes, ...] = (smb_negotiate(DIALECTS), negotiate_setup())
    await _say(recorder, "newest", steps, asking)
    await _say(recorder, "oldest", (smb_negotiate((0x0202,)),))


async def _say(recorder: Recorder, label: str, steps: tuple[bytes, ...], asking: Asking | None = None) -> None:
    """The steps of one connection. That a dialect is refused by a reset is an answer, except at the very first."""
    try:
        async with recorder.connection() as connection:
            for number, payload in enumerate(steps):
                name = label if number == 0 else f"{label}:challenge"
                answer = await connection.ask_exactly(name, payload, _length, limit=65536, timeout=4.0)
                if answer[4:8] != b"\xfeSMB" and number < len(steps) - 1:
                    return
            if asking is not None and ACT in asking.acts and len(answer) > 68:
                setup = anonymous_setup(int.from_bytes(answer[44:52], "little"))
                await connection.ask_exactly(f"{label}:anonymous", setup, _length, limit=65536, timeout=4.0)
    except Refused:
        if not recorder.exchange().turns:
            raise


def _negotiated(turn: Turn | None) -> tuple[int, int, int] | None:
    """(dialect, security mode, capabilities) of an SMB 2 negotiation; None where there is none."""
    try:
        reader = Reader(turn.received if turn is not None else b"")
        reader.take(4)
        head = reader.take(64)
        if head[:4] != b"\xfeSMB" or int.from_bytes(head[8:12], "little") != 0 or head[12] != 0:
            return None
        reader.take(2)
        mode, dialect = reader.number(2, "little"), reader.number(2, "little")
        reader.take(18)
        return dialect, mode, reader.number(4, "little")
    except NotUnderstood:
        return None


def _smb1(turn: Turn | None) -> bool | None:
    """Was SMB 1 taken? None where nothing can be said."""
    if turn is None or turn.end == "timeout":
        return None
    data = turn.received
    if data[4:9] == b"\xffSMB\x72":
        return len(data) > 39 and data[36] > 1 and data[37:39] != b"\xff\xff" and data[9:13] == bytes(4)
    return False


def interpret(exchange: Exchange) -> dict[str, list[SmbFacts]]:
    """Pure. Raises NotUnderstood where no answer is SMB."""
    one = exchange.turn("smb1")
    newest, oldest = _negotiated(exchange.turn("newest")), _negotiated(exchange.turn("oldest"))
    old = _smb1(one)
    if newest is None and oldest is None and not (one is not None and one.received[4:8] == b"\xffSMB"):
        raise NotUnderstood("not SMB")
    best = newest or oldest
    lowest = 0x0100 if old else None if old is None else oldest[0] if oldest is not None else None
    build, name = _challenge(exchange.turn("newest:challenge"))
    return {
        "smb": [
            SmbFacts(
                answers=True,
                v1=old,
                oldest_dialect=lowest,
                newest_dialect=newest[0] if newest is not None else 0x0100 if old else None,
                signing_enabled=None if best is None else bool(best[1] & SIGNING_ENABLED),
                signing_required=None if best is None else bool(best[1] & SIGNING_REQUIRED),
                encryption=None
                if best is None
                else best[0] >= 0x0311 or bool(best[2] & ENCRYPTION and best[0] >= 0x0300),
                build=build,
                computer=name,
                null_session=_anonymous(exchange.turn("newest:anonymous")),
            )
        ]
    }


def _anonymous(turn: Turn | None) -> bool | None:
    data = turn.received if turn is not None else b""
    if len(data) < 72 or data[4:8] != b"\xfeSMB":
        return None
    status = int.from_bytes(data[12:16], "little")
    flags = int.from_bytes(data[70:72], "little")
    return status == 0 and bool(flags & 3 or not flags)


def _challenge(turn: Turn | None) -> tuple[int | None, str | None]:
    """Build number and NetBIOS name of an NTLM challenge (MS-NLMP 2.2.1.2)."""
    data = turn.received if turn is not None else b""
    start = data.find(b"NTLMSSP\0\x02\0\0\0")
    if start < 0:
        return None, None
    try:
        reader = Reader(data[start + 12 :])
        reader.take(8)
        flags = reader.number(4, "little")
        reader.take(16)
        size = reader.number(2, "little")
        reader.take(2)
        offset = reader.number(4, "little")
        build = int.from_bytes(reader.take(8)[2:4], "little") if flags & 0x02000000 else None
        return build, _computer(Reader(data[start + offset : start + offset + size]))
    except NotUnderstood:
        return None, None


def _computer(reader: Reader) -> str | None:
    take: Callable[[int], int] = lambda size: reader.number(size, "little")  # noqa: E731
    while reader.left >= 4:
        kind, size = take(2), take(2)
        value = reader.take(size)
        if kind == 1:
            return printable(value.decode("utf-16-le", "replace").encode(), 64) or None
        if kind == 0:
            break
    return None


PROBE = Probe(name="smb", table="smb", transport="tcp", collect=collect, interpret=interpret, connections=3, packets=28)
