"""HTTP/1.1 requests that we send and a tolerant, bounded reader of answers (RFC 9112)."""

import re
import ssl
from dataclasses import dataclass
from functools import cache

from inventory.errors import NotUnderstood
from scanner.wire.reader import printable

AGENT = "chengjian/0.1 (security self-check; {contact})"
BODY_LIMIT = 512 * 1024


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: status, header lines in their order with names in lower case, body with transfer codings removed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.headers if key == name), None)

    def every(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key == name]


def host_header(address: str, port: int, tls: bool) -> str:
    """The Host of a request to an address."""
    name = f"[{address}]" if ":" in address else address
    return name if port == (443 if tls else 80) else f"{name}:{port}"


def request(
    path: str, host: str, contact: str, *, method: str = "GET", extra: tuple[str, ...] = (), keep: bool = False
) -> bytes:
    """A request that announces who asks. Control characters of `contact` and `path` are dropped, so nothing can be added."""
    agent = AGENT.format(contact=contact or "no contact stated")
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {agent}",
        "Accept: */*",
        *extra,
        "Connection: keep-alive" if keep else "Connection: close",
    )
    clean = ("".join(letter for letter in line if letter.isprintable()) for line in lines)
    return ("\r\n".join(clean) + "\r\n\r\n").encode("utf-8", "replace")


def total_length(data: bytes) -> int | None:
    """Length of the whole answer where its head says so; the present length once a chunked body has ended."""
    head, mark, body = data.partition(b"\r\n\r\n")
    if not mark:
        return None
    found = re.search(rb"\r\ncontent-length:[ \t]*(\d{1,12})\s", head + b"\r\n", re.I)
    if found:
        return len(head) + 4 + min(int(found[1]), BODY_LIMIT)
    if re.match(rb"HTTP/1\.[01] (?:204|304|1\d\d)", head):
        return len(head) + 4
    if re.search(rb"\r\ntransfer-encoding:[ \t]*chunked", head, re.I) and body.endswith(b"0\r\n\r\n"):
        return len(data)
    return None


def parse(data: bytes) -> Response:
    """Read an answer. Raises NotUnderstood where it is not HTTP/1."""
    head, _, body = data.partition(b"\r\n\r\n")
    if not _:
        head, _, body = data.partition(b"\n\n")
    first, *lines = re.split(rb"\r?\n", head[:65536])
    found = re.match(rb"HTTP/1\.[01] (\d{3})(?: |$)", first)
    if not found:
        raise NotUnderstood("not an HTTP answer")
    headers = []
    for line in lines[:200]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((printable(name, 64).lower(), printable(value, 2048)))
    answer = Response(int(found[1]), tuple(headers), body[:BODY_LIMIT])
    if "chunked" in (answer.header("transfer-encoding") or "").lower():
        return Response(answer.status, answer.headers, dechunk(answer.body))
    return answer


def dechunk(body: bytes) -> bytes:
    """The content of a chunked body; what does not follow the coding ends it."""
    parts, position = [], 0
    while found := re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r?\n").match(body, position):
        size = int(found[1], 16)
        if size == 0:
            break
        parts.append(body[found.end() : found.end() + size])
        position = found.end() + size
        if body[position : position + 2] == b"\r\n":
            position += 2
    return b"".join(parts)


def text_of(response: Response) -> str:
    """The body as text: the charset that it names, else UTF-8, else GB18030."""
    named = re.search(r"charset=[\"']?([\w-]{1,32})", response.header("content-type") or "", re.I)
    inside = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,32})", response.body[:4096], re.I)
    names = [named[1] if named else "", inside[1].decode() if inside else "", "utf-8"]
    for name in names:
        try:
            return response.body.decode(name) if name else response.body.decode()
        except (LookupError, UnicodeError):
            continue
    return response.body.decode("gb18030", "replace")


@cache
def any_tls() -> ssl.SSLContext:
    """A context that accepts whatever a server offers: it learns and trusts nothing. Made once, as making one is slow."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context
