"""Logging in at a provider: who it vouches for gets what the operator's file grants, and every doubt keeps people outside."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from inventory.errors import InputError
from reports.portal.scope import Role
from reports.portal.sign_on import SignOn
from reports.portal.sign_on_config import load_sign_on
from tests.reports.portal.desk import Desk, log_in, make_desk, token_of
from tests.reports.portal.provider import ISSUER, SECRET, Provider

FILE = """\
format: chengjian-oidc/1
issuer: https://id.test/city
client_id: chengjian
secret_file: secret
portal: https://portal.test
grants:
  - {claim: groups, value: audit, role: auditor}
  - {claim: groups, value: bureau, role: officer, departments_from: bureaus}
  - {claim: groups, value: makers, role: vendor, systems_from: systems}
"""


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@pytest.fixture
def provider(key: RSAKey) -> Provider:
    return Provider(key=key, claims={"groups": ["staff", "audit"], "preferred_username": "officer"})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "oidc.yaml").write_text(FILE)
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "secret").chmod(0o600)
    found = make_desk(tmp_path)
    yield found
    found.accounts.close()


def browser_at(desk: Desk, provider: Provider) -> TestClient:
    return desk.browser(sign_on=SignOn(load_sign_on(desk.folder / "oidc.yaml"), provider.transport()))


def walk(browser: TestClient, provider: Provider, going_to: str = "/") -> Any:
    """From the link of the form to the provider and back."""
    sent = browser.get("/login/oidc", params={"next": going_to})
    assert sent.status_code == 303
    return browser.get(provider.person_logs_in(sent.headers["location"]))


def test_an_auditor_comes_in_and_goes_on_to_where_they_wanted(desk: Desk, provider: Provider) -> None:
    browser = browser_at(desk, provider)
    wanted = f"/r/{desk.first.scan.id}/clauses"
    assert "/login/oidc?next=" in browser.get(f"/login?next={wanted}").text
    done = walk(browser, provider, wanted)
    assert done.status_code == 200
    assert f'content="0;url={wanted}"' in done.text
    assert browser.get(wanted).status_code == 200
    page = browser.get("/account").text
    assert "officer@" in page
    assert 'name="new"' not in page  # the provider keeps the password
    (cookie,) = [line for line in done.headers.get_list("set-cookie") if line.startswith("__Host-session")]
    assert {"Secure", "HttpOnly", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}


def test_nobody_takes_over_an_account_of_the_command_line(desk: Desk, provider: Provider) -> None:
    """The provider's name is `officer`, as the account of an officer here is called: they stay two."""
    browser = browser_at(desk, provider)
    walk(browser, provider)
    found = {account.name: account.role for account in desk.accounts.listed()}
    assert found["officer"] is Role.OFFICER
    (name,) = [name for name in found if "@" in name]
    assert found[name] is Role.AUDITOR
    for password in ("!", ""):
        assert log_in(desk.browser(), name, password).status_code == 401
    with pytest.raises(InputError, match="provider"):
        desk.accounts.set_password(name, "a-new-passphrase")


def test_a_vendor_sees_the_systems_of_its_claim_only(desk: Desk, provider: Provider) -> None:
    own, other = desk.first.assets[0], desk.first.assets[-1]
    provider.claims = {"groups": "makers", "systems": [own.system]}
    browser = browser_at(desk, provider)
    assert walk(browser, provider).status_code == 200
    assert browser.get(f"/r/{desk.first.scan.id}/asset/{own.id}").status_code == 200
    assert browser.get(f"/r/{desk.first.scan.id}/asset/{other.id}").status_code == 404


def test_role_and_scope_are_those_of_the_last_login(desk: Desk, provider: Provider) -> None:
    browser = browser_at(desk, provider)
    walk(browser, provider)
    assert browser.get(f"/r/{desk.first.scan.id}/clauses").status_code == 200
    provider.claims = {"groups": ["bureau"], "bureaus": ["govdata"], "preferred_username": "officer"}
    again = browser_at(desk, provider)
    walk(again, provider)
    for one in (browser, again):
        assert one.get(f"/r/{desk.first.scan.id}/clauses").status_code == 403
    assert [account.scope.departments for account in desk.accounts.listed() if "@" in account.name] == [("govdata",)]


