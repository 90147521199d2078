"""The audit log: who ran, read, exported or waived what, each entry chained to the one before it by SHA-256.

A changed, removed or inserted entry breaks the chain. A chain cannot show that its *end* was cut off: note the newest
digest elsewhere (`workspace audit verify` prints it) and hand it back with `--head`.
"""

import json
import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from inventory.canonical import canonical, sha256
from inventory.errors import WorkspaceError
from inventory.store import Store

Act = Literal[
    "scan",
    "judge",
    "read",
    "export",
    "import",
    "waive",
    "sign",
    "keep",
    "release",
    "backup",
    "prune",
    "publish",
    "account",
]
ACTS: tuple[Act, ...] = get_args(Act)
START = "0" * 64  # what the first entry names as the one before it


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `at` is UTC, ISO 8601 with Z; `what` says in short words what it was done to."""

    number: int
    at: str
    who: str
    act: str
    what: Mapping[str, str]
    previous: str
    digest: str

    @property
    def expected(self) -> str:
        """The digest that the content gives."""
        return _digest(self.number, self.at, self.who, self.act, self.what, self.previous)


@dataclass(frozen=True, slots=True)
class Verified:
    """A chain that holds: how many entries, and the digest of the newest."""

    entries: int
    head: str


def person() -> str:
    """Who runs this: the account of the operating system, and behind root the one who called sudo."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = f"uid {number}"
    behind = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo {behind})" if number == 0 and behind else name


def record(store: Store, act: Act, what: Mapping[str, str], *, at: datetime, who: str | None = None) -> Entry:
    """Append one entry, within the caller's batch where one is open. `at` must be aware."""
    if store.connection.in_transaction:
        return _append(store, act, what, at, who)
    with store.batch():
        return _append(store, act, what, at, who)


def _append(store: Store, act: Act, what: Mapping[str, str], at: datetime, who: str | None) -> Entry:
    newest = store.connection.execute("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    number, previous = (newest[0] + 1, newest[1]) if newest else (1, START)
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    name = who or person()
    entry = Entry(number, moment, name, act, dict(what), previous, _digest(number, moment, name, act, what, previous))
    store.connection.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry.number, entry.at, entry.who, entry.act, canonical(dict(what)).decode(), previous, entry.digest),
    )
    return entry


def entries(store: Store) -> Iterator[Entry]:
    """The whole log, oldest first. Raises WorkspaceError where an entry cannot be read."""
    for row in store.connection.execute(
        "SELECT number, at, who, act, what, previous, digest FROM audit ORDER BY number"
    ):
        try:
            what = json.loads(row[4])
        except ValueError as error:
            raise WorkspaceError(f"audit entry {row[0]} was changed", str(store.path or "memory")) from error
        yield Entry(row[0], row[1], row[2], row[3], what, row[5], row[6])


def verify(store: Store, head: str = "") -> Verified:
    """Walk the chain. `head` is a digest noted earlier, which must still be there. Raises WorkspaceError that names the
    first entry that does not fit."""
    source = str(store.path or "memory")
    previous, count, seen = START, 0, head in ("", START)
    for entry in entries(store):
        count += 1
        if entry.number != count:
            raise WorkspaceError(f"audit entry {count} is missing", source)
        if entry.previous != previous or entry.digest != entry.expected:
            raise WorkspaceError(f"audit entry {entry.number} was changed", source)
        previous = entry.digest
        seen = seen or previous == head
    if not seen:
        raise WorkspaceError(f"the audit log was cut: no entry has the digest {head}", source)
    return Verified(count, previous)


def _digest(number: int, at: str, who: str, act: str, what: Mapping[str, str], previous: str) -> str:
    return sha256(
        canonical({"number": number, "at": at, "who": who, "act": act, "what": dict(what), "previous": previous})
    )
