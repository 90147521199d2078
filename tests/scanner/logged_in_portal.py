"""The portal as it looks to somebody who is logged in, for a scanner that cannot log in.

`logged_in_portal.py FOLDER CERTIFICATE KEY < FILE`: serves `FOLDER/published` over TLS as `chengjian serve run` does, each
page at an address of its own: 127.45.81.1 shows the first one at `/`, 127.45.81.2 the second, and so on. FILE is a
credentials file: `name password` in its first line, then one page a line. Prints the port.
"""

import asyncio
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from reports.portal.accounts import Accounts
from reports.portal.application import application

FIRST = "127.45.81."


def session(app: ASGIApp, name: str, password: str) -> str:
    """Log in as a person would; gives the cookie."""

    async def log_in() -> str:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://portal.test") as browser:
            page = (await browser.get("/login")).text
            token = page.partition('name="token" value="')[2].partition('"')[0]
            form = {"name": name, "password": password, "token": token, "next": "/"}
            answer = await browser.post("/login", data=form)
            assert answer.status_code == 303, answer.text
            return "; ".join(f"{key}={value}" for key, value in browser.cookies.items())

    return asyncio.run(log_in())


def at_addresses(app: ASGIApp, pages: list[str], cookie: str) -> ASGIApp:
    """The front page of each address is its page; every request carries the session."""
    places = {f"{FIRST}{number}": page for number, page in enumerate(pages, 1)}

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [item for item in scope["headers"] if item[0] != b"cookie"]
            changed: dict[str, Any] = {"headers": [*headers, (b"cookie", cookie.encode())]}
            if scope["path"] == "/":
                path, _, query = places[scope["server"][0]].partition("?")
                changed |= {"path": path, "raw_path": path.encode(), "query_string": query.encode()}
            scope = {**scope, **changed}
        await app(scope, receive, send)

    return wrapped


def main() -> None:
    folder, certificate, key = map(Path, sys.argv[1:4])
    (name, password), *rest = (line.split(" ") for line in sys.stdin.read().splitlines())
    pages = [line[0] for line in rest]
    accounts = Accounts(folder / "portal.db")
    app = application(folder / "published", accounts, [folder / "status.json"], lambda: datetime.now(UTC))
    wrapped = at_addresses(app, pages, session(app, name, password))
    sockets, port = [], 0
    for number in range(1, len(pages) + 1):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((f"{FIRST}{number}", port))
        port = listening.getsockname()[1]
        listening.listen(64)
        sockets.append(listening)
    print(port, flush=True)
    config = uvicorn.Config(
        wrapped,
        log_level="warning",
        server_header=False,
        date_header=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_keep_alive=10,
    )
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main()
