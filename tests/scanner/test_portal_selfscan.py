"""Our own scanner on our own portal, logged in: nothing at or above medium on any kind of page."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inventory.store import Store
from reports.portal.page import all_pages
from tests.portal_certificate import write_certificate
from tests.reports.portal.desk import PASSWORD, make_desk
from tests.reports.portal.test_access import filled
from tests.scanner.logged_in_portal import FIRST
from tests.scanner.test_serve_command import PERMIT, REGISTER, ROOT


def kinds_of_pages() -> list[str]:
    """Every path that is read by somebody who is logged in."""
    return [page.path for page in all_pages() if page.method == "GET" and not page.public]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["auditor", "vendor"])
def test_our_own_scanner_finds_nothing_at_or_above_medium_behind_the_login(tmp_path: Path, who: str) -> None:
    desk = make_desk(tmp_path)
    browser = desk.browser(who)
    wanted = [filled(desk, path) for path in kinds_of_pages()]
    pages = [page for page in wanted if browser.get(page).status_code == 200]
    assert (len(pages) == len(wanted)) == (who == "auditor")
    assert len(pages) >= 8
    desk.accounts.close()
    write_certificate(tmp_path)
    credentials = tmp_path / "credentials"
    credentials.write_text("\n".join([f"{who} {PASSWORD}", *pages]) + "\n")
    credentials.chmod(0o600)
    numbers = range(1, len(pages) + 1)
    networks = ", ".join(f"{FIRST}{number}/32" for number in numbers)
    (tmp_path / "permit.yaml").write_text(PERMIT.replace("127.45.80.1/32", networks), encoding="utf-8")
    head, line = REGISTER.splitlines()
    lines = [line.replace("127.45.80.1,portal", f"{FIRST}{number},page-{number}") for number in numbers]
    (tmp_path / "register.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with credentials.open("rb") as given:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.scanner.logged_in_portal", tmp_path, "portal.pem", "portal.key"],
            cwd=tmp_path,
            env=environment,
            stdin=given,
            stdout=subprocess.PIPE,
            text=True,
        )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "the portal ended"
        words = ["scan", "permit.yaml", "--workspace", "self.db", "--ports", port, "--no-nmap", "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "scanner.cli", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        process.kill()
        process.communicate()
    assert done.returncode == 0, done.stdout + done.stderr  # 1 would be findings at or above medium
    assert {json.loads(done.stdout)["summary"]["findings"][word] for word in ("high", "medium")} == {0}
    with Store.open(tmp_path / "self.db") as store:
        seen = [row for rows in store.facts(store.scan()["id"], "http").values() for row in rows]
    assert len(seen) == len(pages)
    # the scanner stood behind the login: every page came, and the one form for a password is that of the account
    assert {row.status for row in seen} == {200}  # type: ignore[attr-defined]
    assert sum(row.login_form for row in seen) == 1  # type: ignore[attr-defined]
