"""OPC UA: which endpoints does a server offer, how protected, and may anybody in? GetEndpoints over an unprotected channel, which
every server answers (OPC 10000-4, 5.4.4; OPC 10000-6, 7.1)."""

from dataclasses import dataclass

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.opcua import OpcuaFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import opcua_hello
from scanner.wire.reader import Reader, printable

NONE_POLICY = b"http://opcfoundation.org/UA/SecurityPolicy#None"
WEAK = ("Basic128Rsa15", "Basic256")


def _text(data: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if data is None else len(data).to_bytes(4, "little") + data


def _header() -> bytes:
    """A request header: no session, no time, a handle, a time limit of five seconds."""
    return b"\x00\x00" + bytes(8) + b"\x01\0\0\0" + bytes(4) + _text(None) + (5000).to_bytes(4, "little") + b"\0\0\0"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + b"F" + (8 + len(body)).to_bytes(4, "little") + body


def open_channel() -> bytes:
    """OpenSecureChannel with policy None."""
    body = bytes(4) + _text(NONE_POLICY) + _text(None) + _text(None) + b"\x01\0\0\0\x01\0\0\0"
    body += (
        b"\x01\x00\xbe\x01"
        + _header()
        + bytes(4)
        + bytes(4)
        + b"\x01\0\0\0"
        + _text(None)
        + (60000).to_bytes(4, "little")
    )
    return _chunk(b"OPN", body)


def get_endpoints(channel: bytes, token: bytes, url: bytes) -> bytes:
    """GetEndpoints on an open channel."""
    body = channel + token + b"\x02\0\0\0\x02\0\0\0"
    body += b"\x01\x00\xac\x01" + _header() + _text(url) + _text(None) + _text(None)
    return _chunk(b"MSG", body)


def close_channel(channel: bytes, token: bytes) -> bytes:
    """CloseSecureChannel, so that the server need not wait for a time-out."""
    return _chunk(b"CLO", channel + token + b"\x03\0\0\0\x03\0\0\0\x01\x00\xc4\x01" + _header())


def _length(data: bytes) -> int | None:
    return int.from_bytes(data[4:8], "little") if len(data) >= 8 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: hello, channel, endpoints, goodbye."""
    where = recorder.endpoint
    host = f"[{where.address}]" if ":" in where.address else where.address
    async with recorder.connection() as connection:
        hello = opcua_hello(host, where.port)
        if not (await connection.ask_exactly("hello", hello, _length, limit=4096, timeout=4.0)).startswith(b"ACK"):
            return
        opened = await connection.ask_exactly("open", open_channel(), _length, limit=65536, timeout=4.0)
        try:
            channel, token = read_channel(opened)
        except NotUnderstood:
            return
        url = f"opc.tcp://{host}:{where.port}".encode()
        await connection.ask_exactly(
            "endpoints", get_endpoints(channel, token, url), _length, limit=262144, timeout=5.0
        )
        await connection.ask_exactly("goodbye", close_channel(channel, token), lambda _: 0, limit=64, timeout=0.2)


def _body(data: bytes, kind: bytes, *, channel_only: bool) -> Reader:
    """What follows the sequence header of a final chunk. Raises NotUnderstood."""
    reader = Reader(data)
    if reader.take(4) != kind + b"F":
        raise NotUnderstood("another message")
    reader.take(4)
    reader.take(4)
    if channel_only:
        reader.take(4)
    else:
        for _ in range(3):
            _string(reader)
    reader.take(8)
    return reader


def _node(reader: Reader) -> int:
    """A numeric node identifier."""
    form = reader.number(1) & 0x3F
    if form == 0:
        return reader.number(1)
    if form == 1:
        reader.take(1)
        return reader.number(2, "little")
    if form == 2:
        reader.take(2)
        return reader.number(4, "little")
    raise NotUnderstood("a node identifier of another form")


def _string(reader: Reader) -> bytes | None:
    size = reader.number(4, "little")
    return None if size == 0xFFFFFFFF else reader.take(size)


def _response_header(reader: Reader) -> None:
    reader.take(8 + 4)
    if reader.number(4, "little") & 0x80000000:
        raise NotUnderstood("a service fault")
    if reader.number(1):
        raise NotUnderstood("diagnostics that were not asked for")
    count = reader.number(4, "little")
    for _ in range(0 if count == 0xFFFFFFFF else min(count, 100)):
        _string(reader)
    _node(reader)
    if reader.number(1):
        reader.block(4, "little")


def read_channel(data: bytes) -> tuple[bytes, bytes]:
    """(channel, token) of an open channel. Raises NotUnderstood."""
    reader = _body(data, b"OPN", channel_only=False)
    if _node(reader) != 449:
        raise NotUnderstood("no channel was opened")
    _response_header(reader)
    reader.take(4)
    return reader.take(4), reader.take(4)


@dataclass(frozen=True, slots=True)
class Offered:
    """One endpoint: security mode (1 none, 2 sign, 3 sign and encrypt), policy, whether anybody is let in, names."""

    mode: int
    policy: str
    anonymous: bool
    application: str
    product: str


def read_endpoints(data: bytes) -> list[Offered]:
    """Read a GetEndpoints answer. Raises NotUnderstood."""
    reader = _body(data, b"MSG", channel_only=True)
    if _node(reader) != 431:
        raise NotUnderstood("not a list of endpoints")
    _response_header(reader)
    return [_endpoint(reader) for _ in range(min(reader.number(4, "little"), 64))]


def _endpoint(reader: Reader) -> Offered:
    _string(reader)
    _string(reader)
    product = _string(reader) or b""
    mask = reader.number(1)
    for bit in (1, 2):
        if mask & bit:
            name = _string(reader) or b""
    application = name if mask & 2 else b""
    reader.take(4)
    _string(reader)
    _string(reader)
    for _ in range(_count(reader)):
        _string(reader)
    _string(reader)
    mode = reader.number(4, "little")
    policy = printable((_string(reader) or b"").rpartition(b"#")[2], 64)
    anonymous = False
    for _ in range(_count(reader)):
        _string(reader)
        anonymous |= reader.number(4, "little") == 0
        for _ in range(3):
            _string(reader)
    _string(reader)
    reader.take(1)
    return Offered(mode, policy, anonymous, printable(application, 128), printable(product, 128))


def _count(reader: Reader) -> int:
    count = reader.number(4, "little")
    return 0 if count == 0xFFFFFFFF else min(count, 64)


def interpret(exchange: Exchange) -> dict[str, list[OpcuaFacts]]:
    """Pure. Raises NotUnderstood where the hello is not acknowledged in OPC UA."""
    hello, told = exchange.turn("hello"), exchange.turn("endpoints")
    if hello is None or hello.received[:4] not in (b"ACKF", b"ERRF"):
        raise NotUnderstood("not OPC UA")
    try:
        offered = read_endpoints(told.received) if told is not None else []
    except NotUnderstood:
        offered = []
    if not offered:
        return {"opcua": [OpcuaFacts(answers=True)]}
    return {
        "opcua": [
            OpcuaFacts(
                answers=True,
                endpoints=len(offered),
                none_allowed=any(one.mode == 1 for one in offered),
                weak_policy=any(one.policy in WEAK for one in offered),
                anonymous=any(one.anonymous for one in offered),
                anonymous_unprotected=any(one.anonymous and one.mode == 1 for one in offered),
                best_mode=max(one.mode for one in offered),
                application=offered[0].application or None,
                product=offered[0].product or None,
            )
        ]
    }


PROBE = Probe(name="opcua", table="opcua", transport="tcp", collect=collect, interpret=interpret, packets=16)
