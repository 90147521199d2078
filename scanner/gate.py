"""The gate in the code: while it is sealed, sockets and processes open only inside `opening()`, which the network door,
the privileged helper's client and the nmap module alone use. Anything else is a bug, and raises before a packet leaves.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from inventory.errors import ChengjianError

_NETWORK = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_PROCESS = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn", "os.spawn"}
)
_AF_UNIX = 1

_open: ContextVar[bool] = ContextVar("chengjian_gate_open", default=False)
_state = {"installed": False, "sealed": 0}


class GateClosed(ChengjianError):
    """Code of ours tried to open a socket or a process past the network door."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _state["sealed"] or (event not in _NETWORK and event not in _PROCESS) or _open.get():
        return
    if event in _NETWORK and getattr(arguments[0], "family", None) == _AF_UNIX:
        return
    raise GateClosed(f"{event} past the network door")


@contextmanager
def sealed() -> Iterator[None]:
    """Refuse sockets and processes that are opened anywhere but inside `opening()`, for as long as this lasts.

    An audit hook (PEP 578) cannot be removed, so it is installed once and counts who sealed it."""
    if not _state["installed"]:
        sys.addaudithook(_watch)
        _state["installed"] = True
    _state["sealed"] += 1
    try:
        yield
    finally:
        _state["sealed"] -= 1


@contextmanager
def opening() -> Iterator[None]:
    """Around the one call that opens something. It holds for the current task (or thread started from it) only."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)
