"""CoAP: is the resource directory readable without protection? One confirmable GET of /.well-known/core (RFC 7252, RFC 6690)."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.coap import CoapFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.reader import Reader

IDENTIFIER = b"\x63\x6a"
REQUEST = b"\x41\x01" + IDENTIFIER + b"\x01" + b"\xbb.well-known\x04core"
CONTENT = 69
# LwM2M objects that every client lists: security, server, access control, device, firmware (OMA registry).
LWM2M = re.compile(rb"<(?:/rd)?/(?:[0-5])(?:/\d{1,5})?>|rt=\"oma\.lwm2m\"|</rd>")


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One datagram."""
    await recorder.datagram("directory", REQUEST, limit=8192, timeout=1.0, tries=2)


def interpret(exchange: Exchange) -> dict[str, list[CoapFacts]]:
    """Pure. Raises NotUnderstood where the answer is not CoAP."""
    turn = exchange.turn("directory")
    reader = Reader(turn.received if turn is not None else b"")
    first, code = reader.number(1), reader.number(1)
    if first >> 6 != 1 or first & 15 > 8 or (code and not 2 <= code >> 5 <= 5):
        raise NotUnderstood("not CoAP")
    if reader.take(2) != IDENTIFIER and first >> 4 & 3 in (2, 3):
        raise NotUnderstood("an answer to another question")
    body = _payload(reader, first & 15)
    readable = code == CONTENT
    return {
        "coap": [
            CoapFacts(
                answers=True,
                code=code,
                readable=readable if code else None,
                resources=len(re.findall(rb"<[^<>]{1,256}>", body)) if readable else None,
                lwm2m=LWM2M.search(body) is not None if readable else None,
            )
        ]
    }


def _payload(reader: Reader, token: int) -> bytes:
    """Behind the token and the options (RFC 7252 3.1)."""
    reader.take(min(token, reader.left))
    while reader.left:
        head = reader.number(1)
        if head == 0xFF:
            return reader.rest()
        sizes = []
        for nibble in (head >> 4, head & 15):
            if nibble == 15:
                raise NotUnderstood("a reserved option")
            sizes.append(reader.number(1) + 13 if nibble == 13 else reader.number(2) + 269 if nibble == 14 else nibble)
        reader.take(sizes[1])
    return b""


PROBE = Probe(name="coap", table="coap", transport="udp", collect=collect, interpret=interpret, packets=2)
