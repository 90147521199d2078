"""What a page is made of, as far as facts need it: title, forms with a password, and where its parts come from."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

# Hosts of scripts, styles, fonts and counters that are run from outside the mainland. A page that needs them tells others
# who reads it, and breaks where they are not reached.
OVERSEAS = (
    "google.com", "googleapis.com", "gstatic.com", "googletagmanager.com", "google-analytics.com", "doubleclick.net",
    "recaptcha.net", "youtube.com", "ytimg.com", "facebook.com", "facebook.net", "fbcdn.net", "twitter.com", "twimg.com",
    "cloudflare.com", "cloudflareinsights.com", "jsdelivr.net", "unpkg.com", "bootstrapcdn.com", "jquery.com",
    "cdnjs.com", "fontawesome.com", "typekit.net", "gravatar.com", "amazonaws.com", "cloudfront.net", "akamaized.net",
    "azureedge.net", "windows.net", "githubusercontent.com", "github.io", "hotjar.com", "sentry.io", "newrelic.com",
    "maxcdn.com", "polyfill.io", "openstreetmap.org", "mapbox.com", "stripe.com", "paypal.com",
)  # fmt: skip
LOADING = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "embed": "src",
}


@dataclass(slots=True)
class Page:
    """Forms are (action, has a password field)."""

    title: str = ""
    forms: list[tuple[str, bool]] = field(default_factory=list)
    password_outside_form: bool = False
    resources: list[tuple[str, str]] = field(default_factory=list)

    @property
    def login(self) -> bool:
        """Is there a field for a password?"""
        return self.password_outside_form or any(secret for _, secret in self.forms)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.inside_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "title" and not self.page.title:
            self.inside_title = True
        elif tag == "form":
            self.page.forms.append((named.get("action", ""), False))
        elif tag == "input" and named.get("type", "").lower() == "password":
            if self.page.forms:
                self.page.forms[-1] = (self.page.forms[-1][0], True)
            else:
                self.page.password_outside_form = True
        if tag in LOADING and named.get(LOADING[tag]) and len(self.page.resources) < 2000:
            if tag == "link" and not re.search(r"stylesheet|icon|preload|manifest", named.get("rel", ""), re.I):
                return
            self.page.resources.append((tag, named[LOADING[tag]].strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.inside_title = False

    def handle_data(self, data: str) -> None:
        if self.inside_title:
            self.page.title += data


def read_page(text: str) -> Page:
    """Read a page; whatever is broken is skipped as browsers do."""
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except (AssertionError, ValueError):  # html.parser gives up on some broken declarations
        pass
    reader.page.title = " ".join(reader.page.title.split())[:256]
    return reader.page


def overseas_hosts(page: Page) -> list[str]:
    """The host of every resource that is loaded from a known host outside the mainland."""
    return [host for _, url in page.resources if (host := host_of(url)) and is_overseas(host)]


def host_of(url: str) -> str:
    """The host of an absolute or scheme-relative address, in lower case; empty for others."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_overseas(host: str) -> bool:
    """Is it, or is it below, one of the known hosts?"""
    return any(host == known or host.endswith("." + known) for known in OVERSEAS)


def murmur3(data: bytes) -> int:
    """MurmurHash3 (x86, 32 bit, seed 0) as a signed number, which is how icons are compared."""
    mask, value = 0xFFFFFFFF, 0
    whole = len(data) // 4 * 4
    for start in range(0, whole, 4):
        value ^= _mix(int.from_bytes(data[start : start + 4], "little"))
        value = ((value << 13 | value >> 19) & mask) * 5 + 0xE6546B64 & mask
    if whole < len(data):
        value ^= _mix(int.from_bytes(data[whole:], "little"))
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & mask
    value = (value ^ value >> 13) * 0xC2B2AE35 & mask
    value ^= value >> 16
    return value - (1 << 32) if value >> 31 else value


def _mix(part: int) -> int:
    part = part * 0xCC9E2D51 & 0xFFFFFFFF
    return (part << 15 | part >> 17) * 0x1B873593 & 0xFFFFFFFF
