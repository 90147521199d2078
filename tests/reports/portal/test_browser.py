"""A person's day at the portal, with a real browser: the auditor's, the vendor's, and a phone's."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from reports.portal.application import application
from tests.reports.portal.browser import Browser, chromium
from tests.reports.portal.desk import PASSWORD, Desk, make_desk

pytestmark = pytest.mark.lab  # needs Chromium


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk = make_desk(tmp_path_factory.mktemp("portal"))
    app = application(desk.folder / "published", desk.accounts, [desk.folder / "status.json"], desk.clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error")
    listening = config.bind_socket()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield desk, f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    listening.close()
    desk.accounts.close()


def log_in(browser: Browser, address: str, name: str) -> None:
    browser.open(f"{address}/login?lang=zh")
    browser.fill("#name", name)
    browser.fill("#password", PASSWORD)
    browser.click("登录")
    assert name in browser.text


def test_the_auditors_day(served: tuple[Desk, str], tmp_path: Path) -> None:
    """Log in, find the worst department, open its worst finding, see the evidence, compare, download, log out."""
    desk, address = served
    with chromium(tmp_path) as browser:
        log_in(browser, address, "auditor")
        browser.click("数据局")
        assert browser.heading == "数据局"
        browser.click_first("table.findings tbody a")
        assert "Telnet" in browser.heading
        assert "证据" in browser.text
        browser.click("查看完整证据")
        assert "PING" in browser.text
        browser.click("对比", "nav.menu")
        assert "不再可判定" in browser.text
        browser.click("下载", "nav.menu")
        browser.run("[...document.querySelectorAll('a')].find(e => e.textContent === 'report.json').click()")
        name = f"{desk.second.scan.id}-report.json"
        give_up = time.monotonic() + 60
        while not (tmp_path / name).exists():
            browser.run("1")
            assert time.monotonic() < give_up, list(tmp_path.iterdir())
            time.sleep(0.02)
        browser.click("退出")
        assert browser.run("location.pathname") == "/login"
        browser.open(f"{address}/r/{desk.second.scan.id}")
        assert browser.run("location.pathname") == "/login"
        assert browser.complaints == []


def test_the_vendors_day(served: tuple[Desk, str], tmp_path: Path) -> None:
    """It sees its own system and no other."""
    desk, address = served
    with chromium(tmp_path) as browser:
        log_in(browser, address, "vendor")
        links = browser.run("[...document.querySelectorAll('main tbody a')].map(e => e.textContent.trim())")
        assert len(links) == 1
        browser.click(links[0], "main")
        browser.click("English")
        assert browser.run("document.documentElement.lang") == "en"
        other = desk.second.assets[-1]
        browser.open(f"{address}/r/{desk.second.scan.id}/asset/{other.id}")
        assert "no such thing" in browser.text
        assert [line for line in browser.complaints if "404" not in line] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(served: tuple[Desk, str], tmp_path: Path, width: int) -> None:
    desk, address = served
    with chromium(tmp_path, width) as browser:
        browser.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600
        )
        log_in(browser, address, "auditor")
        root = f"{address}/r/{desk.second.scan.id}"
        finding = desk.second.findings[0].id
        for path in (
            "",
            "/findings",
            "/compare",
            "/clauses",
            "/waivers",
            "/scope",
            "/downloads",
            f"/finding/{finding}",
        ):
            browser.open(root + path)
            assert browser.run("document.documentElement.scrollWidth") <= width, path
        assert browser.complaints == []
