"""PostgreSQL protocol: is TLS offered, what says the server to a protocol that nobody speaks, and, where the permit allows an
anonymous session, which authentication it asks for. No password is ever sent."""

from dataclasses import dataclass, field

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.postgresql import PostgresqlFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.database import postgresql_product
from scanner.wire.openings import POSTGRESQL_TLS
from scanner.wire.reader import Reader, printable

ACT = "anonymous-session"
UNKNOWN_PROTOCOL = b"\x00\x00\x00\x09\x00\xff\x00\xff\x00"
MECHANISMS = (b"SCRAM", b"OAUTHBEARER")


def startup(user: bytes) -> bytes:
    """StartupMessage of protocol 3.0 for a user."""
    body = b"\x00\x03\x00\x00user\x00" + user + b"\x00database\x00" + user + b"\x00\x00"
    return (len(body) + 4).to_bytes(4, "big") + body


async def collect(recorder: Recorder, asking: Asking) -> None:
    """SSLRequest, an unknown protocol, and a startup message where it is allowed: a connection each."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("tls", POSTGRESQL_TLS, lambda _: 1, limit=1024, timeout=5.0)
    await _say(recorder, "unknown", UNKNOWN_PROTOCOL)
    if ACT in asking.acts:
        await _say(recorder, "startup", startup(b"chengjian"))


async def _say(recorder: Recorder, label: str, payload: bytes) -> None:
    try:
        async with recorder.connection() as connection:
            await connection.ask_exactly(label, payload, messages_length, limit=16384, timeout=5.0)
    except Refused:
        return


def messages_length(data: bytes) -> int | None:
    """Up to the message that ends the server's turn: an error, an authentication request, or ready for query."""
    position, trusted = 0, False
    while len(data) >= position + 5:
        kind, size = data[position : position + 1], int.from_bytes(data[position + 1 : position + 5], "big")
        if size < 4 or size > 65536:
            return len(data)
        end = position + 1 + size
        if kind == b"R" and data[position + 5 : position + 9] == bytes(4):
            trusted = True
        if kind in (b"E", b"Z") or (kind == b"R" and not trusted):
            return end
        position = end
    return None


@dataclass(slots=True)
class Said:
    """What the messages of a server told."""

    code: int | None = None
    mechanisms: bytes = b""
    ready: bool = False
    error: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


def read_messages(data: bytes) -> Said:
    """Read what is whole. Raises NotUnderstood where the bytes are no messages of protocol 3."""
    said, reader = Said(), Reader(data)
    while reader.left >= 5:
        kind, size = reader.take(1), reader.number(4)
        if kind not in (b"R", b"E", b"S", b"K", b"Z", b"N", b"v") or size < 4:
            raise NotUnderstood("not a message of protocol 3")
        if reader.left < size - 4:
            break
        body = reader.take(size - 4)
        if kind == b"R" and len(body) >= 4 and said.code is None:
            said.code, said.mechanisms = int.from_bytes(body[:4], "big"), body[4:]
        elif kind == b"Z":
            said.ready = True
        elif kind == b"E":
            said.error = {part[:1].decode("latin-1"): printable(part[1:]) for part in body.split(b"\0") if part}
        elif kind == b"S":
            name, _, value = body.partition(b"\0")
            said.parameters[printable(name, 64)] = printable(value.rstrip(b"\0"), 128)
    return said


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where no answer is of this protocol."""
    offered = _tls(exchange.turn("tls"))
    unknown, started = _said(exchange.turn("unknown")), _said(exchange.turn("startup"))
    if offered is None and unknown is None and started is None:
        raise NotUnderstood("no answer of the PostgreSQL protocol")
    errors = [said.error for said in (unknown, started) if said is not None and said.error]
    texts = [error.get("M", "") for error in errors]
    code = started.code if started is not None else None
    own = code == 13 or (code == 10 and started is not None and not any(m in started.mechanisms for m in MECHANISMS))
    parameters = started.parameters if started is not None else {}
    product = postgresql_product(texts, own_sha256=own, version=parameters.get("server_version"))
    trusted = started.ready or code == 0 if started is not None and (started.ready or code is not None) else None
    refused = started is not None and started.error.get("C") == "28000" and code is None
    return {
        "postgresql": [
            PostgresqlFacts(
                tls_offered=offered,
                tls_required=True if refused and _speaks_of_encryption(texts) else False if code is not None else None,
                authentication_code=code,
                trusted=trusted,
                weak_authentication=None if code is None else code in (3, 5),
                error_text=texts[0] if texts else None,
                error_routine=" ".join(errors[0].get(mark, "") for mark in "FR").strip() or None if errors else None,
            )
        ],
        "database": [
            DatabaseFacts(
                family="postgresql",
                product=product,
                decided=product is not None,
                version=parameters.get("server_version"),
                tls_offered=offered,
                authentication_required=None if trusted is None else not trusted,
            )
        ],
    }


def _speaks_of_encryption(texts: list[str]) -> bool:
    return any("no encryption" in text or "SSL off" in text for text in texts)


def _tls(turn: Turn | None) -> bool | None:
    return {b"S": True, b"N": False}.get(turn.received[:1]) if turn is not None and len(turn.received) == 1 else None


def _said(turn: Turn | None) -> Said | None:
    if turn is None or not turn.received:
        return None
    try:
        said = read_messages(turn.received)
    except NotUnderstood:
        return None
    return said if said.code is not None or said.error or said.parameters or said.ready else None


PROBE = Probe(
    name="postgresql",
    table="postgresql",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=3,
    packets=24,
    also=("database",),
)
