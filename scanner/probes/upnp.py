"""UPnP: does the device answer a search sent to it alone? (UPnP Device Architecture 2.0, 1.3.2 unicast M-SEARCH)"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.upnp import UpnpFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.reader import printable


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One datagram, a few answers."""
    who = "".join(letter for letter in asking.contact if letter.isprintable()) or "no contact stated"
    host = f"{recorder.endpoint.address}:{recorder.endpoint.port}"
    search = (
        f'M-SEARCH * HTTP/1.1\r\nHOST: {host}\r\nMAN: "ssdp:discover"\r\nST: upnp:rootdevice\r\n'
        f"USER-AGENT: chengjian/0.1 ({who})\r\n\r\n"
    )
    await recorder.datagram("search", search.encode(), answers=4, limit=4096, timeout=1.5, tries=1)


def interpret(exchange: Exchange) -> dict[str, list[UpnpFacts]]:
    """Pure. Raises NotUnderstood where no answer is SSDP."""
    answers = [
        turn.received
        for turn in exchange.turns
        if turn.received.startswith(b"HTTP/1.1 200") and re.search(rb"(?im)^(?:st|usn):", turn.received)
    ]
    if not answers:
        raise NotUnderstood("not SSDP")
    return {
        "upnp": [
            UpnpFacts(
                answers=True,
                server=_header(answers[0], b"server"),
                location=_header(answers[0], b"location"),
                devices=len({_header(answer, b"usn") for answer in answers}),
            )
        ]
    }


def _header(data: bytes, name: bytes) -> str | None:
    found = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]{1,512})", data)
    return printable(found[1]) or None if found else None


PROBE = Probe(name="upnp", table="upnp", transport="udp", collect=collect, interpret=interpret, packets=1)
