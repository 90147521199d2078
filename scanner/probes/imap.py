"""IMAP: is a login offered in clear text, and an upgrade to TLS? (RFC 9051, RFC 2595)"""

import re

from inventory.exchange import Exchange
from inventory.facts.imap import ImapFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire import mail

LINE = re.compile(rb"(?mi)^\* CAPABILITY ([^\r\n]{1,1024})")


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: greeting, CAPABILITY, LOGOUT."""
    await mail.collect(recorder, asking, mail.IMAP)


def interpret(exchange: Exchange) -> dict[str, list[ImapFacts]]:
    """Pure. Raises NotUnderstood where the greeting is not one of IMAP."""
    offer = mail.read_offer(exchange, mail.IMAP, LINE)
    words = {word for line in offer.words for word in line.split()} if offer.words else None
    disabled = None if words is None else "LOGINDISABLED" in words
    sasl = words is not None and any(word in words for word in ("AUTH=PLAIN", "AUTH=LOGIN"))
    return {
        "imap": [
            ImapFacts(
                answers=True,
                banner=offer.banner,
                start_tls=None if words is None else "STARTTLS" in words,
                plain_login=False if offer.tls else None if disabled is None else sasl or not disabled,
                tls=offer.tls,
                login_disabled=disabled,
            )
        ]
    }


PROBE = Probe(name="imap", table="imap", transport="tcp", collect=collect, interpret=interpret, packets=12)
