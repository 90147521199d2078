"""Who may see what. Everything is denied that this table does not allow, and a route without a line here fails the test."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reports.portal.accounts import FAILURES
from reports.portal.page import all_pages
from tests.reports.portal.desk import EXCHANGE, PASSWORD, Desk, log_in, make_desk, token_of

# path → who sees it (of: officer, auditor, bureau (an officer of one department), vendor (of one system), nobody)
EVERYBODY = {"officer", "auditor", "bureau", "vendor"}
WHOLE = {"officer", "auditor"}
TABLE = {
    "GET /": EVERYBODY,
    "GET /account": EVERYBODY,
    "POST /account": EVERYBODY,
    "POST /logout": EVERYBODY,
    "GET /search": EVERYBODY,
    "GET /schedule": WHOLE,
    "GET /r/{scan}": WHOLE,
    "GET /r/{scan}/unit": EVERYBODY,
    "GET /r/{scan}/asset/{asset}": EVERYBODY,
    "GET /r/{scan}/findings": EVERYBODY,
    "GET /r/{scan}/findings.csv": EVERYBODY,
    "GET /r/{scan}/finding/{finding}": EVERYBODY,
    "GET /r/{scan}/finding/{finding}/evidence/{digest}": EVERYBODY,
    "GET /r/{scan}/compare": EVERYBODY,
    "GET /r/{scan}/clauses": WHOLE,
    "GET /r/{scan}/waivers": WHOLE,
    "GET /r/{scan}/scope": WHOLE,
    "GET /r/{scan}/downloads": WHOLE,
    "GET /r/{scan}/download/{name}": WHOLE,
    "GET /login": {*EVERYBODY, "nobody"},
    "POST /login": {*EVERYBODY, "nobody"},
    "GET /login/oidc": {*EVERYBODY, "nobody"},
    "GET /login/oidc/back": {*EVERYBODY, "nobody"},
    "GET /style.css": {*EVERYBODY, "nobody"},
    "GET /icon.svg": {*EVERYBODY, "nobody"},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    found = make_desk(tmp_path_factory.mktemp("portal"))
    yield found
    found.accounts.close()


def filled(desk: Desk, path: str) -> str:
    """A path that exists, about the asset and system that every account of the test may see."""
    asset = desk.first.assets[0]
    finding = next(item for item in desk.first.findings if item.asset == asset.id)
    values = {
        "{scan}": desk.first.scan.id,
        "{asset}": asset.id,
        "{finding}": finding.id,
        "{digest}": finding.evidence[0].digest,
        "{name}": "report.json",
    }
    for key, value in values.items():
        path = path.replace(key, value)
    query = f"?city={asset.city}&department={asset.department}&system={asset.system}" if path.endswith("/unit") else ""
    return path + query


def test_every_route_stands_in_the_table() -> None:
    assert {f"{page.method} {page.path}" for page in all_pages()} == set(TABLE)


@pytest.mark.parametrize("who", ["officer", "auditor", "bureau", "vendor", "nobody"])
@pytest.mark.parametrize("route", sorted(TABLE))
def test_each_route_for_each_role(desk: Desk, route: str, who: str) -> None:
    method, path = route.split(" ")
    browser = desk.browser("" if who == "nobody" else who)
    status = browser.request(method, filled(desk, path)).status_code
    if who == "nobody" and who not in TABLE[route]:
        assert status == 303
        return
    if path.startswith("/login/oidc"):  # no provider is named here; see test_sign_on
        assert status == 404
        return
    if who not in TABLE[route]:
        assert status in (403, 404)
        return
    # a POST without a token is refused for everybody; the guard let it come that far
    assert status == (403 if method == "POST" else 303 if path == "/login" and who != "nobody" else 200)


def test_who_is_not_logged_in_is_sent_to_the_form_and_then_to_where_they_wanted(desk: Desk) -> None:
    browser = desk.browser()
    wanted = f"/r/{desk.first.scan.id}/findings?severity=high"
    sent = browser.get(wanted)
    assert (sent.status_code, sent.headers["location"].startswith("/login?next=")) == (303, True)
    page = browser.get(sent.headers["location"])
    done = browser.post(
        "/login",
        data={"name": "officer", "password": PASSWORD, "token": token_of(page.text), "next": wanted},
    )
    assert done.headers["location"] == wanted


@pytest.mark.parametrize(
    "target", ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "/login", "/a\nb"]
)
def test_the_form_leads_nowhere_else(desk: Desk, target: str) -> None:
    assert log_in(desk.browser(), "officer", going_to=target).headers["location"] == "/"


def test_a_vendor_sees_its_own_system_only(desk: Desk) -> None:
    own, other = desk.first.assets[0], desk.first.assets[-1]
    assert own.system != other.system
    browser = desk.browser("vendor")
    root = f"/r/{desk.first.scan.id}"
    assert browser.get(f"{root}/asset/{own.id}").status_code == 200
    assert browser.get(f"{root}/asset/{other.id}").status_code == 404
    theirs = {item.id for item in desk.first.findings if item.asset != own.id}
    assert theirs
    for finding in theirs:
        assert browser.get(f"{root}/finding/{finding}").status_code == 404
    pages = [
        browser.get(path).text
        for path in (
            "/",
            f"{root}/findings",
            f"{root}/findings.csv",
            f"{root}/compare",
            "/search?q=10.45",
            "/search?q=telnet",
        )
    ]
    for asset in desk.first.assets:
        if asset.system != own.system:
            assert not any(address in page for address in asset.addresses for page in pages)
            assert not any(asset.name in page for page in pages)
    assert (
        browser.get(f"{root}/unit?city={other.city}&department={other.department}&system={other.system}").status_code
        == 404
    )
    assert browser.get(f"{root}/unit?city={own.city}&department={own.department}").status_code == 404
    assert browser.get(root).status_code == 404


def test_an_officer_of_one_department_sees_that_department(desk: Desk) -> None:
    browser = desk.browser("bureau")
    root = f"/r/{desk.first.scan.id}"
    for asset in desk.first.assets:
        expected = 200 if asset.department == "govdata" else 404
        assert browser.get(f"{root}/asset/{asset.id}").status_code == expected
        assert browser.get(f"{root}/unit?city={asset.city}&department={asset.department}").status_code == expected
    assert browser.get(f"{root}/unit?city=450100").status_code == 404
    listed = browser.get(f"{root}/findings.csv").text.count("\r\n") - 1
    places = {asset.id: asset.department for asset in desk.first.assets}
    assert listed == sum(places.get(item.asset) == "govdata" for item in desk.first.findings)


def test_evidence_is_shown_only_by_way_of_a_finding_that_names_it(desk: Desk) -> None:
    finding = desk.first.findings[0]
    other = next(item for item in desk.first.findings if item.evidence[0].digest != finding.evidence[0].digest)
    browser = desk.browser("auditor")
    root = f"/r/{desk.first.scan.id}/finding"
    page = browser.get(f"{root}/{finding.id}/evidence/{finding.evidence[0].digest}")
    assert "PING" in page.text
    assert "&lt;b&gt;" in page.text
    assert browser.get(f"{root}/{finding.id}/evidence/{other.evidence[0].digest}").status_code == 404
    assert EXCHANGE.digest


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/r/none",
        "/r/../portal.db",
        "/r/%2e%2e/downloads",
        "/admin",
        "/openapi.json",
        "/docs",
    ],
)
def test_what_is_not_there_is_not_there(desk: Desk, path: str) -> None:
    assert desk.browser("auditor").get(path).status_code == 404


@pytest.mark.parametrize("name", ["snapshot.db", "..%2f..%2fportal.db", "report.zh.html%00", ".", "report.pdf"])
def test_only_listed_files_can_be_downloaded(desk: Desk, name: str) -> None:
    assert desk.browser("auditor").get(f"/r/{desk.first.scan.id}/download/{name}").status_code == 404


def test_every_answer_carries_the_headers(desk: Desk) -> None:
    browser = desk.browser()
    for path in ("/login", "/", "/nothing", "/style.css"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy  # default-src 'none': no script at all
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "max-age" in headers["strict-transport-security"]
        assert headers["cache-control"] == ("public, max-age=3600" if path == "/style.css" else "no-store")
        assert "server" not in headers


def test_cookies_are_for_this_host_alone_and_out_of_reach_of_scripts(desk: Desk) -> None:
    done = log_in(desk.browser(), "officer")
    for cookie in done.headers.get_list("set-cookie"):
        if "Max-Age=0" not in cookie:
            assert cookie.startswith("__Host-")
            assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
            assert "Domain" not in cookie


def test_a_form_from_elsewhere_or_without_its_token_changes_nothing(desk: Desk) -> None:
    browser = desk.browser("officer")
    token = token_of(browser.get("/account").text)
    for data, headers in (
        ({}, {}),
        ({"token": "x" * 43}, {}),
        ({"token": token}, {"origin": "https://evil.test"}),
        ({"token": token}, {"origin": "null"}),
    ):
        assert browser.post("/logout", data=data, headers=headers).status_code == 403
    assert browser.get("/").status_code == 200
    assert browser.post("/logout", data={"token": token}, headers={"origin": "https://portal.test"}).status_code == 303
    assert browser.get("/").status_code == 303


def test_logging_in_needs_the_token_of_the_form(desk: Desk) -> None:
    browser = desk.browser()
    data = {"name": "officer", "password": PASSWORD}
    assert browser.post("/login", data=data).status_code == 403
    assert desk.browser().post("/login", data={**data, "token": ""}).status_code == 403


def test_a_large_or_endless_form_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    assert browser.post("/login", data={"name": "x" * 20_000}).status_code == 413
    assert browser.post("/login", content=(chunk for chunk in [b"name=x"] * 9)).status_code == 413


def test_a_session_ends_after_half_an_hour_of_silence_and_after_ten_hours(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    browser = desk.browser("officer")
    for _ in range(3):
        desk.clock.now += timedelta(minutes=25)
        assert browser.get("/").status_code == 200
    desk.clock.now += timedelta(minutes=31)
    assert browser.get("/").status_code == 303
    assert log_in(browser, "officer").status_code == 303
    for _ in range(24):
        desk.clock.now += timedelta(minutes=25)
        browser.get("/")
    assert browser.get("/").status_code == 303
    desk.accounts.close()


def test_after_five_failures_even_the_right_password_has_to_wait(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    browser = desk.browser()
    for _ in range(FAILURES):
        assert log_in(browser, "officer", "wrong-password-1").status_code == 401
    assert log_in(browser, "officer").status_code == 429
    assert log_in(browser, "auditor").status_code == 429  # from the same address
    desk.clock.now += timedelta(minutes=16)
    assert log_in(browser, "officer").status_code == 303
    desk.accounts.close()


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(desk: Desk) -> None:
    pages = [log_in(desk.browser(), name, "wrong-password-1").text for name in ("officer", "nobody-at-all")]
    bare = [re.sub(r'value="[^"]*"', "", page) for page in pages]
    assert bare[0] == bare[1]


def test_a_changed_password_ends_every_session(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    here, elsewhere = desk.browser("officer"), desk.browser("officer")
    token = token_of(here.get("/account").text)
    assert here.post("/account", data={"token": token, "old": PASSWORD, "new": "short"}).status_code == 400
    assert (
        here.post("/account", data={"token": token, "old": "wrong-one-12", "new": "a-new-passphrase"}).status_code
        == 401
    )
    assert here.post("/account", data={"token": token, "old": PASSWORD, "new": "a-new-passphrase"}).status_code == 200
    assert here.get("/").status_code == elsewhere.get("/").status_code == 303
    assert log_in(here, "officer", "a-new-passphrase").status_code == 303
    desk.accounts.close()


def test_reads_are_written_down(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    browser = desk.browser("vendor")
    browser.get(f"/r/{desk.first.scan.id}/clauses")
    browser.get(f"/r/{desk.first.scan.id}/findings?severity=high")
    reads = [(item["account"], item["path"], item["status"]) for item in desk.accounts.readings()]
    assert reads[:2] == [
        ("vendor", f"/r/{desk.first.scan.id}/findings?severity=high", 200),
        ("vendor", f"/r/{desk.first.scan.id}/clauses", 403),
    ]
    desk.accounts.close()


def test_nothing_secret_is_kept_in_the_clear(desk: Desk) -> None:
    browser = desk.browser("officer")
    token = browser.cookies["__Host-session"]
    content = b"".join(path.read_bytes() for path in desk.folder.glob("portal.db*"))
    assert PASSWORD.encode() not in content
    assert token.encode() not in content
    assert (desk.folder / "portal.db").stat().st_mode & 0o077 == 0
