"""An HTTP/1.1 server with configurable pages, in the clear or inside TLS, with or without authentication."""

import json
from dataclasses import dataclass, field
from typing import Any

from lab.certificates import Certificate, server_context
from lab.twin import ClientGoneError, Connection, TcpTwin, read_settings

REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
}
INDEX = "<!doctype html><html><head><title>Lab</title></head><body>模拟数据 simulated data</body></html>"


@dataclass(frozen=True)
class Settings:
    """`pages`: path → text, or {status, body, json, headers, type}.

    `operations`: SOAP operation → {status, body, …}, told apart by the action in the request's Content-Type.
    `authenticate`: the WWW-Authenticate value for all pages. `methods`: what OPTIONS and TRACE are answered with (none: as a page).
    `tls` None is plain HTTP; else {minimum, maximum, ciphers, certificate}. `headers` go out with every answer.
    """

    server: str = "nginx"
    title: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    operations: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    authenticate: str = ""
    methods: tuple[str, ...] = ()
    tls: dict[str, Any] | None = None


class HttpTwin(TcpTwin):
    port = 80
    Settings = Settings

    def session(self, connection: Connection) -> None:
        if self.settings.tls is not None:
            wanted = dict(self.settings.tls)
            certificate = read_settings(Certificate, wanted.pop("certificate", {}))
            connection.start_tls(server_context(certificate, **wanted))
        while True:
            method, path, headers = read_request(connection)
            answer = self.respond(method, path, headers)
            connection.send(answer)
            if headers.get("connection", "").lower() == "close":
                return

    def respond(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        """The whole answer to one request."""
        ours = self.settings
        if ours.authenticate and "authorization" not in headers:
            return response(401, "", {"WWW-Authenticate": ours.authenticate, **self._common()}, method)
        if ours.methods and method in ("OPTIONS", "TRACE"):
            return self._method(method, path, headers)
        action = headers.get("content-type", "").rpartition("/")[2].rstrip('"')
        page = ours.operations.get(action) if method == "POST" else None
        if page is None:
            page = ours.pages.get(path, ours.pages.get(path.partition("?")[0]))
        if page is None and path == "/":
            page = INDEX.replace("Lab", ours.title or "Lab")
        if page is None:
            return response(404, "<html><title>404 Not Found</title></html>", self._common(), method)
        if isinstance(page, str):
            page = {"body": page}
        body, kind = page.get("body", ""), page.get("type", "text/html; charset=utf-8")
        if "json" in page:
            body, kind = json.dumps(page["json"], ensure_ascii=False), "application/json"
        sent = {**self._common(), "Content-Type": kind, **page.get("headers", {})}
        return response(page.get("status", 200), body, sent, method)

    def _method(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        """OPTIONS names the methods; TRACE gives the request back where it is one of them (RFC 9110 9.3.7, 9.3.8)."""
        sent = {**self._common(), "Allow": ", ".join(self.settings.methods)}
        if method == "OPTIONS":
            return response(200, "", sent)
        if method not in self.settings.methods:
            return response(405, "", sent)
        echo = "\r\n".join([f"TRACE {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())])
        return response(200, echo + "\r\n\r\n", {**self._common(), "Content-Type": "message/http"})

    def _common(self) -> dict[str, str]:
        server = {"Server": self.settings.server} if self.settings.server else {}
        return {**server, **self.settings.headers}


def read_request(connection: Connection) -> tuple[str, str, dict[str, str]]:
    """Method, path and headers (names in lower case); a body is read and dropped."""
    lines = connection.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
    words = lines[0].split()
    if len(words) < 3:
        raise ClientGoneError
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if headers.get("content-length", "").isdigit():
        connection.read_exactly(int(headers["content-length"]))
    return words[0], words[1], headers


def response(status: int, body: str, headers: dict[str, str], method: str = "GET") -> bytes:
    content = body.encode("utf-8", "surrogateescape")
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()] + [f"Content-Length: {len(content)}"]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + (b"" if method == "HEAD" else content)


TWIN = HttpTwin
