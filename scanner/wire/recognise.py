"""Which protocol an answer is of, from its own bytes. The port never counts; what was asked only tells answers apart
that are too short to tell themselves."""

import re
from collections.abc import Callable

GREETINGS: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.S))
    for name, pattern in (
        ("ssh", rb"(?:[^\n]{0,512}\n){0,20}SSH-\d\.\d+-"),
        ("http", rb"HTTP/1\.[01] \d{3}"),
        ("rtsp", rb"RTSP/1\.0 \d{3}"),
        ("sip", rb"SIP/2\.0 \d{3}"),
        ("vnc", rb"RFB \d{3}\.\d{3}\n"),
        ("rsync", rb"@RSYNCD: \d"),
        ("pop3", rb"\+OK[ \r]"),
        ("imap", rb"\* (?:OK|PREAUTH|BYE)[ \r]"),
        ("smtp", rb"(?:220|554)[ -][^\n]*(?i:smtp|mail|postfix|exim|sendmail)"),
        ("ftp", rb"(?:220|530|421)[ -]"),
        (
            "redis",
            rb"(?:\+PONG\r\n|-NOAUTH|-DENIED|-ERR unknown command|-ERR wrong number|-ERR operation not permitted)",
        ),
        ("redis", rb"-MISCONF|-LOADING "),
        ("memcached", rb"(?:VERSION [0-9]|ERROR\r\n|CLIENT_ERROR )"),
        ("zookeeper", rb"(?:Zookeeper version: |This ZooKeeper instance|imok|srvr is not executed)"),
        ("telnet", rb"\xff[\xfb-\xfe]."),
        ("telnet", rb"(?i)[^\x00]{0,1024}(?:login|username|user name|password): ?(?:\xff..)*\Z"),
        ("modbus", rb"\x00\x01\x00\x00\x00.[\x00-\xff]?(?:\x2b\x0e|\xab)"),
        ("opcua", rb"(?:ACKF|ERRF)"),
        ("iec104", rb"\x68\x04(?:\x83|\x43)\x00\x00\x00"),
        ("ethernetip", rb"\x63\x00..[\x00-\xff]{8}\x00{8}"),
        ("x11", rb"[\x00\x01\x02].\x0b\x00\x00\x00"),
        ("dnp3", rb"\x05\x64[\x05-\xff]"),
        ("xmpp", rb"(?:<\?xml[^>]{0,100}>\s{0,4})?<stream:(?:stream|error|features)[\s>]"),
        ("elasticsearch", rb"This is not an HTTP port"),
    )
)
# What servers say to plain HTTP where they speak HTTP inside TLS only.
WRONG_SCHEME = (b"plain HTTP request", b"HTTP request to an HTTPS", b"Client sent an HTTP request")
TLS_ANSWER = re.compile(rb"(?:\x16\x03[\x00-\x04]..\x02|\x15\x03[\x00-\x04]\x00\x02[\x01\x02].)", re.S)
TLCP_ANSWER = re.compile(rb"(?:\x16\x01\x01..\x02|\x15\x01\x01\x00\x02[\x01\x02].)", re.S)


REPLY_OF_LINES = re.compile(rb"(\d{3})-")


def reply_goes_on(data: bytes) -> bool:
    """Has a reply of several lines (RFC 959 4.2, RFC 5321 4.2.1) begun, and not ended? That it begins so names no protocol yet."""
    begun = REPLY_OF_LINES.match(data)
    return begun is not None and re.search(rb"\n" + begun[1] + rb"(?: [^\n]*|\r)?\n", data) is None


def _mysql(data: bytes) -> bool:
    """A protocol 10 greeting, or an error before it (host not allowed, too many connections)."""
    if len(data) < 8 or data[3] not in (0, 1) or int.from_bytes(data[:3], "little") > 4096:
        return False
    if data[4] == 0xFF:
        return 1000 <= int.from_bytes(data[5:7], "little") < 4000 and data[7:8].isascii()
    return data[4] == 10 and b"\0" in data[5:69]


def _mqtt(data: bytes) -> bool:
    return len(data) >= 4 and data[0] == 0x20 and data[1] in (2, 3) and data[2] < 2 and (data[3] < 6 or data[3] >= 0x80)


