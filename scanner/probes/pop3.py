"""POP3: is a login offered in clear text, and an upgrade to TLS? (RFC 1939, RFC 2449, RFC 2595)"""

import re

from inventory.exchange import Exchange
from inventory.facts.pop3 import Pop3Facts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire import mail

LINE = re.compile(rb"(?m)^([A-Z][A-Z0-9 =/_-]{1,200})\r?$")


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: greeting, CAPA, QUIT."""
    await mail.collect(recorder, asking, mail.POP3)


def interpret(exchange: Exchange) -> dict[str, list[Pop3Facts]]:
    """Pure. Raises NotUnderstood where the greeting is not one of POP3."""
    offer = mail.read_offer(exchange, mail.POP3, LINE)
    words = offer.words if offer.words else None
    return {
        "pop3": [
            Pop3Facts(
                answers=True,
                banner=offer.banner,
                start_tls=None if words is None else "STLS" in words,
                plain_login=False
                if offer.tls
                else None
                if words is None
                else any(word == "USER" or word.startswith("SASL ") for word in words),
                tls=offer.tls,
                apop=re.search(rb"<[^<>\s]{1,128}@[^<>\s]{1,128}>", offer.greeting) is not None,
            )
        ]
    }


PROBE = Probe(name="pop3", table="pop3", transport="tcp", collect=collect, interpret=interpret, packets=12)