@pytest.mark.parametrize(
    "claims",
    [{}, {"groups": ["staff"]}, {"groups": "makers"}, {"groups": "bureau", "bureaus": []}, {"groups": {"audit": 1}}],
)
def test_whoever_no_grant_fits_stays_outside(desk: Desk, provider: Provider, claims: dict[str, Any]) -> None:
    provider.claims = claims
    browser = browser_at(desk, provider)
    assert walk(browser, provider).status_code == 403
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.test"},
        {"aud": "another"},
        {"aud": ["chengjian", "another"]},
        {"azp": "another"},
        {"exp": 1},
        {"exp": None},
        {"iat": 4102444800},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_this_login_is_refused(desk: Desk, provider: Provider, wrong: dict[str, Any]) -> None:
    provider.claims |= wrong
    browser = browser_at(desk, provider)
    assert walk(browser, provider).status_code == 400
    assert browser.get("/").status_code == 303


def test_a_token_that_somebody_else_signed_is_refused(desk: Desk, provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    assert walk(browser_at(desk, provider), provider).status_code == 400
    provider.signs_with, provider.forge = None, "none"
    assert walk(browser_at(desk, provider), provider).status_code == 400


def test_new_keys_of_the_provider_are_fetched_once_a_minute_at_most(desk: Desk, provider: Provider) -> None:
    browser = browser_at(desk, provider)
    walk(browser, provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    provider.header = {"kid": "two"}
    assert walk(browser, provider).status_code == 400
    assert provider.asked.count("/city/keys") == 1
    desk.clock.now += timedelta(minutes=2)
    assert walk(browser, provider).status_code == 200
    assert provider.asked.count("/city/keys") == 2


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(desk: Desk, provider: Provider) -> None:
    browser, other = browser_at(desk, provider), browser_at(desk, provider)
    back = provider.person_logs_in(browser.get("/login/oidc").headers["location"])
    tokens = provider.asked.count("/city/token")
    assert other.get(back).status_code == 400
    other.get("/login/oidc")
    assert other.get(back).status_code == 400  # a state of its own, but not this one
    assert provider.asked.count("/city/token") == tokens
    kept = dict(browser.cookies)
    assert browser.get(back).status_code == 200
    browser.cookies.clear()
    browser.cookies.update(kept)
    assert browser.get(back).status_code == 400


def test_an_answer_of_another_issuer_or_without_a_code_is_refused(desk: Desk, provider: Provider) -> None:
    for old, new in (("id.test", "evil.test"), ("code=", "error=")):
        browser = browser_at(desk, provider)
        back = provider.person_logs_in(browser.get("/login/oidc").headers["location"])
        assert browser.get(back.replace(old, new)).status_code == 400


def test_each_login_has_secrets_of_its_own(desk: Desk, provider: Provider) -> None:
    browser = browser_at(desk, provider)
    asked = [parse_qs(urlsplit(browser.get("/login/oidc").headers["location"]).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43


def test_after_five_failures_the_provider_is_not_asked_again(desk: Desk, provider: Provider) -> None:
    provider.claims["nonce"] = "another"
    browser = browser_at(desk, provider)
    assert [walk(browser, provider).status_code for _ in range(6)] == [400] * 5 + [429]
    assert provider.asked.count("/city/token") == 5


def test_a_provider_that_is_away_or_endless_or_not_itself_is_said(desk: Desk, provider: Provider) -> None:
    for field, value, status in (("down", True, 502), ("huge", True, 502), ("issuer", "https://evil.test", 400)):
        fresh = Provider(key=provider.key)
        setattr(fresh, field, value)
        assert browser_at(desk, fresh).get("/login/oidc").status_code == status
    page = browser_at(desk, provider).get("/login")
    assert token_of(page.text)  # passwords go on working


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("https://id.test/city", "http://id.test/city", "issuer"),
        ("https://portal.test", "portal.test", "portal"),
        ("role: auditor", "role: emperor", "grants.0.role"),
        (", systems_from: systems", "", "grants.2"),
        ("client_id: chengjian", "client: chengjian", "client_id"),
        ("grants:", "grants: []\nmore:", "grants"),
        ("format:", "format: [", "line"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert ISSUER in FILE
    (tmp_path / "oidc.yaml").write_text(FILE.replace(old, new))
    with pytest.raises(InputError) as caught:
        load_sign_on(tmp_path / "oidc.yaml")
    assert field in str(caught.value)
    assert "oidc.yaml" in str(caught.value)


def test_a_secret_that_others_may_read_is_refused(desk: Desk) -> None:
    (desk.folder / "secret").chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        SignOn(load_sign_on(desk.folder / "oidc.yaml"))
