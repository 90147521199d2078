"""Accounts, sessions and the log of what was read: all that the portal writes, in `portal.db`.

Passwords are hashed with Argon2id (RFC 9106, second recommended option). A session is 256 random bits, of which only the
SHA-256 is kept. After five failures for a name or from an address, logging in there has to wait.
"""

import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from inventory.errors import InputError
from inventory.text import Language
from reports.portal.database import Connection, IntegrityError, open_portal
from reports.portal.scope import Account, Role, scope_for
from reports.portal.sign_on_config import Person

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, departments TEXT NOT NULL, systems TEXT NOT NULL, language TEXT NOT NULL,
  hash TEXT NOT NULL, created TEXT NOT NULL, disabled INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (
  digest TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account ON DELETE CASCADE, started TEXT NOT NULL,
  seen TEXT NOT NULL, csrf TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failure (what TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS failure_what ON failure (what, at);
CREATE TABLE IF NOT EXISTS reading (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, account TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL) STRICT;
"""
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
SHORTEST, LONGEST = 12, 256  # characters of a password
IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=10)
FAILURES, WITHIN = 5, timedelta(minutes=15)
READINGS_KEPT = timedelta(days=180)
NO_PASSWORD = "!"  # noqa: S105 - what stands in place of a hash for somebody whom a provider vouches for


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged in. `csrf` stands in every form."""

    account: Account
    csrf: str


class Accounts:
    """The portal's own database. Every method may be called from any thread."""

    def __init__(self, path: Path, hasher: PasswordHasher | None = None) -> None:
        self._connection: Connection = open_portal(path, SCHEMA)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._lock = threading.Lock()
        self._hasher = hasher or PasswordHasher()
        self._hashing = threading.BoundedSemaphore(2)  # each takes 64 MB for a moment
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with self._lock:
            yield self._connection

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    # accounts, by the command line

    def add(
        self,
        name: str,
        role: Role,
        password: str,
        now: datetime,
        *,
        departments: Sequence[str] = (),
        systems: Sequence[str] = (),
        language: Language = "zh",
    ) -> None:
        """Make an account. Raises InputError for a name, scope or password that cannot be used."""
        if not NAME.fullmatch(name):
            raise InputError(f"{name!r} is not an account name", hint="2 to 32 of a-z, 0-9, . _ -")
        if role is Role.VENDOR and not systems:
            raise InputError("a vendor needs the systems that it is named for", hint="--system NAME")
        hashed = self._hash(password, name)
        row = (name, role, json.dumps(list(departments)), json.dumps(list(systems)), language, hashed, _stamp(now))
        try:
            with self._alone() as connection:
                connection.execute("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, 0)", row)
        except IntegrityError:
            raise InputError(f"the account {name} exists already") from None

    def set_password(self, name: str, password: str) -> None:
        """Change a password and end the account's sessions. Raises InputError."""
        if "@" in name:
            raise InputError(f"the password of {name} is kept by the provider")
        hashed = self._hash(password, name)
        with self._alone() as connection:
            if not connection.execute("UPDATE account SET hash = ? WHERE name = ?", (hashed, name)).rowcount:
                raise InputError(f"there is no account {name}")
            connection.execute("DELETE FROM session WHERE account = ?", (name,))

    def remove(self, name: str) -> None:
        """Remove an account and its sessions; what it read stays written down. Raises InputError."""
        with self._alone() as connection:
            if not connection.execute("DELETE FROM account WHERE name = ?", (name,)).rowcount:
                raise InputError(f"there is no account {name}")

    def listed(self) -> list[Account]:
        """All accounts, by name."""
        with self._alone() as connection:
            rows = connection.execute("SELECT * FROM account ORDER BY name").fetchall()
        return [_account(row) for row in rows]

    def _hash(self, password: str, name: str) -> str:
        if not SHORTEST <= len(password) <= LONGEST:
            raise InputError(f"a password has {SHORTEST} to {LONGEST} characters")
        if name in password.lower() or len(set(password)) < 6:
            raise InputError("too easy to guess: it repeats itself or holds the account's name")
        with self._hashing:
            return self._hasher.hash(password)

    # logging in

    def must_wait(self, name: str, address: str, now: datetime) -> bool:
        """Were there too many failures for this name or from this address?"""
        since = _stamp(now - WITHIN)
        with self._alone() as connection:
            return any(
                connection.execute("SELECT count(*) FROM failure WHERE what = ? AND at > ?", (what, since)).fetchone()[
                    0
                ]
                >= FAILURES
                for what in _whats(name, address)
            )

    def log_in(self, name: str, password: str, address: str, now: datetime) -> str | None:
        """The token of a new session, or None. Takes as long for a name that does not exist."""
        with self._alone() as connection:
            row = connection.execute(
                "SELECT * FROM account WHERE name = ? AND NOT disabled AND hash <> ?", (name[:64], NO_PASSWORD)
            ).fetchone()
        if not self._fits(row["hash"] if row else self._nobody, password) or row is None:
            self.note_failure(name, address, now)
            return None
        with self._alone() as connection:
            connection.execute("DELETE FROM failure WHERE what = ?", (f"name {name}",))
            return _start(connection, name, now)

    def note_failure(self, name: str, address: str, now: datetime) -> None:
        """One more failure for this name and from this address."""
        with self._alone() as connection:
            connection.execute("DELETE FROM failure WHERE at < ?", (_stamp(now - WITHIN),))
            connection.executemany(
                "INSERT INTO failure VALUES (?, ?)", [(what, _stamp(now)) for what in _whats(name, address)]
            )

    def admit(self, person: Person, now: datetime) -> str | None:
        """The token of a new session for somebody whom a provider vouches for, with the role and scope that it gives
        today; None for a disabled account. Older sessions with another role or scope have them from now on, too."""
        scope = (str(person.role), json.dumps(list(person.departments)), json.dumps(list(person.systems)))
        with self._alone() as connection:
            connection.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?, 'zh', ?, ?, 0) ON CONFLICT (name) DO UPDATE SET "
                "role = excluded.role, departments = excluded.departments, systems = excluded.systems",
                (person.name, *scope, NO_PASSWORD, _stamp(now)),
            )
            row = connection.execute("SELECT disabled FROM account WHERE name = ?", (person.name,)).fetchone()
            return None if row["disabled"] else _start(connection, person.name, now)

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            with self._hashing:
                return self._hasher.verify(hashed, password[:LONGEST])
        except (Argon2Error, InvalidHashError):
            return False

    def session(self, token: str, now: datetime) -> Session | None:
        """Who a token belongs to, if it is still good."""
        with self._alone() as connection:
            row = connection.execute(
                "SELECT a.*, s.csrf, s.seen FROM session AS s JOIN account AS a ON a.name = s.account "
                "WHERE s.digest = ? AND s.seen > ? AND s.started > ? AND NOT a.disabled",
                (_digest(token), _stamp(now - IDLE), _stamp(now - LONGEST_SESSION)),
            ).fetchone()
            if row is None:
                return None
            if row["seen"] < _stamp(now - timedelta(minutes=1)):
                connection.execute("UPDATE session SET seen = ? WHERE digest = ?", (_stamp(now), _digest(token)))
        return Session(_account(row), row["csrf"])

    def log_out(self, token: str) -> None:
        """End a session."""
        with self._alone() as connection:
            connection.execute("DELETE FROM session WHERE digest = ?", (_digest(token),))

    # reads

    def note_reading(self, account: str, path: str, status: int, now: datetime) -> None:
        """Who read what; kept for 180 days."""
        with self._alone() as connection:
            number = connection.execute(
                "INSERT INTO reading (at, account, path, status) VALUES (?, ?, ?, ?)",
                (_stamp(now), account, path[:500], status),
            ).lastrowid
            if number and number % 1000 == 0:
                connection.execute("DELETE FROM reading WHERE at < ?", (_stamp(now - READINGS_KEPT),))

    def readings(self, limit: int = 1000) -> list[dict[str, Any]]:
        """The newest reads, newest first."""
        with self._alone() as connection:
            rows = connection.execute("SELECT * FROM reading ORDER BY number DESC LIMIT ?", (limit,)).fetchall()
        return [dict(row) for row in rows]


def _start(connection: Connection, name: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute("DELETE FROM session WHERE seen < ?", (_stamp(now - IDLE),))
    connection.execute(
        "INSERT INTO session VALUES (?, ?, ?, ?, ?)",
        (_digest(token), name, _stamp(now), _stamp(now), secrets.token_urlsafe(32)),
    )
    return token


def _account(row: Any) -> Account:
    role = Role(row["role"])
    scope = scope_for(role, json.loads(row["departments"]), json.loads(row["systems"]))
    return Account(row["name"], role, scope, row["language"])


def _whats(name: str, address: str) -> tuple[str, str]:
    return (f"name {name[:64]}", f"address {address}")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
