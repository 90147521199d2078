"""A portal on a desk: two published scans of the tests' city, accounts of every kind, and a browser without a window."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn
from reports.portal.accounts import Accounts
from reports.portal.application import application
from reports.portal.publish import publish
from reports.portal.scope import Role
from reports.portal.sign_on import SignOn
from reports.report import Report
from tests.reports.documents import small

NOW = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
PASSWORD = "correct-horse-7"
EXCHANGE = Exchange(
    "redis", Endpoint("10.45.1.10", "tcp", 6379), (Turn("ping", b"PING\r\n", b"+PONG\r\n<b>"),), {"k": "v"}
)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def quick_hasher() -> PasswordHasher:
    """The same hash with a cost that suits a test."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def later(report: Report) -> Report:
    """The same city a month later: one finding mended, one new, one asset fallen silent."""
    gone, kept = report.findings[0], report.findings[1:]
    silent = kept[-1]
    new = kept[0].model_copy(update={"id": "f" * 16, "first_seen": "2026-04-01T00:00:00Z"})
    assets = []
    for asset in report.assets:
        verdicts = {word: list(rules) for word, rules in asset.verdicts.items()}
        if asset.id == gone.asset:
            verdicts = {word: [rule for rule in rules if rule != gone.rule] for word, rules in verdicts.items()}
            verdicts.setdefault("pass", []).append(gone.rule)
        if asset.id == silent.asset:
            verdicts = {word: [rule for rule in rules if rule != silent.rule] for word, rules in verdicts.items()}
            verdicts.setdefault("not_assessed", []).append(silent.rule)
        assets.append(asset.model_copy(update={"verdicts": {key: tuple(value) for key, value in verdicts.items()}}))
    scan = report.scan.model_copy(
        update={"id": "20260402-021000-aa01", "started": "2026-04-02T02:10:00Z", "ended": "2026-04-02T02:14:00Z"}
    )
    findings = tuple(item for item in (*kept, new) if item.id != silent.id)
    return report.model_copy(update={"scan": scan, "findings": findings, "assets": tuple(assets)})


@dataclass
class Desk:
    """Where a test of the portal sits."""

    folder: Path
    clock: Clock
    accounts: Accounts
    first: Report
    second: Report

    def browser(self, name: str = "", sign_on: SignOn | None = None) -> TestClient:
        """A browser, logged in under that name."""
        app = application(self.folder / "published", self.accounts, [self.folder / "status.json"], self.clock, sign_on)
        browser = TestClient(app, base_url="https://portal.test", follow_redirects=False, client=("192.0.2.7", 4711))
        if name:
            assert log_in(browser, name).status_code == 303
        return browser


def make_desk(folder: Path) -> Desk:
    """Publish two scans and make accounts: officer, auditor (everything), bureau (one department), vendor (one system)."""
    first, second = small(), later(small())
    for report in (first, second):
        publish(report, folder / "published", formats=("html",), evidence=lambda _digest: EXCHANGE.to_bytes())
    (folder / "status.json").write_text(STATUS)
    accounts = Accounts(folder / "portal.db", quick_hasher())
    accounts.add("officer", Role.OFFICER, PASSWORD, NOW)
    accounts.add("auditor", Role.AUDITOR, PASSWORD, NOW)
    accounts.add("bureau", Role.OFFICER, PASSWORD, NOW, departments=["govdata"])
    accounts.add("vendor", Role.VENDOR, PASSWORD, NOW, systems=[first.assets[0].system])
    return Desk(folder, Clock(), accounts, first, second)


def log_in(browser: TestClient, name: str, password: str = PASSWORD, going_to: str = "/") -> Any:
    """Fill in the form as a person would."""
    token = token_of(browser.get("/login", params={"next": going_to}).text)
    return browser.post("/login", data={"name": name, "password": password, "token": token, "next": going_to})


def token_of(page: str) -> str:
    """The token of the page's form."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


STATUS = """\
{"format": "chengjian-agent-status/1", "agent": "nanning-1", "heartbeat": "2026-03-20T01:59:50Z", "on_duty": true,
 "jobs": [{"name": "office", "state": "running", "permit": "GX-NN-2026-017", "permit_ends": "2026-03-31T16:00:00Z",
  "schedule": "0 22 * * 6", "timezone": "Asia/Shanghai", "windows": ["sat,sun 22:00–06:00"], "window_open": true,
  "scheduled": "2026-03-20T00:00:00Z", "started": "2026-03-20T00:00:01Z", "next": "2026-03-21T14:00:00Z",
  "progress": {"done": 31, "hosts": 49, "unanswered": 2, "answers": 410},
  "last": {"scheduled": "2026-03-02T02:10:00Z", "started": "2026-03-02T02:10:00Z", "ended": "2026-03-02T02:14:31Z",
   "result": "findings"}, "runs": 3, "merged": 0, "missed": 0},
  {"name": "video", "state": "paused", "permit": null, "permit_ends": null, "schedule": "0 2 1 * *",
  "timezone": "Asia/Shanghai", "windows": [], "window_open": false, "scheduled": null, "started": null, "next": null,
  "progress": null, "last": null, "runs": 0, "merged": 1, "missed": 0}], "undelivered": 0}
"""
