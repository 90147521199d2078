"""Logging in at the city's provider, where one is named. Without one these pages do not exist."""

import base64
import logging
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from reports.portal.accounts import same
from reports.portal.page import Missing, Page, Visit
from reports.portal.pages.access import safe_next
from reports.portal.sign_on_config import BACK, SignOnError

# Not `strict`: the browser comes back from another site, and has to bring this one along.
COOKIE = "__Host-oidc"
LOG = logging.getLogger("chengjian.portal")


def begin(visit: Visit) -> Response:
    """Send the browser to the provider; what it has to bring back goes into a cookie for ten minutes."""
    if visit.sign_on is None:
        raise Missing
    try:
        started = visit.sign_on.begin(visit.now)
    except SignOnError as error:
        return _refused(visit, error)
    going_to = base64.urlsafe_b64encode(safe_next(visit.query.get("next", "/"))[:1000].encode()).decode()
    response = RedirectResponse(started.address, 303)
    kept = ".".join((started.state, started.nonce, started.verifier, going_to.rstrip("=")))
    response.set_cookie(COOKIE, kept, max_age=600, secure=True, httponly=True, samesite="lax")
    return response


def come_back(visit: Visit) -> Response:
    """Take the provider's answer. The page goes on by itself: only a step that begins here carries the strict cookie."""
    if visit.sign_on is None:
        raise Missing
    state, nonce, verifier, packed = (visit.request.cookies.get(COOKIE, "").split(".") + [""] * 4)[:4]
    if not state or not same(visit.query.get("state", ""), state):
        return _refused(visit, SignOnError("sign_on_failed", "the state does not fit"))
    if visit.query.get("iss", visit.sign_on.config.issuer) != visit.sign_on.config.issuer:  # RFC 9207
        return _refused(visit, SignOnError("sign_on_failed", "the answer speaks for another issuer"))
    if not visit.query.get("code"):
        return _refused(visit, SignOnError("sign_on_failed", "the provider gave no code"))
    address = visit.request.client.host if visit.request.client else ""
    if visit.accounts.must_wait(f"oidc {address}", address, visit.now):
        return _refused(visit, SignOnError("must_wait", "too many failures"))
    try:
        person = visit.sign_on.finish(visit.query["code"][:2000], verifier, nonce, visit.now)
        token = visit.accounts.admit(person, visit.now)
        if token is None:
            raise SignOnError("sign_on_no_role", f"the account {person.name} is disabled")
        going_to = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (SignOnError, ValueError) as error:
        visit.accounts.note_failure(f"oidc {address}", address, visit.now)
        return _refused(visit, error)
    response = visit.html("continue.html.j2", going_to=safe_next(going_to))
    response.set_cookie("__Host-session", token, secure=True, httponly=True, samesite="strict")
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
    return response


def _refused(visit: Visit, error: Exception) -> Response:
    code = error.code if isinstance(error, SignOnError) else "sign_on_failed"
    LOG.warning("log in at %s: %r", urlsplit(visit.sign_on.config.issuer).hostname if visit.sign_on else "", str(error))
    status = {"sign_on_unreachable": 502, "sign_on_no_role": 403, "must_wait": 429}.get(code, 400)
    response = visit.html("message.html.j2", status, message=code)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
    return response


PAGES = (
    Page("/login/oidc", frozenset(), begin, public=True),
    Page(BACK, frozenset(), come_back, public=True),
)
