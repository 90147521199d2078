"""Which protocol a conversation speaks, by what either side said first; a port only where the bytes have the right form too."""

import re
from collections.abc import Callable

from scanner.capture.talk import Talk
from scanner.wire.recognise import recognise

CLIENT_SIGNS: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.S))
    for name, pattern in (
        (
            "http",
            rb"(?:GET|POST|HEAD|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PROPFIND) [^\r\n]{1,4000} HTTP/1\.[01]\r\n",
        ),
        ("rtsp", rb"(?:OPTIONS|DESCRIBE|SETUP|PLAY|ANNOUNCE) [^\r\n]{1,1000} RTSP/1\.0\r\n"),
        (
            "sip",
            rb"(?:REGISTER|INVITE|OPTIONS|MESSAGE|SUBSCRIBE|NOTIFY|ACK|BYE|CANCEL|INFO|PUBLISH) sips?:[^\r\n]{1,500} SIP/2\.0\r\n",
        ),
        ("sip", rb"SIP/2\.0 \d{3} "),
        ("upnp", rb"(?:M-SEARCH|NOTIFY) \* HTTP/1\.1\r\n"),
        ("tls", rb"\x16\x03[\x00-\x04]..\x01"),
        ("tlcp", rb"\x16\x01\x01..\x01"),
        ("ssh", rb"SSH-\d\.\d+-"),
        ("mqtt", rb"\x10.{1,4}?\x00(?:\x04MQTT[\x03-\x05]|\x06MQIsdp\x03)"),
        ("smb", rb"\x00.{3}(?:\xfe|\xff)SMB"),
        ("rdp", rb"\x03\x00..[\x06-\xff]\xe0\x00\x00..\x00(?:Cookie: |\x01)"),
        ("s7", rb"\x03\x00..\x02\xf0\x80\x32|\x03\x00..\x11\xe0.{0,80}?\x03\x00..\x02\xf0\x80\x32"),
        ("iec104", rb"\x68[\x04-\xfd](?:[\x03\x07\x0b\x13\x23\x43\x83]\x00\x00\x00|.\x00..|[\x01].{3})"),
        ("dnp3", rb"\x05\x64[\x05-\xff][\x00-\xff]"),
        ("ethernetip", rb"(?:\x63|\x65|\x6f|\x70|\x04)\x00..[\x00-\xff]{4}\x00{4}"),
        ("opcua", rb"HELF....\x00{4}"),
        ("redis", rb"\*\d{1,4}\r\n\$\d{1,6}\r\n"),
        ("postgresql", rb"\x00\x00\x00[\x08-\xff](?:\x04\xd2\x16\x2f|\x00\x03\x00\x00user\x00)"),
        ("mssql", rb"\x12\x01..\x00\x00[\x00\x01]\x00\x00\x00"),
        (
            "ldap",
            rb"\x30(?:[\x00-\x7f]|\x84....|\x82..|\x81.)\x02(?:\x01.|\x02..|\x03...|\x04....)[\x60\x63\x77]",
        ),
        (
            "mms",
            rb"(?:\x03\x00..[\x06-\x30]\xe0.{0,80}?)?\x03\x00..\x02\xf0\x80(?:\x01\x00\x01\x00\x61|\x0d.{1,3}\x05\x06\x13\x01)",
        ),
        ("kerberos", rb"\x00\x00..[\x6a\x6c]\x81?.{1,3}\x30.{1,3}\xa1\x03\x02\x01\x05"),
        ("dcerpc", rb"\x05[\x00\x01][\x00\x0b\x0e].\x10\x00\x00\x00"),
        ("xmpp", rb"(?:<\?xml[^>]{0,100}>\s{0,4})?<stream:stream "),
        ("fins", rb"FINS\x00\x00"),
        ("synphasor", rb"\xaa[\x01-\x04\x11-\x14\x21-\x24\x31-\x34\x41-\x44\x51-\x54].{12}"),
        ("socks", rb"\x05[\x01-\x04][\x00-\x03]{1,4}(?:\x05\x01\x00[\x01\x03\x04]|\Z)"),
        ("smtp", rb"(?:EHLO|HELO) [^\r\n]{1,255}\r\n"),
        ("memcached", rb"(?:stats|version|get [^\r\n]{1,250})\r\n"),
        ("zookeeper", rb"(?:ruok|srvr|stat|mntr)\Z"),
    )
)
SOUND_ON_PORT: tuple[tuple[str, int, re.Pattern[bytes]], ...] = tuple(
    (name, port, re.compile(pattern, re.S))
    for name, port, pattern in (
        ("dnp3", 20000, rb"\x05\x64[\x05-\xff][\x00-\xff]"),
        ("hart_ip", 5094, rb"[\x01\x02][\x00-\x02][\x00-\x04\x80]."),
        ("ads", 48898, rb"\x00\x00[\x20-\xff]..\x00.{26}"),
        ("fins", 9600, rb"[\x80\x81\xc0\xc1]\x00[\x00-\x07].{7}"),
    )
)
FTP_LOGIN = re.compile(rb"USER [^\r\n]{1,255}\r\n(?:PASS|SYST|PWD|TYPE|CWD|PASV|EPSV|PORT|EPRT|FEAT)\b", re.I)
MODBUS = re.compile(rb"..\x00\x00\x00[\x02-\xff].[\x01-\x2b]", re.S)


