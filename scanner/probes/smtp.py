"""SMTP: is a login offered in clear text, and an upgrade to TLS? (RFC 5321, RFC 3207, RFC 4954; no mail is sent)"""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.smtp import SmtpFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire import mail

LINE = re.compile(rb"(?m)^250[ -]([^\r\n]{1,256})")


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: greeting, EHLO, QUIT."""
    await mail.collect(recorder, asking, mail.SMTP)


def interpret(exchange: Exchange) -> dict[str, list[SmtpFacts]]:
    """Pure. Raises NotUnderstood where the greeting is not one of SMTP."""
    offer = mail.read_offer(exchange, mail.SMTP, LINE)
    told = exchange.turn("capabilities")
    answered = told is not None and re.match(rb"\d{3}", told.received) is not None
    if not answered and not re.search(rb"(?i)smtp|mail", offer.greeting):
        raise NotUnderstood("a greeting that SMTP shares with others")
    accepted = offer.words if offer.words else None
    login = None if accepted is None else any(word.startswith(("AUTH ", "AUTH=")) for word in accepted)
    return {
        "smtp": [
            SmtpFacts(
                answers=True,
                banner=offer.banner,
                start_tls=None if accepted is None else "STARTTLS" in accepted,
                plain_login=False if offer.tls else login,
                tls=offer.tls,
            )
        ]
    }


PROBE = Probe(name="smtp", table="smtp", transport="tcp", collect=collect, interpret=interpret, packets=12)
