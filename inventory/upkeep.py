"""Upkeep of a workspace: check, backup, keep and release reports, prune.

Evidence and scans stay at least 180 days (网络安全法 23 asks for six months of logs); a report that is kept keeps its scan
and its evidence for as long as it is kept.
"""

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inventory.audit import Verified, record, verify
from inventory.errors import InputError, WorkspaceError
from inventory.store import Store
from inventory.store_copy import copy_to

SHORTEST_DAYS = 180
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class ScanSize:
    """What one scan takes up. `evidence_bytes` is compressed, and counts evidence that other scans use too."""

    scan: str
    state: str
    ended: str
    assets: int
    evidence_bytes: int
    held: bool

    @property
    def bytes_per_asset(self) -> int:
        """Bytes of evidence an asset, rounded up; 0 without assets."""
        return -(-self.evidence_bytes // self.assets) if self.assets else 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The state of a workspace. `problems` is empty where all is well, one sentence each where not."""

    problems: tuple[str, ...]
    database_bytes: int
    evidence_bytes: int
    evidence: int
    unused_evidence: int
    scans: tuple[ScanSize, ...]
    audit: Verified | None


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed, or would be: `kept` says why each scan that is old enough stayed."""

    scans: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    evidence: int
    evidence_bytes: int


def check(store: Store, head: str = "") -> Checked:
    """Look at every page, every piece of evidence and the audit chain. Changes nothing."""
    problems = [
        f"{name}: {row[0]}"
        for name in ("main", "kept_evidence")
        for row in store.connection.execute(f"PRAGMA {name}.integrity_check(10)")
        if row[0] != "ok"
    ]
    count = 0
    present = [row[0] for row in store.connection.execute("SELECT digest FROM kept_evidence.evidence ORDER BY digest")]
    for digest in present:
        count += 1
        try:
            store.evidence_bytes(digest)
        except WorkspaceError as error:
            problems.append(error.message)
    used = _used_evidence(store)
    problems += [f"evidence {digest} is referred to, but missing" for digest in sorted(used - set(present))]
    audit = None
    try:
        audit = verify(store, head)
    except WorkspaceError as error:
        problems.append(error.message)
    database, evidence = _sizes(store)
    return Checked(
        tuple(problems), database, evidence, count, len(set(present) - used), tuple(scan_sizes(store)), audit
    )


def scan_sizes(store: Store) -> list[ScanSize]:
    """What each scan takes up, oldest first."""
    held = holds(store)
    size_of = dict(store.connection.execute("SELECT digest, length(data) FROM kept_evidence.evidence").fetchall())
    assets = dict(store.connection.execute("SELECT scan, count(*) FROM asset GROUP BY scan").fetchall())
    return [
        ScanSize(
            scan["id"],
            scan["state"],
            scan["ended"] or "",
            assets.get(scan["id"], 0),
            sum(size_of.get(digest, 0) for digest in store.evidence_digests(scan["id"])),
            scan["id"] in held,
        )
        for scan in store.scans()
    ]


def _sizes(store: Store) -> tuple[int, int]:
    if store.path is None:
        return 0, 0
    both = (store.path, store.path.with_suffix(".evidence"))
    return both[0].stat().st_size, both[1].stat().st_size


# backup


def backup(store: Store, target: Path) -> tuple[Path, Path, Path]:
    """Copy the workspace to `target`, its evidence beside it and their SHA-256 sums (`sha256sum -c`) in a third file,
    while a scan may go on writing. An existing file is never replaced. The copy is checked before it gets its name.
    Raises InputError or WorkspaceError; then nothing is left behind."""
    if target.suffix in (".evidence", ".sha256"):
        raise InputError("names the workspace file, such as backup/city.db", str(target))
    finals = (target, target.with_suffix(".evidence"), target.with_suffix(".sha256"))
    for path in finals:
        if path.exists():
            raise InputError("exists already", str(path), hint="choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    parts = tuple(path.with_name(f".{target.stem}.part{path.suffix}") for path in finals)
    try:
        copy_to(store, parts[0])
        with Store.open(parts[0]) as copy:
            found = check(copy)
            copy.connection.execute("PRAGMA journal_mode = DELETE")
            copy.connection.execute("PRAGMA kept_evidence.journal_mode = DELETE")
        if found.problems:
            raise WorkspaceError(f"the copy is not whole: {found.problems[0]}", str(target))
        sums = [f"{_file_sha256(part)}  {final.name}\n" for part, final in zip(parts[:2], finals[:2], strict=True)]
        parts[2].write_text("".join(sums), encoding="ascii")
        for part, final in reversed(tuple(zip(parts, finals, strict=True))):
            part.rename(final)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return finals


def restore(source: Path, target: Path) -> Checked:
    """Put a backup back as the workspace `target`, which must not exist (a journal left by an older one would spoil it).
    The sums and then the copy are checked first. Raises InputError or WorkspaceError; then nothing is left behind."""
    files = (source, source.with_suffix(".evidence"))
    finals = (target, target.with_suffix(".evidence"))
    for path in (*finals, *(path.with_name(path.name + end) for path in finals for end in ("-wal", "-shm"))):
        if path.exists():
            raise InputError("exists already", str(path), hint="move the old workspace and what stands beside it away")
    try:
        sums = source.with_suffix(".sha256").read_text(encoding="ascii")
        wrong = [path for path in files if f"{_file_sha256(path)}  {path.name}\n" not in sums]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"not a backup: {error}", str(source)) from error
    if wrong:
        raise WorkspaceError("does not fit its SHA-256 sum", str(wrong[0]))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        for path, final in zip(reversed(files), reversed(finals), strict=True):
            shutil.copyfile(path, final)
        with Store.open(target) as store:
            found = check(store)
        if found.problems:
            raise WorkspaceError(f"the backup is not whole: {found.problems[0]}", str(source))
    except BaseException:
        for path in finals:
            path.unlink(missing_ok=True)
        raise
    return found


def _file_sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# keep and release


def holds(store: Store) -> dict[str, str]:
    """Scan → reason of every report that is kept."""
    return dict(store.connection.execute("SELECT scan, reason FROM held ORDER BY scan").fetchall())


def hold(store: Store, scan: str, reason: str, *, at: datetime) -> None:
    """Keep the report of a scan, and what it refers to, until it is released. Raises WorkspaceError without such a scan."""
    store.scan(scan)
    store.connection.execute(
        "INSERT OR REPLACE INTO held VALUES (?, ?, ?)", (scan, f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", reason)
    )


def release(store: Store, scan: str) -> None:
    """Let a kept report go the way of the others. Raises WorkspaceError if it was not kept."""
    if store.connection.execute("DELETE FROM held WHERE scan = ?", (scan,)).rowcount == 0:
        raise WorkspaceError(f"the report of scan {scan} is not kept", str(store.path or "memory"))


# prune


def prune(
    store: Store, *, now: datetime, days: int = SHORTEST_DAYS, budget: int | None = None, dry_run: bool = False
) -> Pruned:
    """Remove scans that ended more than `days` days before `now` (aware), and evidence that nothing refers to any more.

    With a `budget` (bytes of both files) the oldest go first, and only until the rest fits. Never removed: a kept report's
    scan and evidence, a scan that runs, the newest finished scan of each permit (drift compares with it). Fewer than 180
    days are allowed for scans of a lab permit only. Raises InputError for fewer.
    """
    candidates, kept = _old_scans(store, now, days)
    if dry_run:
        chosen = _within_budget(store, candidates, budget)
        return Pruned(tuple(chosen), tuple(kept), 0, 0)
    removed: list[str] = []
    evidence = freed = 0
    for scan in candidates:
        if budget is not None and sum(_sizes(store)) <= budget:
            kept.append((scan, "budget"))
            continue
        _remove_scan(store, scan, now)
        removed.append(scan)
        if budget is not None:
            some, size = _remove_unused_evidence(store)
            evidence, freed = evidence + some, freed + size
            _shrink(store)
    some, size = _remove_unused_evidence(store)
    _shrink(store)
    return Pruned(tuple(removed), tuple(kept), evidence + some, freed + size)


def _old_scans(store: Store, now: datetime, days: int) -> tuple[list[str], list[tuple[str, str]]]:
    """The scans that may go, oldest first; and those old enough that stay, with the reason."""
    before = f"{(now - timedelta(days=days)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    scans = store.scans()
    held = holds(store)
    newest = {scan["permit"].get("id"): scan["id"] for scan in scans if scan["state"] == "finished"}
    may_go, stays = [], []
    for scan in scans:
        if (scan["ended"] or scan["started"]) >= before:
            continue
        if scan["id"] in held:
            stays.append((scan["id"], "kept report"))
        elif scan["state"] == "running":
            stays.append((scan["id"], "running"))
        elif newest.get(scan["permit"].get("id")) == scan["id"]:
            stays.append((scan["id"], "newest of its permit"))
        elif days < SHORTEST_DAYS and scan["permit"].get("environment") != "lab":
            raise InputError(
                f"scans of production stay {SHORTEST_DAYS} days at least", where="--days", hint=f"not {days}"
            )
        else:
            may_go.append(scan["id"])
    return may_go, stays


def _within_budget(store: Store, candidates: Sequence[str], budget: int | None) -> list[str]:
    """Which would go, by an estimate: compressed evidence that only they use."""
    if budget is None:
        return list(candidates)
    sizes = {item.scan: item.evidence_bytes for item in scan_sizes(store)}
    rest, chosen = sum(_sizes(store)), []
    for scan in candidates:
        if rest <= budget:
            break
        chosen.append(scan)
        rest -= sizes[scan]
    return chosen


def _remove_scan(store: Store, scan: str, now: datetime) -> None:
    """Every row of a scan in every table that has a column `scan`, and the audit entry, in one batch."""
    tables = [
        row[0]
        for row in store.connection.execute(
            "SELECT t.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c ON c.name = 'scan' "
            "WHERE t.type = 'table' ORDER BY t.name"
        )
    ]
    with store.batch():
        for table in tables:
            store.connection.execute(f'DELETE FROM main."{table}" WHERE scan = ?', (scan,))
        store.connection.execute("DELETE FROM scan WHERE id = ?", (scan,))
        record(store, "prune", {"scan": scan}, at=now)


def _used_evidence(store: Store) -> set[str]:
    """Digests that observations and components name."""
    rows = store.connection.execute("SELECT evidence FROM observation UNION SELECT evidence FROM component")
    return {digest for (text,) in rows for digest in DIGEST.findall(text)}


def _remove_unused_evidence(store: Store) -> tuple[int, int]:
    """How many pieces and compressed bytes went. A digest that any stored report names stays."""
    with store.batch():
        used = _used_evidence(store)
        for (document,) in store.connection.execute("SELECT document FROM report"):
            used |= set(DIGEST.findall(document.decode(errors="replace")))
        unused = [
            row
            for row in store.connection.execute("SELECT digest, length(data) FROM kept_evidence.evidence")
            if row[0] not in used
        ]
        store.connection.executemany(
            "DELETE FROM kept_evidence.evidence WHERE digest = ?", ((digest,) for digest, _ in unused)
        )
    return len(unused), sum(size for _, size in unused)


def _shrink(store: Store) -> None:
    """Give the space back to the disk. Where somebody else is writing it stays in the file, and the next scan fills it."""
    try:
        for name in ("main", "kept_evidence"):
            store.connection.execute(f"VACUUM {name}")
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except store.connection.OperationalError:
        return