def _dns(data: bytes) -> bool:
    if len(data) < 12:
        return False
    questions, answers = int.from_bytes(data[4:6], "big"), int.from_bytes(data[6:8], "big")
    return questions <= 8 and answers <= 64 and questions + answers > 0 and not data[3] & 0x40


def _ntp(data: bytes) -> bool:
    return (len(data) >= 48 and 1 <= data[0] & 7 <= 5 and 1 <= data[0] >> 3 & 7 <= 4) or (
        len(data) >= 8 and data[0] & 7 in (6, 7) and data[0] >> 3 & 7 <= 4
    )


def _snmp(data: bytes) -> bool:
    return re.match(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..)\x02\x01[\x00\x01\x03]", data, re.S) is not None


def _radius(data: bytes) -> bool:
    return len(data) >= 20 and data[0] in (1, 2, 3, 4, 5, 11, 12) and int.from_bytes(data[2:4], "big") >= 20


def _coap(data: bytes) -> bool:
    return len(data) >= 4 and data[0] >> 6 == 1 and data[0] & 15 <= 8


def _bacnet(data: bytes) -> bool:
    return len(data) >= 6 and data[0] == 0x81 and data[1] <= 0x0B and data[4] == 1


def _tftp(data: bytes) -> bool:
    return re.match(rb"\x00[\x01\x02][ -~]{1,200}\x00(?i:octet|netascii|mail)\x00", data) is not None


DATAGRAMS: tuple[tuple[str, tuple[int, ...], Callable[[bytes], bool]], ...] = (
    ("dns", (53,), _dns),
    ("mdns", (5353,), _dns),
    ("llmnr", (5355,), _dns),
    ("netbios", (137,), _dns),
    ("ntp", (123,), _ntp),
    ("snmp", (161, 162), _snmp),
    ("radius", (1812, 1813, 1645, 1646), _radius),
    ("coap", (5683,), _coap),
    ("bacnet", tuple(range(47808, 47824)), _bacnet),
    ("tftp", (69,), _tftp),
    ("dhcp", (67, 68), lambda data: len(data) >= 240 and data[236:240] == b"\x63\x82\x53\x63"),
    ("syslog", (514,), lambda data: re.match(rb"<\d{1,3}>", data) is not None),
    ("ipmi", (623,), lambda data: data[:1] == b"\x06" and len(data) >= 4),
    ("dhcpv6", (546, 547), lambda data: len(data) >= 4 and 1 <= data[0] <= 13),
    ("netbios", (138,), lambda data: len(data) >= 14 and 0x10 <= data[0] <= 0x12),
    ("hsrp", (1985,), lambda data: len(data) >= 20 and data[0] <= 1),
    ("kerberos", (88,), lambda data: re.match(rb"[\x6a\x6b\x6c\x6d\x7e]\x82?.{1,3}\x30", data, re.S) is not None),
    ("ethernetip", (44818, 2222), lambda data: re.match(rb"[\x04\x63\x64]\x00..\x00{4}", data, re.S) is not None),
    ("iked", (500, 4500), lambda data: len(data) >= 28 and data[17] in (0x10, 0x20)),
)


ANY_PORT: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.S))
    for name, pattern in (
        ("stun", rb"[\x00\x01]..[\x00\x04\x08\x0c-\xfc]\x21\x12\xa4\x42"),
        ("dtls", rb"\x16(?:\xfe\xff|\xfe\xfd)\x00\x00.{8}[\x01\x02\x03]"),
        ("quic", rb"[\xc0-\xff](?:\x00\x00\x00\x01|\x6b\x33\x43\xcf)[\x00-\x14]"),
        ("wireguard", rb"(?:\x01\x00\x00\x00.{144}|\x02\x00\x00\x00.{88})"),
    )
)


def protocol_of(talk: Talk) -> str | None:
    """The protocol, or None where nothing tells."""
    up, down = bytes(talk.up), bytes(talk.down)
    if talk.transport == "udp":
        return _datagram(talk.server_port, up, down)
    if talk.server_port == 502 and (MODBUS.match(up) or MODBUS.match(down)):
        return "modbus"
    for name, pattern in CLIENT_SIGNS:
        if name not in ("upnp", "dnp3", "iec104", "ethernetip") and pattern.match(up):
            return name
    for name, port in (("dnp3", 20000), ("iec104", 2404), ("ethernetip", 44818)):
        sign = next(pattern for word, pattern in CLIENT_SIGNS if word == name)
        if (name == "dnp3" or talk.server_port == port) and (sign.match(up) or sign.match(down)):
            return name
    for name, port, sign in SOUND_ON_PORT:
        if talk.server_port == port and (sign.match(up) or sign.match(down)):
            return name
    if talk.server_port == 53 and (_dns(up[2:]) or _dns(down[2:])):
        return "dns"
    found = recognise(down[:1024], "greeting") if down else None
    if found is None and not down and FTP_LOGIN.match(up):
        return "ftp"
    return None if found in ("modbus", "x11", "rdp", "iec104", "s7") else found


def _datagram(port: int, up: bytes, down: bytes) -> str | None:
    for name in ("sip", "upnp"):
        if any(pattern.match(up) or pattern.match(down) for word, pattern in CLIENT_SIGNS if word == name):
            return name
    for name, ports, looks in DATAGRAMS:
        if port in ports and (looks(up) if up else looks(down)):
            return name
    for name, known, sign in SOUND_ON_PORT:
        if port == known and (sign.match(up) or sign.match(down)):
            return name
    return next((name for name, sign in ANY_PORT if sign.match(up) or sign.match(down)), None)
