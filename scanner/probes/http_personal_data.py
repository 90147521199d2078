"""Personal data on pages that anybody can read: the front page and a few pages that it links to on the same endpoint.

What is found was replaced by tokens before this code saw it (`inventory.reduction`); it counts distinct tokens.
"""

import re
from urllib.parse import urljoin, urlsplit

from inventory.exchange import Exchange
from inventory.facts.http_personal_data import HttpPersonalDataFacts
from inventory.personal_data import Kind, matches
from inventory.reduction import Found, tokens
from scanner.probe import Asking, Probe, Recorder
from scanner.web import answer, asked_inside_tls, front, front_page, pages
from scanner.wire.http import parse, text_of

MOST_PAGES = 8
# Never followed, whatever the page says: a GET there could change something.
NOT_FOLLOWED = re.compile(r"log-?out|sign-?out|delete|remove|drop|reboot|shutdown|reset|exit|退出|注销|删除", re.I)
NO_PAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|ico|css|js|woff2?|ttf|mp[34]|zip|gz|exe|apk|pdf)(?:\?|$)", re.I)


async def collect(recorder: Recorder, asking: Asking) -> None:
    """The front page and at most seven pages that it links to."""
    tls = await front(recorder, asking, "front")
    first = answer(recorder.exchange(), "front")
    if first is not None and first.status == 200:
        found = links(text_of(first), recorder.endpoint.address, recorder.endpoint.port, tls=tls)
        await pages(recorder, asking, found, tls=tls)


def links(text: str, address: str, port: int, *, tls: bool) -> list[str]:
    """Paths on this endpoint that a page links to or loads data from, in their order, without repeats."""
    scheme, usual = ("https", 443) if tls else ("http", 80)
    host = f"[{address}]" if ":" in address else address
    found: list[str] = []
    for match in re.finditer(r"""(?:href|src|action|data-url|fetch\(|url:)\s*=?\s*["']([^"'<>\s]{1,512})["']""", text):
        try:
            target = urlsplit(urljoin(f"{scheme}://{host}:{port}/", match[1]))
            if (target.scheme, target.hostname, target.port or usual) != (scheme, address, port):
                continue
        except ValueError:
            continue
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        if path != "/" and path.isascii() and path not in found and not NOT_FOLLOWED.search(path):
            found += [] if NO_PAGE.search(path) else [path]
        if len(found) >= MOST_PAGES - 1:
            break
    return found


def interpret(exchange: Exchange) -> dict[str, list[HttpPersonalDataFacts]]:
    """Pure. Raises NotUnderstood where the front page is not HTTP."""
    front_page(exchange)
    found: list[Found] = []
    codes, read = set(), 0
    for turn in exchange.turns:
        if not turn.received.startswith(b"HTTP/1."):
            continue
        head, _, _ = turn.received.partition(b"\r\n\r\n")
        if not re.match(rb"HTTP/1\.[01] 200", head):
            continue
        read += 1
        body = parse(turn.received).body
        found += tokens(body)
        codes |= {match.value for match in matches(text_of(parse(turn.received))) if match.kind is Kind.CREDIT_CODE}
    counts = {kind: len({one.identity for one in found if one.kind == kind}) for kind in {one.kind for one in found}}
    shown = [one for one in found if one.kind in ("identity_number", "bank_card", "mobile_number")]
    identity, mobile, card = (counts.get(kind, 0) for kind in ("identity_number", "mobile_number", "bank_card"))
    return {
        "http_personal_data": [
            HttpPersonalDataFacts(
                pages=read,
                identity_numbers=identity,
                mobile_numbers=mobile,
                bank_cards=card,
                credit_codes=len(codes),
                plates=counts.get("plate", 0),
                emails=counts.get("email", 0),
                personal_values=identity + mobile + card,
                sensitive_values=identity + card,
                sample=shown[0].masked if shown else None,
                tls=asked_inside_tls(exchange),
            )
            if read
            else HttpPersonalDataFacts(pages=0, tls=asked_inside_tls(exchange))
        ]
    }


PROBE = Probe(
    name="http_personal_data",
    table="http_personal_data",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    intensity=2,
    connections=MOST_PAGES,
    packets=200,
    deadline=60.0,
)
