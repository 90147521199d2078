"""SIP and GB/T 28181: OPTIONS, and with the act `sip-register` one REGISTER without credentials (RFC 3261, GB/T 28181-2022 9.1,
GB 35114-2017 annex C). A binding that was accepted is of no duration: Expires is 0."""

import re

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Exchange, Turn
from inventory.facts.sip import SipFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import sip_options
from scanner.wire.reader import printable

ACT = "sip-register"
DEVICE = (
    "45010000001320000001"  # a 20-digit identifier of type 132 (IPC), serial 000001, in the form of GB/T 28181 annex E
)
SERVER = "45010000002000000001"


def register(address: str, port: int, contact: str) -> bytes:
    """REGISTER without credentials and without duration: it asks to be challenged."""
    who = "".join(letter for letter in contact if letter.isprintable()) or "no contact stated"
    domain = SERVER[:10]
    return (
        f"REGISTER sip:{SERVER}@{domain} SIP/2.0\r\nVia: SIP/2.0/UDP 0.0.0.0:5060;branch=z9hG4bKchengjian2;rport\r\n"
        f"From: <sip:{DEVICE}@{domain}>;tag=cj2\r\nTo: <sip:{DEVICE}@{domain}>\r\nCall-ID: chengjian-2\r\n"
        f"CSeq: 1 REGISTER\r\nContact: <sip:{DEVICE}@{address}:{port}>\r\nMax-Forwards: 1\r\n"
        f"User-Agent: chengjian/0.1 ({who})\r\nExpires: 0\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One datagram for each."""
    where, heard = recorder.endpoint, False
    payloads = [("options", sip_options(where.address, where.port, asking.contact))]
    if ACT in asking.acts:
        payloads.append(("register", register(where.address, where.port, asking.contact)))
    for label, payload in payloads:
        try:
            heard = bool(await recorder.datagram(label, payload, limit=8192, timeout=1.0, tries=2)) or heard
        except Silent:
            continue
    if not heard:
        raise Silent("no SIP answer")


def _status(turn: Turn | None) -> int | None:
    found = re.match(rb"SIP/2\.0 (\d{3}) ", turn.received) if turn is not None else None
    return int(found[1]) if found else None


def _headers(turn: Turn | None, name: bytes) -> list[str]:
    if turn is None:
        return []
    head = turn.received.partition(b"\r\n\r\n")[0]
    return [
        printable(found[1], 1024) for found in re.finditer(rb"(?im)^(?:" + name + rb"):[ \t]*([^\r\n]{1,2048})", head)
    ]


def interpret(exchange: Exchange) -> dict[str, list[SipFacts]]:
    """Pure. Raises NotUnderstood where no answer is SIP."""
    options, registered = exchange.turn("options"), exchange.turn("register")
    status, answer = _status(options), _status(registered)
    if status is None and answer is None:
        raise NotUnderstood("not SIP")
    challenges = [
        value for turn in (registered, options) for value in _headers(turn, b"www-authenticate|proxy-authenticate")
    ]
    scheme = [value.split(" ")[0].lower() for value in challenges]
    algorithm = re.search(r"algorithm=\"?([\w:-]{1,32})", " ".join(challenges), re.I)
    realm = re.search(r'realm="([^"]{0,128})"', " ".join(challenges), re.I)
    servers = [value for turn in (options, registered) for value in _headers(turn, b"server|user-agent")]
    digest = "digest" in scheme
    told = answer is not None and answer >= 200
    return {
        "sip": [
            SipFacts(
                answers=True,
                server=servers[0][:128] if servers else None,
                status=status,
                register_status=answer,
                register_open=200 <= (answer or 0) < 300 if told else None,
                digest=digest if challenges or told else None,
                digest_algorithm=(algorithm[1].lower() if algorithm else "md5") if digest else None,
                certificate_authentication=any(word in ("capability", "unidirection", "bidirection") for word in scheme)
                if challenges or told
                else None,
                realm=realm[1] if realm else None,
                gb28181=_is_gb28181(realm[1] if realm else "", servers, registered),
            )
        ]
    }


def _is_gb28181(realm: str, servers: list[str], registered: Turn | None) -> bool | None:
    """The realm is a centre code (10 digits) or an identifier (20 digits), or the server says so; None where nothing tells."""
    if re.fullmatch(r"\d{8}|\d{10}|\d{20}", realm) or any(re.search(r"28181|gb28", text, re.I) for text in servers):
        return True
    return False if realm else None


PROBE = Probe(name="sip", table="sip", transport="udp", collect=collect, interpret=interpret, packets=4)
