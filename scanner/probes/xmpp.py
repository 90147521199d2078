"""XMPP: the features of a stream before anybody logs in (RFC 6120 4.3.2); nobody logs in and nobody is registered."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.xmpp import XmppFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.http import any_tls
from scanner.wire.reader import printable
from scanner.wire.xmpp import FEATURES, STREAM, offers_tls, stream_header

MECHANISM = re.compile(rb"<mechanism[^>]{0,128}>\s{0,16}([A-Z0-9_-]{1,32})\s{0,16}</mechanism>")
REQUIRED = re.compile(rb"<starttls[^>]{0,128}>\s{0,16}<required")
GOODBYE = b"</stream:stream>"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: open a stream, read the features, close it."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    header = stream_header(asking.server_name or recorder.endpoint.address)

    def whole(data: bytes) -> int | None:
        return len(data) if FEATURES.search(data) else None

    async with recorder.connection(tls=inside) as connection:
        await connection.ask_exactly("stream", header, whole, limit=16384, timeout=4.0)
        await connection.ask("goodbye", GOODBYE, until=b">", limit=1024, timeout=0.5)


def interpret(exchange: Exchange) -> dict[str, list[XmppFacts]]:
    """Pure. Raises NotUnderstood where no stream is opened. A server that does not know the domain tells no features."""
    turn = exchange.turn("stream")
    data = turn.received if turn is not None else b""
    opened = STREAM.search(data)
    if opened is None:
        raise NotUnderstood("not an XMPP stream")
    domain = re.search(rb"\bfrom=['\"]([^'\"]{1,255})['\"]", opened[0])
    tls = exchange.notes.get("tls") == "yes"
    told = offers_tls(data)
    names = [found[1].decode() for found in MECHANISM.finditer(data)]
    facts = XmppFacts(answers=True, domain=printable(domain[1]) or None if domain else None, tls=tls)
    if told is None:
        return {"xmpp": [facts]}
    return {
        "xmpp": [
            facts.model_copy(
                update={
                    "start_tls": told,
                    "tls_required": REQUIRED.search(data) is not None if told else False,
                    "plain_login": "PLAIN" in names and not tls,
                    "anonymous": "ANONYMOUS" in names,
                    "registration": b"http://jabber.org/features/iq-register" in data,
                    "mechanisms": ",".join(names)[:256] or None,
                }
            )
        ]
    }


PROBE = Probe(name="xmpp", table="xmpp", transport="tcp", collect=collect, interpret=interpret, packets=10)
