"""Which protocol answers on an endpoint: recognised by its own bytes, never by its port.

At most three connections. The order of the openings follows what usually listens on the port, so that a fragile device
hears its own protocol first and nothing else where it answers; a device that stays silent there is not asked further.
"""

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange, Turn
from inventory.facts.service import ServiceFacts
from scanner.probe import Asking, Connection, Probe, Recorder
from scanner.wire import openings
from scanner.wire.dnp3 import SELF_ADDRESS, link_status
from scanner.wire.http import any_tls, host_header
from scanner.wire.reader import printable
from scanner.wire.recognise import recognise, reply_goes_on
from scanner.wire.xmpp import stream_header

GREETING_WAIT = 1.0  # seconds for a server that speaks first; slower ones are heard after the next opening too
OPENINGS = {
    "redis": openings.REDIS_PING,
    "memcached": openings.MEMCACHED_VERSION,
    "zookeeper": openings.ZOOKEEPER_SRVR,
    "postgresql": openings.POSTGRESQL_TLS,
    "rtsp": openings.RTSP_OPTIONS,
    "mqtt": openings.MQTT_UNKNOWN_LEVEL,
    "rdp": openings.RDP_REQUEST,
    "x11": openings.X11_SETUP,
    "modbus": openings.MODBUS_IDENTIFY,
    "s7": openings.S7_CONNECT,
    "iec104": openings.IEC104_TEST,
    "ethernetip": openings.ETHERNETIP_IDENTITY,
    "dnp3": link_status(SELF_ADDRESS),
    "portmapper": openings.PORTMAP_DUMP,
    "mssql": openings.TDS_PRELOGIN,
    "oracle": openings.oracle_version(),
    "ldap": openings.ldap_root(),
    "mongodb": openings.mongodb_command(1, {"hello": 1}),
    "smb": openings.smb_negotiate((0x0202, 0x0210, 0x0300, 0x0302)),
    "tls": openings.tls_any(),
}
# What is tried first where it usually listens; "greeting" waits for the server, "http" sends a GET.
USUAL: dict[int, tuple[str, ...]] = {
    80: ("http", "tls"), 81: ("http", "tls"), 88: ("http", "tls"), 8000: ("http", "tls"), 8008: ("http", "tls"),
    8080: ("http", "tls"), 8081: ("http", "tls"), 8088: ("http", "tls"), 8888: ("http", "tls"), 9200: ("http", "tls"),
    2375: ("http", "tls"), 2379: ("http", "tls"), 8500: ("http", "tls"), 8848: ("http", "tls"), 8086: ("http", "tls"),
    9090: ("http", "tls"), 9870: ("http", "tls"), 50070: ("http", "tls"), 5985: ("http", "tls"), 3000: ("http", "tls"),
    443: ("tls", "http"), 8443: ("tls", "http"), 4443: ("tls", "http"), 9443: ("tls", "http"), 6443: ("tls", "http"),
    10250: ("tls", "http"), 2376: ("tls", "http"), 993: ("tls",), 995: ("tls",), 465: ("tls",), 636: ("tls",),
    990: ("tls",), 8883: ("tls",), 5061: ("tls",), 8884: ("tls",), 989: ("tls",), 19998: ("tls",),
    6379: ("redis", "tls"), 11211: ("memcached",), 2181: ("zookeeper",), 5432: ("postgresql",), 54321: ("postgresql",),
    5866: ("postgresql",), 5431: ("postgresql",), 1883: ("mqtt", "tls"), 554: ("rtsp",), 8554: ("rtsp",), 389: ("ldap",),
    3268: ("ldap",), 445: ("smb",), 3389: ("rdp",), 27017: ("mongodb", "tls"), 1433: ("mssql",), 1521: ("oracle",),
    6000: ("x11",), 111: ("portmapper",), 502: ("modbus",), 102: ("s7",), 2404: ("iec104", "tls"),
    44818: ("ethernetip",), 4840: ("opcua",), 5060: ("sip",), 5222: ("xmpp", "tls"), 5269: ("xmpp", "tls"),
    20000: ("dnp3",),
}  # fmt: skip
ALONE = frozenset({502, 102, 2404, 20000, 44818, 4840})  # industrial: nothing but their own protocol is ever said there
INSIDE = {465: "greeting", 993: "greeting", 995: "greeting", 990: "greeting", 636: "ldap", 8883: "mqtt", 6379: "redis"}
INSIDE |= {8884: "mqtt", 1883: "mqtt", 27017: "mongodb", 2404: "iec104", 19998: "iec104", 5061: "sip"}
OTHERWISE = ("greeting", "tls")


