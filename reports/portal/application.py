"""The portal as an ASGI application: sessions, tokens, headers, and one guard before every page."""

import secrets
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inventory.text import Language
from reports.charts import DEFINITIONS, meter
from reports.portal.accounts import Accounts, Session, same
from reports.portal.page import Missing, Page, Visit, all_pages
from reports.portal.shelf import Shelf

if TYPE_CHECKING:
    from reports.portal.sign_on import SignOn

SESSION_COOKIE = "__Host-session"
LOGIN_COOKIE = "__Host-login"
LANGUAGE_COOKIE = "language"
LARGEST_FORM = 16 * 1024  # bytes
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


@dataclass(frozen=True, slots=True)
class Portal:
    """What the portal is made of. `clock` gives aware times; `sign_on` is the provider that people may log in at."""

    shelf: Shelf
    accounts: Accounts
    environment: Environment
    clock: Callable[[], datetime]
    sign_on: "SignOn | None" = None


def environment() -> Environment:
    """The templates: escaped, and strict about what they are given."""
    made = Environment(
        loader=PackageLoader("reports.portal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["meter"] = meter
    # the strict policy allows no style in an element
    made.globals["patterns"] = Markup(str(DEFINITIONS).replace('style="position:absolute"', 'class="patterns"'))  # noqa: S704
    return made


def application(
    folder: Path,
    accounts: Accounts,
    statuses: Sequence[Path] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sign_on: "SignOn | None" = None,
) -> ASGIApp:
    """The portal over a folder of published snapshots."""
    portal = Portal(Shelf(folder, statuses), accounts, environment(), clock, sign_on)
    routes = [
        Route(page.path, _endpoint(portal, page), methods=[page.method], name=f"{page.method} {page.path}")
        for page in all_pages()
    ]
    handlers: Mapping[Any, Any] = {404: _plain, 405: _plain}
    return with_headers(Starlette(routes=routes, exception_handlers=handlers))


def _plain(request: Request, error: Exception) -> Response:
    """A path that no page names: the same answer for everybody."""
    del request
    code = error.status_code if isinstance(error, HTTPException) else 404
    return PlainTextResponse({404: "404 not found", 405: "405 not allowed"}.get(code, str(code)), code)


def _endpoint(portal: Portal, page: Page) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        form: Mapping[str, str] = {}
        if page.method == "POST":
            if not 0 <= int(request.headers.get("content-length") or -1) <= LARGEST_FORM:
                return PlainTextResponse("413 too large", 413)
            sent = await request.form(max_files=0, max_fields=16)
            form = {key: value for key, value in sent.items() if isinstance(value, str)}
        return await run_in_threadpool(_answer, portal, page, request, form)

    return endpoint


def _answer(portal: Portal, page: Page, request: Request, form: Mapping[str, str]) -> Response:
    """The guard: language, session, role, scope, token; then the page."""
    now = portal.clock()
    chosen = request.query_params.get("lang")
    if page.method == "GET" and chosen in ("zh", "en"):
        return _with_language(request, chosen)
    token = request.cookies.get(SESSION_COOKIE, "")
    session = portal.accounts.session(token, now) if token else None
    visit = Visit(
        request,
        form,
        session,
        _language(request, session),
        portal.shelf,
        portal.accounts,
        portal.environment,
        now,
        sign_on=portal.sign_on,
    )
    visit.extra["login_token"] = request.cookies.get(LOGIN_COOKIE) or secrets.token_urlsafe(32)
    if session is None and not page.public:
        return RedirectResponse(
            f"/login?{urlencode({'next': _here(request)})}" if page.method == "GET" else "/login", 303
        )
    if not page.may_see(session.account if session else None):
        response = visit.html("message.html.j2", 403, message="forbidden")
    elif page.method == "POST" and not _token_fits(visit):
        response = visit.html("message.html.j2", 403, message="bad_token")
    else:
        try:
            response = page.render(visit)
        except Missing:
            response = visit.html("message.html.j2", 404, message="missing")
    if session is not None:
        portal.accounts.note_reading(session.account.name, _here(request), response.status_code, now)
    return response


def _token_fits(visit: Visit) -> bool:
    """The form's token is the session's (or, before logging in, the cookie's), and the form is ours."""
    request = visit.request
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    expected = visit.session.csrf if visit.session else request.cookies.get(LOGIN_COOKIE, "")
    return bool(expected) and same(visit.form.get("token", ""), expected)


def _language(request: Request, session: Session | None) -> Language:
    given = request.cookies.get(LANGUAGE_COOKIE) or (session.account.language if session else "")
    if given in ("zh", "en"):
        return "zh" if given == "zh" else "en"
    return "en" if request.headers.get("accept-language", "zh").lower().startswith("en") else "zh"


def _with_language(request: Request, language: str) -> Response:
    rest = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    response = RedirectResponse(request.url.path + (f"?{urlencode(rest)}" if rest else ""), 303)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=31536000, secure=True, httponly=True, samesite="strict")
    return response


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def with_headers(application: ASGIApp) -> ASGIApp:
    """The same headers on every answer, errors included; nothing but styles and downloads is kept by a cache."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", []), *HEADERS]
                if scope.get("scheme") == "https":
                    headers.append(STRICT_TRANSPORT)
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                changed: MutableMapping[str, Any] = {**message, "headers": headers}
                message = changed
            await send(message)

        await application(scope, receive, sending)

    return wrapped
