"""Chromium, driven by its own protocol over a pipe: no driver, no port, no outside resource."""

import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

LONGEST = 60.0  # seconds for one answer; a test that fails ends


class Browser:
    """One window. What it is told goes to the page; what the page complains about is kept."""

    def __init__(self, to_browser: int, from_browser: int, downloads: Path) -> None:
        self._out, self._in = to_browser, from_browser
        self._numbers = itertools.count(1)
        self._rest = b""
        self.complaints: list[str] = []
        self.session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask, and wait for that answer; events that come before it are looked at."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._next()
            if heard.get("id") == number:
                assert "error" not in heard, (method, heard["error"])
                return dict(heard["result"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], LONGEST)
            assert ready, "the browser says nothing"
            self._rest += os.read(self._in, 1 << 20)
        line, _, self._rest = self._rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(line)
        if heard.get("method") == "Log.entryAdded" and heard["params"]["entry"]["level"] == "error":
            self.complaints.append(str(heard["params"]["entry"].get("text")))
        if heard.get("method") == "Network.requestWillBeSent":
            address = heard["params"]["request"]["url"]
            if not address.startswith(("http://127.0.0.1:", "about:")):
                self.complaints.append(f"asked for {address}")
        return heard

    def run(self, script: str) -> Any:
        """The value of an expression on the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Wait for something that does become true."""
        give_up = time.monotonic() + LONGEST
        while not self.run(script):
            assert time.monotonic() < give_up, (script, self.text[:2000])
            time.sleep(0.02)

    def _arrive(self) -> None:
        self.until("document.readyState === 'complete' && !window.left")

    def open(self, address: str) -> None:
        """Go to an address."""
        self.run("window.left = true")
        self.call("Page.navigate", url=address)
        self._arrive()

    def click(self, text: str, within: str = "body") -> None:
        """Click the first link or button with that text."""
        self.run("window.left = true")
        found = self.run(
            f"(() => {{ const one = [...document.querySelectorAll({json.dumps(within + ' a, ' + within + ' button')})]"
            f".find(e => e.textContent.trim() === {json.dumps(text)}); if (one) one.click(); return !!one; }})()"
        )
        assert found, f"no link {text!r} on {self.run('location.pathname')}: {self.text[:2000]}"
        self._arrive()

    def click_first(self, selector: str) -> None:
        """Click the first element that a selector finds."""
        self.run("window.left = true")
        assert self.run(f"(() => {{ const one = document.querySelector({json.dumps(selector)}); if (one) one.click(); return !!one; }})()"), selector  # fmt: skip
        self._arrive()

    def fill(self, selector: str, value: str) -> None:
        """Write into a field."""
        self.run(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(value)}; undefined")

    @property
    def text(self) -> str:
        """What the page says."""
        return str(self.run("document.body.innerText"))

    @property
    def heading(self) -> str:
        """The page's first heading."""
        return str(self.run("document.querySelector('h1').innerText"))


FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium(downloads: Path, width: int = 1280) -> Iterator[Browser]:
    """A browser with a profile of its own, gone afterwards."""
    to_browser, from_browser = os.pipe(), os.pipe()

    def pipes() -> None:
        os.dup2(to_browser[0], 3)
        os.dup2(from_browser[1], 4)

    profile = Path(tempfile.mkdtemp(prefix="profile-"))
    words = ["chromium", *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [*words, f"--window-size={width},900", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=pipes,  # noqa: PLW1509 - two dup2, nothing else
        close_fds=False,
        start_new_session=True,
    )
    os.close(to_browser[0])
    os.close(from_browser[1])
    try:
        yield Browser(to_browser[1], from_browser[0], downloads)
    finally:
        end(process)
        os.close(to_browser[1])
        os.close(from_browser[0])
        remove(profile)


def end(process: "subprocess.Popen[bytes]", patience: float = 30.0) -> None:
    """End the browser that we started, and what is left of its group: its own processes outlive it for a moment."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(patience)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def remove(folder: Path, tries: int = 50) -> None:
    """Remove a folder into which a dying process may still write. What is left after the last try is an error."""
    for number in range(tries):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            if not folder.exists():
                return
        except OSError:
            if number == tries - 1:
                raise
        else:
            return
        time.sleep(0.1)
    shutil.rmtree(folder)
