"""HTTP: the front page and the page that it leads to on the same endpoint, OPTIONS, and the icon. Read only.

Sources: RFC 9110, RFC 6797 (HSTS), RFC 6265 (cookies), the OWASP list of secure headers.
"""

import base64
import re
from urllib.parse import urljoin, urlsplit

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.http import HttpFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.web import answer, asked_inside_tls, front, front_page, pages, turn_of
from scanner.wire.html import Page, host_of, murmur3, overseas_hosts, read_page
from scanner.wire.http import Response, parse, text_of

ICON = "/favicon.ico"
IMAGES = (
    b"\0\0\1\0",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"<svg",
    b"<?xml",
    b"RIFF",
)  # ICO, PNG, GIF, JPEG, SVG, WebP
ORIGIN = "https://chengjian.invalid"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Front page, at most one page further on the same endpoint, the icon, and OPTIONS."""
    tls = await front(recorder, asking, "front", extra=(f"Origin: {ORIGIN}",))
    first = answer(recorder.exchange(), "front")
    if first is None:
        return
    further = _same_place(first, recorder.endpoint.address, recorder.endpoint.port, tls=tls)
    wanted = [further] if further and further != "/" else []
    if wanted:
        recorder.note("further", wanted[0])
    await pages(recorder, asking, [*wanted, ICON], tls=tls)
    await pages(recorder, asking, ["*"], tls=tls, method="OPTIONS")


def _same_place(first: Response, address: str, port: int, *, tls: bool) -> str | None:
    """The path that a redirect leads to, where it stays on this endpoint."""
    location = first.header("location")
    if not 300 <= first.status < 400 or not location:
        return None
    scheme, usual = ("https", 443) if tls else ("http", 80)
    host = f"[{address}]" if ":" in address else address
    try:
        target = urlsplit(urljoin(f"{scheme}://{host}:{port}/", location))
        if (target.scheme, target.hostname, target.port or usual) != (scheme, address, port):
            return None
    except ValueError:
        return None
    return (target.path or "/") + (f"?{target.query}" if target.query else "")


def interpret(exchange: Exchange) -> dict[str, list[HttpFacts]]:
    """Pure. Raises NotUnderstood where the front page is not HTTP."""
    first = front_page(exchange)
    tls = asked_inside_tls(exchange)
    if tls is None:
        turn = turn_of(exchange, "front")
        tls = turn is not None and turn.label.endswith(":tls")
    further = answer(exchange, exchange.notes["further"]) if "further" in exchange.notes else None
    shown = further if further is not None and further.status == 200 else first
    page = read_page(text_of(shown))
    every = [one for one in (first, further) if one is not None]
    facts: dict[str, object] = {"tls": tls, "status": first.status, "title": page.title or None}
    facts |= _identity(every) | _login(first, page, tls=tls) | _redirect(first, exchange)
    facts |= _protection(shown, every, tls=tls) | _resources(page, shown, tls=tls)
    facts |= {"trace_enabled": _trace(exchange), "favicon_hash": _icon(exchange)}
    return {"http": [HttpFacts(**facts)]}  # type: ignore[arg-type]


def _identity(every: list[Response]) -> dict[str, object]:
    server = next((value for one in every if (value := one.header("server"))), None)
    powered = next((value for one in every if (value := one.header("x-powered-by"))), None)
    told = f"{server or ''} {powered or ''}"
    return {
        "server": server[:256] if server else None,
        "powered_by": powered[:256] if powered else None,
        "version_disclosed": re.search(r"\d+\.\d+", told) is not None,
    }


def _login(first: Response, page: Page, *, tls: bool) -> dict[str, object]:
    challenge = first.header("www-authenticate") or ""
    scheme = challenge.split(" ")[0].lower()[:32]
    realm = re.search(r'realm="([^"]{0,256})"', challenge)
    leaves_tls = any(secret and action.lower().startswith("http://") for action, secret in page.forms)
    return {
        "authentication": scheme if first.status == 401 or scheme else "",
        "realm": realm[1] if realm else None,
        "basic_over_plain": scheme == "basic" and not tls,
        "login_form": page.login,
        "login_over_plain": page.login and (not tls or leaves_tls),
    }


def _redirect(first: Response, exchange: Exchange) -> dict[str, object]:
    location = first.header("location") or ""
    redirects = 300 <= first.status < 400 and bool(location)
    host = host_of(location)
    return {
        "redirects": redirects,
        "redirects_to_https": redirects and location.lower().startswith("https://"),
        "redirect_host_differs": redirects and bool(host) and host != exchange.endpoint.address,
    }


def _protection(shown: Response, every: list[Response], *, tls: bool) -> dict[str, object]:
    policy = shown.header("content-security-policy") or ""
    strict = next((value for one in every if (value := one.header("strict-transport-security"))), "")
    age = re.search(r"max-age\s*=\s*\"?(\d{1,12})", strict, re.I)
    cookies = [value.lower() for one in every for value in one.every("set-cookie")]
    attributes = [{part.strip().partition("=")[0] for part in cookie.split(";")[1:]} for cookie in cookies]
    origin = every[0].header("access-control-allow-origin")
    return {
        "hsts_seconds": (int(age[1]) if age else 0) if tls else None,
        "content_type_options": "nosniff" in (shown.header("x-content-type-options") or "").lower(),
        "frame_protection": bool(shown.header("x-frame-options")) or "frame-ancestors" in policy.lower(),
        "content_security_policy": bool(policy),
        "referrer_policy": bool(shown.header("referrer-policy")),
        "cookies": len(cookies),
        "cookies_without_secure": sum("secure" not in named for named in attributes),
        "cookies_without_http_only": sum("httponly" not in named for named in attributes),
        "cookies_without_same_site": sum("samesite" not in named for named in attributes),
        "cors_any_origin": origin in ("*", ORIGIN),
    }


def _resources(page: Page, shown: Response, *, tls: bool) -> dict[str, object]:
    text = text_of(shown)
    hosts = overseas_hosts(page)
    record = re.search(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]ICP备\d{5,12}号(?:-\d{1,4})?", text
    )
    police = re.search(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]公网安备\s*\d{8,14}号", text)
    listing = re.search(r"<title>\s*(?:Index of /|Directory listing for /|.{0,40} - /</title>)", text, re.I)
    return {
        "overseas_resources": len(hosts),
        "overseas_hosts": ",".join(sorted(set(hosts)))[:1024] or None,
        "plain_resources": sum(
            tag in ("script", "link") and url.lower().startswith("http://") for tag, url in page.resources
        )
        if tls
        else None,
        "record_number": record[0] if record else None,
        "police_record_number": police[0] if police else None,
        "directory_listing": listing is not None and shown.status == 200,
    }


def _trace(exchange: Exchange) -> bool | None:
    turn = exchange.turn("*")
    try:
        allowed = parse(turn.received).header("allow") if turn is not None else None
    except NotUnderstood:
        return None
    return None if allowed is None else "TRACE" in allowed.upper().replace(" ", "").split(",")


def _icon(exchange: Exchange) -> int | None:
    """The hash of what is an image; a page that answers every path is no icon."""
    found = answer(exchange, ICON)
    if (
        found is None
        or found.status != 200
        or not found.body.startswith(IMAGES)
        or b"<html" in found.body[:512].lower()
    ):
        return None
    return murmur3(base64.encodebytes(found.body))


PROBE = Probe(
    name="http", table="http", transport="tcp", collect=collect, interpret=interpret, connections=5, packets=60
)