def _postgresql_error(data: bytes) -> bool:
    return data[:1] == b"E" and b"SFATAL" in data[:64] and b"\0C" in data[:64]


def _mongodb(data: bytes) -> bool:
    if b"It looks like you are trying to access MongoDB over HTTP" in data[:256]:
        return True
    return (
        len(data) >= 16
        and int.from_bytes(data[12:16], "little") in (1, 2013)
        and b"\0ok\0" in data.replace(b"\x01ok", b"\0ok")
    )


def _rdp(data: bytes) -> bool:
    return data[:2] == b"\x03\x00" and len(data) >= 11 and data[5] == 0xD0 and len(data) in (11, 19)


def _s7(data: bytes) -> bool:
    return data[:2] == b"\x03\x00" and len(data) >= 7 and data[5] == 0xD0 and len(data) not in (11, 19)


def _smb(data: bytes) -> bool:
    return data[4:8] in (b"\xfeSMB", b"\xffSMB")


def _ldap(data: bytes) -> bool:
    return re.match(rb"\x30(?:[\x00-\x7f]|\x84....|\x82..|\x81.)\x02\x01\x01[\x64\x65]", data, re.S) is not None


def _tds(data: bytes) -> bool:
    return data[:2] == b"\x04\x01" and len(data) > 16 and data[8] == 0


def _tns(data: bytes) -> bool:
    return len(data) >= 8 and data[4] in (2, 4, 5, 11) and data[2:4] == b"\0\0" and data[5:8] == b"\0\0\0"


def _portmap(data: bytes) -> bool:
    return len(data) >= 12 and data[4:8] == b"\x43\x4a\x00\x01" and data[8:12] == b"\x00\x00\x00\x01"


SHAPES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("mysql", _mysql),
    ("mqtt", _mqtt),
    ("postgresql", _postgresql_error),
    ("mongodb", _mongodb),
    ("smb", _smb),
    ("ldap", _ldap),
    ("mssql", _tds),
    ("portmapper", _portmap),
    ("rdp", _rdp),
    ("s7", _s7),
)


def recognise(data: bytes, asked: str = "") -> str | None:
    """The protocol of an answer, or None. `asked` is the opening that was sent (the label of its turn)."""
    if not data:
        return None
    if asked == "postgresql" and data in (b"S", b"N"):
        return "postgresql"
    if TLS_ANSWER.match(data):
        return "tls"
    if TLCP_ANSWER.match(data):
        return "tlcp"
    goes_on = reply_goes_on(data)
    for name, pattern in GREETINGS:
        if pattern.match(data) and not (goes_on and name in ("ftp", "smtp")):
            return _http_kind(data) if name == "http" else name
    for name, shape in SHAPES:
        if shape(data):
            return name
    return "oracle" if asked == "oracle" and _tns(data) else None


HTTP_KINDS: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.I | re.S))
    for name, pattern in (
        ("elasticsearch", rb"\"(?:tagline|lucene_version)\"|x-elastic-product: |realm=\"security\" charset"),
        ("docker", rb"\r\nserver: docker/|\"message\":\"page not found\"\}"),
        ("etcd", rb"\"etcdserver\""),
        ("influxdb", rb"\r\nx-influxdb-version: "),
        ("consul", rb"<a href=\"/ui/\">moved permanently|\r\nx-consul-"),
        ("prometheus", rb"<a href=\"/(?:graph|query)\">found</a>|<title>prometheus time series"),
        ("kubernetes", rb"\"kind\": ?\"status\".{0,200}\"apiversion\": ?\"v1\"|\r\naudit-id: "),
        ("hadoop", rb"<title>(?:hadoop administration|all applications|namenode information)|url=/?dfshealth"),
        ("nacos", rb"<title>nacos"),
    )
)


def _http_kind(data: bytes) -> str | None:
    """A service of its own behind HTTP, where its front page says so; else http. None where HTTP is wanted inside TLS."""
    if any(words in data[:4096] for words in WRONG_SCHEME):
        return None
    return next((name for name, pattern in HTTP_KINDS if pattern.search(data[:32768])), "http")
