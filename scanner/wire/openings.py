"""The first words of protocols in which the client speaks first: short, well-formed, identify only."""

from scanner.wire.ber import pack, pack_identifier, pack_integer
from scanner.wire.http import request
from scanner.wire.suites import TLS13, offered_order
from scanner.wire.tls import TLS12, X25519, client_hello
from scanner.wire.tls import TLS13 as TLS13_VERSION
from scanner.wire.tls13 import share

ALL_VERSIONS = (0x0304, 0x0303, 0x0302, 0x0301)
REDIS_PING = b"*1\r\n$4\r\nPING\r\n"
MEMCACHED_VERSION = b"version\r\n"
ZOOKEEPER_SRVR = b"srvr"
POSTGRESQL_TLS = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
RTSP_OPTIONS = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"
# MQTT CONNECT with protocol level 0x7F, which no broker speaks: a CONNACK says so and no session begins (MQTT-3.1.2-2).
MQTT_UNKNOWN_LEVEL = b"\x10\x16\x00\x04MQTT\x7f\x02\x00\x0f\x00\x0achengjian0"
RDP_REQUEST = b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"
X11_SETUP = b"l\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00"
MODBUS_IDENTIFY = b"\x00\x01\x00\x00\x00\x05\x01\x2b\x0e\x01\x00"
S7_CONNECT = b"\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02"
IEC104_TEST = b"\x68\x04\x43\x00\x00\x00"
ETHERNETIP_IDENTITY = b"\x63\x00\x00\x00" + bytes(20)
PORTMAP_DUMP = (
    b"\x80\x00\x00\x28\x43\x4a\x00\x01"
    + bytes(4)
    + b"\x00\x00\x00\x02\x00\x01\x86\xa0"
    + (b"\x00\x00\x00\x02\x00\x00\x00\x04" + bytes(16))
)
TDS_PRELOGIN = (
    b"\x12\x01\x00\x2f\x00\x00\x01\x00\x00\x00\x1a\x00\x06\x01\x00\x20\x00\x01\x02\x00\x21\x00\x01\x03\x00\x22\x00\x04"
    b"\x04\x00\x26\x00\x01\xff\x11\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)


def ldap_root() -> bytes:
    """LDAP search of the root entry, base scope, a few attributes (RFC 4512 5.1)."""
    names = (
        b"namingContexts",
        b"supportedExtension",
        b"vendorName",
        b"supportedSASLMechanisms",
        b"supportedLDAPVersion",
        b"rootDomainNamingContext",
    )
    search = (
        pack(4, b"") + pack_integer(0, 10) + pack_integer(0, 10) + pack_integer(1) + pack_integer(5) + b"\x01\x01\0"
    )
    search += pack(0x87, b"objectClass") + pack(0x30, b"".join(pack(4, name) for name in names))
    return pack(0x30, pack_integer(1) + pack(0x63, search))


def ldap_start_tls() -> bytes:
    """LDAP extended request StartTLS (RFC 4511 4.14)."""
    return pack(0x30, pack_integer(2) + pack(0x77, pack(0x80, b"1.3.6.1.4.1.1466.20037")))


def document(entries: dict[str, int | str]) -> bytes:
    """A BSON document of numbers (int32) and strings."""
    body = b""
    for name, value in entries.items():
        if isinstance(value, int):
            body += b"\x10" + name.encode() + b"\0" + value.to_bytes(4, "little", signed=True)
        else:
            text = value.encode() + b"\0"
            body += b"\x02" + name.encode() + b"\0" + len(text).to_bytes(4, "little") + text
    return (len(body) + 5).to_bytes(4, "little") + body + b"\0"


def mongodb_command(number: int, entries: dict[str, int | str]) -> bytes:
    """A MongoDB OP_MSG with one command on the admin database."""
    body = bytes(4) + b"\0" + document({**entries, "$db": "admin"})
    head = (
        (16 + len(body)).to_bytes(4, "little") + number.to_bytes(4, "little") + bytes(4) + (2013).to_bytes(4, "little")
    )
    return head + body


def smb_negotiate(dialects: tuple[int, ...]) -> bytes:
    """SMB 2 or 3 NEGOTIATE in its TCP frame (MS-SMB2 2.2.3)."""
    head = b"\xfeSMB" + (64).to_bytes(2, "little") + bytes(8) + b"\x01\x00" + bytes(48)
    guid = bytes.fromhex("6368656e676a69616e2d7363616e0001")
    body = (36).to_bytes(2, "little") + len(dialects).to_bytes(2, "little") + b"\x01\x00\x00\x00" + b"\x40\x00\x00\x00"
    codes = b"".join(code.to_bytes(2, "little") for code in dialects)
    if 0x0311 in dialects:
        offset = (64 + 36 + len(codes) + 7) // 8 * 8
        context = b"\x01\x00\x26\x00" + bytes(4) + b"\x01\x00\x20\x00\x01\x00" + bytes.fromhex("c1" * 32)
        body += guid + offset.to_bytes(4, "little") + b"\x01\x00\x00\x00" + codes
        body = body.ljust(offset - 64, b"\0") + context
    else:
        body += guid + bytes(8) + codes
    message = head + body
    return len(message).to_bytes(4, "big") + message


def smb1_negotiate() -> bytes:
    """SMB 1 NEGOTIATE offering NT LM 0.12 alone (MS-CIFS 2.2.4.52)."""
    names = b"\x02NT LM 0.12\0"
    head = b"\xffSMB\x72" + bytes(4) + b"\x18\x01\xc8" + bytes(12) + b"\xff\xff\xfe\xff\x00\x00\x00\x00"
    message = head + b"\x00" + len(names).to_bytes(2, "little") + names
    return len(message).to_bytes(4, "big") + message


def opcua_hello(address: str, port: int) -> bytes:
    """OPC UA TCP Hello (OPC 10000-6, 7.1.2.3)."""
    url = f"opc.tcp://{address}:{port}".encode()
    sizes = b"".join(number.to_bytes(4, "little") for number in (0, 65535, 65535, 0, 0))
    body = sizes + len(url).to_bytes(4, "little") + url
    return b"HELF" + (8 + len(body)).to_bytes(4, "little") + body


def sip_options(address: str, port: int, contact: str) -> bytes:
    """SIP OPTIONS over TCP or UDP (RFC 3261 11)."""
    who = "".join(letter for letter in contact if letter.isprintable()) or "no contact stated"
    return (
        f"OPTIONS sip:{address}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 0.0.0.0:5060;branch=z9hG4bKchengjian1;rport\r\n"
        f"From: <sip:chengjian@invalid>;tag=cj1\r\nTo: <sip:{address}:{port}>\r\nCall-ID: chengjian-1\r\n"
        f"CSeq: 1 OPTIONS\r\nMax-Forwards: 1\r\nUser-Agent: chengjian/0.1 ({who})\r\nAccept: application/sdp\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


def oracle_version() -> bytes:
    """TNS CONNECT that asks the listener for its version and for nothing else."""
    data = b"(CONNECT_DATA=(COMMAND=VERSION))"
    head = b"\x01\x36\x01\x2c\x00\x00\x08\x00\x7f\xff\x7f\x08\x00\x00\x00\x01" + len(data).to_bytes(2, "big")
    head += b"\x00\x3a\x00\x00\x00\x00\x00\x00" + bytes(24)
    body = head + data
    return (8 + len(body)).to_bytes(2, "big") + b"\x00\x00\x01\x00\x00\x00" + body


def tls_any() -> bytes:
    """A hello for whatever TLS a server speaks, 1.2 and below or 1.3."""
    return client_hello(TLS13_VERSION, [*TLS13, *offered_order(TLS12)], shares=(share(X25519),), versions=ALL_VERSIONS)


def http_get(host: str, contact: str) -> bytes:
    """GET of the front page."""
    return request("/", host, contact)


def snmp_get(community: bytes, version: int, identifiers: tuple[str, ...], number: int = 1) -> bytes:
    """SNMP GetRequest, version 0 (v1) or 1 (v2c) (RFC 1157, RFC 1905)."""
    bindings = b"".join(pack(0x30, pack_identifier(name) + pack(5, b"")) for name in identifiers)
    inside = pack_integer(number) + pack_integer(0) + pack_integer(0) + pack(0x30, bindings)
    return pack(0x30, pack_integer(version) + pack(4, community) + pack(0xA0, inside))


def snmp_next(community: bytes, version: int, identifiers: tuple[str, ...], number: int = 2) -> bytes:
    """SNMP GetNextRequest for some objects."""
    bindings = b"".join(pack(0x30, pack_identifier(name) + pack(5, b"")) for name in identifiers)
    inside = pack_integer(number) + pack_integer(0) + pack_integer(0) + pack(0x30, bindings)
    return pack(0x30, pack_integer(version) + pack(4, community) + pack(0xA1, inside))


def snmp_discovery() -> bytes:
    """SNMPv3 engine discovery: an empty request without authentication, answered with a report (RFC 3414 4)."""
    data = pack_integer(1) + pack_integer(65507) + pack(4, b"\x04") + pack_integer(3)
    security = pack(4, b"") + pack_integer(0) + pack_integer(0) + pack(4, b"") + pack(4, b"") + pack(4, b"")
    inside = (
        pack(4, b"") + pack(4, b"") + pack(0xA0, pack_integer(1) + pack_integer(0) + pack_integer(0) + pack(0x30, b""))
    )
    return pack(0x30, pack_integer(3) + pack(0x30, data) + pack(4, pack(0x30, security)) + pack(0x30, inside))
