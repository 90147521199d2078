"""Logging in and out, the own account, and the style sheet."""

from importlib.resources import files

from starlette.responses import RedirectResponse, Response

from inventory.errors import InputError
from reports.portal.page import EVERYBODY, Page, Visit

STYLE = (files("reports.portal") / "templates" / "style.css").read_bytes()
ICON = (files("reports.portal") / "templates" / "icon.svg").read_bytes()


def safe_next(text: str) -> str:
    """A path of ours to go on to; anything else is the first page."""
    own = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if own and not text.startswith(("/login", "/logout")) else "/"


def _form(visit: Visit, status: int = 200, problem: str = "", told: str = "") -> Response:
    going_to = safe_next(visit.form.get("next") or visit.query.get("next", "/"))
    response = visit.html("login.html.j2", status, problem=problem, told=told, going_to=going_to)
    response.set_cookie(
        "__Host-login", visit.extra["login_token"], max_age=3600, secure=True, httponly=True, samesite="strict"
    )
    return response


def show_login(visit: Visit) -> Response:
    """The form; those who are logged in go on."""
    return RedirectResponse("/", 303) if visit.session else _form(visit)


def log_in(visit: Visit) -> Response:
    """Check name and password; after five failures nobody is asked for fifteen minutes."""
    name = visit.form.get("name", "").strip().lower()[:64]
    address = visit.request.client.host if visit.request.client else ""
    if visit.accounts.must_wait(name, address, visit.now):
        return _form(visit, 429, "must_wait")
    token = visit.accounts.log_in(name, visit.form.get("password", ""), address, visit.now)
    if token is None:
        return _form(visit, 401, "wrong_login")
    response = RedirectResponse(safe_next(visit.form.get("next", "/")), 303)
    response.set_cookie("__Host-session", token, secure=True, httponly=True, samesite="strict")
    response.delete_cookie("__Host-login", secure=True, httponly=True, samesite="strict")
    return response


def log_out(visit: Visit) -> Response:
    """End the session, on both sides."""
    visit.accounts.log_out(visit.request.cookies.get("__Host-session", ""))
    response = RedirectResponse("/login", 303)
    response.delete_cookie("__Host-session", secure=True, httponly=True, samesite="strict")
    return response


def show_account(visit: Visit) -> Response:
    """Who one is and what one may see."""
    return visit.html("account.html.j2", problem="")


def change_password(visit: Visit) -> Response:
    """The old password is asked again; then every session of the account ends."""
    name = visit.account.name
    address = visit.request.client.host if visit.request.client else ""
    if visit.accounts.must_wait(name, address, visit.now):
        return visit.html("account.html.j2", 429, problem=visit.label("must_wait"))
    if visit.accounts.log_in(name, visit.form.get("old", ""), address, visit.now) is None:
        return visit.html("account.html.j2", 401, problem=visit.label("wrong_login"))
    try:
        visit.accounts.set_password(name, visit.form.get("new", ""))
    except InputError as error:
        return visit.html("account.html.j2", 400, problem=error.message)
    return _form(visit, told="password_changed")


def style(visit: Visit) -> Response:
    """The one style sheet."""
    del visit
    return Response(STYLE, media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def icon(visit: Visit) -> Response:
    """The seal, for the browser's tab."""
    del visit
    return Response(ICON, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})


PAGES = (
    Page("/login", frozenset(), show_login, public=True),
    Page("/login", frozenset(), log_in, public=True, method="POST"),
    Page("/style.css", frozenset(), style, public=True),
    Page("/icon.svg", frozenset(), icon, public=True),
    Page("/logout", EVERYBODY, log_out, method="POST"),
    Page("/account", EVERYBODY, show_account),
    Page("/account", EVERYBODY, change_password, method="POST"),
)