def _opening(name: str, recorder: Recorder, asking: Asking) -> bytes:
    where = recorder.endpoint
    if name == "http":
        return openings.http_get(host_header(where.address, where.port, tls=False), asking.contact)
    if name == "opcua":
        return openings.opcua_hello(where.address, where.port)
    if name == "xmpp":
        return stream_header(asking.server_name or where.address)
    if name == "sip":
        return openings.sip_options(where.address, where.port, asking.contact)
    return OPENINGS[name]


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Openings in the usual order of the port until one is recognised; inside TLS one more."""
    port = recorder.endpoint.port
    heard = None
    for name in USUAL.get(port, OTHERWISE)[:2]:
        heard = await _try(recorder, asking, name, follow=port not in ALONE)
        if heard is not None:
            break
    if heard == "tls" and asking.tls is not False:
        await _inside(recorder, asking)
    elif heard is None and port not in ALONE:
        await _try(recorder, asking, "greeting" if port in USUAL else "postgresql", follow=True)


async def _try(recorder: Recorder, asking: Asking, name: str, *, follow: bool) -> str | None:
    """One connection: the opening, and after a silent greeting a GET. A reset is no answer, except the first of all."""
    try:
        async with recorder.connection() as connection:
            heard = await _say(connection, recorder, asking, name)
            if name == "greeting" and not heard and follow:
                name, heard = "http", await _say(connection, recorder, asking, "http")
            return recognise(heard, name)
    except Refused:
        if not recorder.exchange().turns:
            raise
        return None


async def _say(connection: Connection, recorder: Recorder, asking: Asking, name: str, prefix: str = "") -> bytes:
    if name == "http":
        payload = _opening(name, recorder, asking)
        return await connection.ask_exactly(prefix + name, payload, _head, limit=16384, timeout=3.0)
    payload = b"" if name == "greeting" else _opening(name, recorder, asking)
    wait = GREETING_WAIT if name == "greeting" and not prefix else 3.0
    return await connection.ask_exactly(prefix + name, payload, _something, limit=16384, timeout=wait)


def _something(data: bytes) -> int | None:
    """Whatever came is enough, but of a reply of several lines all of them."""
    return len(data) if data and not reply_goes_on(data) else None


def _head(data: bytes) -> int | None:
    """The head of an HTTP answer; of anything else that is recognised, whatever came."""
    other = recognise(data[:64]) not in (None, "http")
    return len(data) if other or b"\r\n\r\n" in data else None


async def _inside(recorder: Recorder, asking: Asking) -> None:
    try:
        async with recorder.connection(tls=any_tls()) as connection:
            await _say(connection, recorder, asking, INSIDE.get(recorder.endpoint.port, "http"), "inside:")
    except (Refused, NotUnderstood):
        return  # TLS alone was recognised, which is a fact; what is inside stays unknown


def interpret(exchange: Exchange) -> dict[str, list[ServiceFacts]]:
    """Pure. An endpoint that listens and says nothing we know has a row without a protocol. Raises NotUnderstood where
    nothing was asked, or nothing but resets came: that is a refusal, whether it meets us while we connect or speak."""
    if not exchange.turns:
        raise NotUnderstood("nothing was asked")
    if all(turn.end == "reset" and not turn.received for turn in exchange.turns):
        raise NotUnderstood("every connection was reset")
    inside = next((turn for turn in exchange.turns if turn.label.startswith("inside:")), None)
    talks_first = any(turn.label == "greeting" and turn.received for turn in exchange.turns)
    for turn in exchange.turns:
        found = recognise(turn.received, turn.label)
        if found is None or turn is inside:
            continue
        if found == "postgresql" and len(turn.received) == 1 and talks_first:
            continue  # one letter is an answer only from a server that waits to be asked
        if found in ("tls", "tlcp"):
            deeper = _deeper(inside)
            banner = _banner(inside) if inside is not None and deeper is not None else None
            return {"service": [ServiceFacts(protocol=deeper or found, tls=True, banner=banner)]}
        return {"service": [ServiceFacts(protocol=found, tls=False, banner=_banner(turn))]}
    spoken = next((turn for turn in exchange.turns if turn.received), None)
    return {"service": [ServiceFacts(banner=_banner(spoken) if spoken is not None else None)]}


def _deeper(inside: Turn | None) -> str | None:
    if inside is None:
        return None
    found = recognise(inside.received, inside.label.removeprefix("inside:"))
    return None if found in ("tls", "tlcp") else found


def _banner(turn: Turn) -> str | None:
    """The first line of text that the server said; for HTTP its Server header."""
    data = turn.received
    if data.startswith((b"HTTP/", b"RTSP/", b"SIP/")):
        for line in data.split(b"\r\n\r\n")[0].split(b"\r\n"):
            if line[:7].lower() == b"server:":
                return printable(line[7:]) or None
    if data[3:5] in (b"\x00\x0a", b"\x00\xff"):
        return printable(data[5:69].split(b"\0")[0]) or None
    lines = [line for line in data[:1024].split(b"\n") if printable(line)]
    return printable(lines[0]) if lines else None


PROBE = Probe(
    name="service",
    table="service",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    connections=3,
    packets=30,
    deadline=20.0,
)
