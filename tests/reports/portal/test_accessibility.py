"""The main pages, light and dark, held against axe-core (WCAG 2.2 A and AA, and its best practices) in a real browser."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reports.portal.browser import Browser, chromium
from tests.reports.portal.desk import Desk
from tests.reports.portal.test_browser import log_in, served

pytestmark = pytest.mark.lab  # needs Chromium

ROOT = Path(__file__).parents[3]
AXE = "axe-core@4.14.1"
__all__ = ["served"]


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, fetched by npm into `out/` once; empty where that cannot be done."""
    folder = ROOT / "out" / "axe"
    source = folder / "node_modules" / "axe-core" / "axe.min.js"
    npm = shutil.which("npm")
    if not source.exists() and npm is not None:
        folder.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", AXE]
        subprocess.run(words, capture_output=True, timeout=120, check=False)
    return source.read_text(encoding="utf-8") if source.exists() else ""


@pytest.fixture
def browser(served: tuple[Desk, str], tmp_path: Path) -> Iterator[Browser]:
    with chromium(tmp_path) as found:
        yield found


def paths(desk: Desk) -> list[str]:
    """A page of every kind."""
    root = f"/r/{desk.second.scan.id}"
    finding = desk.second.findings[0]
    asset = next(item for item in desk.second.assets if item.id == finding.asset)
    return [
        "/",
        root,
        f"{root}/unit?city={asset.city}&department={asset.department}",
        f"{root}/findings",
        f"{root}/finding/{finding.id}",
        f"{root}/finding/{finding.id}/evidence/{finding.evidence[0].digest}",
        f"{root}/asset/{asset.id}",
        *[f"{root}/{name}" for name in ("compare", "clauses", "waivers", "scope", "downloads")],
        "/schedule",
        "/search?q=10.45",
        "/account",
    ]


def violations(browser: Browser, axe: str) -> list[str]:
    """What axe-core finds on the page: rule, and where."""
    browser.run(axe + "; undefined")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    script = f"axe.run(document, {{runOnly: {json.dumps(tags)}}}).then(found => JSON.stringify(found))"
    answer = browser.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
    assert "exceptionDetails" not in answer, answer
    found: dict[str, Any] = json.loads(answer["result"]["value"])
    assert len(found["passes"]) > 5  # it did look
    return [f"{item['id']}: {node['html'][:160]}" for item in found["violations"] for node in item["nodes"]]


def plain_faults(browser: Browser) -> list[str]:
    """What can be held without axe-core: a language, one heading of the first rank, a name for every field."""
    return list(
        browser.run(
            "[document.documentElement.lang ? '' : 'no language', document.title ? '' : 'no title', "
            "document.querySelectorAll('h1').length === 1 ? '' : 'not one h1', "
            "...[...document.querySelectorAll('input:not([type=hidden]), select')]"
            ".map(e => e.labels.length || e.ariaLabel ? '' : 'no label: ' + e.outerHTML)].filter(e => e)"
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_is_usable_by_everybody(
    served: tuple[Desk, str], browser: Browser, axe: str, scheme: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk, address = served
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    faults = {}
    browser.open(f"{address}/login?lang=en")
    faults["/login"] = plain_faults(browser) + (violations(browser, axe) if axe else [])
    log_in(browser, address, "auditor")
    for path in paths(desk):
        browser.open(address + path)
        faults[path] = plain_faults(browser) + (violations(browser, axe) if axe else [])
    assert {path: found for path, found in faults.items() if found} == {}
    if not axe:
        with capsys.disabled():
            print(
                "\naxe-core is left out: npm is missing or could not fetch it; headings, names and languages were held"
            )
