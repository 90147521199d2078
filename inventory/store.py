"""The workspace: one SQLite file with everything that is known, and one beside it with the compressed evidence.

Only this module opens the database. Rows are written in batches by `executemany`; the caller decides when a batch is
durable (`commit`). Fact tables are STRICT and made from the fact models.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inventory.asset import Asset, Component
from inventory.canonical import sha256, sm3
from inventory.endpoint import Endpoint
from inventory.errors import WorkspaceError
from inventory.exchange import Exchange, from_bytes
from inventory.fact import Fact, all_tables, column_types
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store_schema import ASSET_COLUMNS, EVIDENCE_SCHEMA, SCHEMA, fact_schema

VERSION = 1
LARGEST_EVIDENCE = 64 * 1024 * 1024  # bytes of one exchange, unpacked


def asked_itself(scan: Mapping[str, Any]) -> bool:
    """Whether a scan, a row of `Store.scans`, asked over the network; an imported capture was only heard."""
    return "frames" not in scan["counters"]


class Store:
    """An open workspace. Use `Store.create`, `Store.open` or `Store.memory`; it is a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self.connection = connection
        self.path = path

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Open the workspace at `path`, made new where there is none. Raises WorkspaceError if it is damaged."""
        if path.exists():
            return cls.open(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls._prepare(sqlite3.connect(path, isolation_level=None), path)

    @classmethod
    def memory(cls) -> "Store":
        """A workspace that lives in memory only: for tests, examples of rules, and self-checks without a file."""
        return cls._prepare(sqlite3.connect(":memory:", isolation_level=None), None)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open an existing workspace. Raises WorkspaceError if it is missing, damaged or of another version."""
        if not path.is_file():
            raise WorkspaceError("no such workspace", str(path), hint="a scan makes it")
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            found = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
            broken = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            connection.close()
            raise WorkspaceError(f"not a workspace, or damaged: {error}", str(path)) from error
        if broken != "ok":
            connection.close()
            raise WorkspaceError(f"damaged: {broken}", str(path))
        if found is None or int(found[0]) != VERSION:
            connection.close()
            raise WorkspaceError(f"version {found and found[0]} is not ours ({VERSION})", str(path))
        store = cls(connection, path)
        store._attach()
        store._add_new_fact_tables()
        connection.execute("CREATE INDEX IF NOT EXISTS question_asset ON question (scan, asset)")
        return store

    @classmethod
    def reader(cls, path: Path) -> "Store":
        """One more connection to a workspace that is open already, and so was checked: it only reads, for processes side by
        side, and knows no evidence. Raises WorkspaceError where there is none."""
        if not path.is_file():
            raise WorkspaceError("no such workspace", str(path), hint="a scan makes it")
        return cls(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None), path)

    @classmethod
    def _prepare(cls, connection: sqlite3.Connection, path: Path | None) -> "Store":
        store = cls(connection, path)
        store._attach()
        connection.executescript(
            f"BEGIN; {SCHEMA} {fact_schema()} INSERT INTO meta VALUES ('version', '{VERSION}'); COMMIT;"
        )
        return store

    def _attach(self) -> None:
        self.connection.execute("PRAGMA foreign_keys = ON")
        if self.path is not None:
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
        beside = str(self.path.with_suffix(".evidence")) if self.path is not None else ":memory:"
        self.connection.execute("ATTACH DATABASE ? AS kept_evidence", (beside,))
        if self.path is not None:
            self.connection.execute("PRAGMA kept_evidence.journal_mode = WAL")  # a reader never holds a scan up
        self.connection.execute(EVIDENCE_SCHEMA.replace("EXISTS evidence", "EXISTS kept_evidence.evidence"))

    def _add_new_fact_tables(self) -> None:
        """A workspace of an earlier release gets the fact tables and columns that have come since; old rows have NULL."""
        import sqlite_utils  # only here: a workspace in memory starts without it

        database = sqlite_utils.Database(self.connection)
        known = set(database.table_names())
        for statement in fact_schema().split("\n"):
            if statement.split('"')[1] not in known:
                self.connection.execute(statement)
        for name, table in all_tables().items():
            kept = database.table(f"fact_{name}")
            for column, kind in column_types(table).items():
                if column not in kept.columns_dict:
                    kept.add_column(column, kind)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; an open batch is rolled back."""
        self.connection.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """All or nothing: what is written inside is durable together when the block ends."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    # scans

    def begin_scan(
        self,
        scan: str,
        *,
        started: str,
        permit: Mapping[str, Any],
        profile: Mapping[str, Any],
        versions: Mapping[str, str],
    ) -> None:
        """Register a running scan. `started` is UTC, ISO 8601 with Z."""
        self.connection.execute(
            "INSERT INTO scan VALUES (?, 'running', ?, NULL, ?, ?, ?, '{}')",
            (scan, started, json.dumps(permit), json.dumps(profile), json.dumps(versions)),
        )

    def end_scan(self, scan: str, *, state: str, ended: str, counters: Mapping[str, int]) -> None:
        """Mark a scan `finished` or `stopped` and keep what it sent (packets, bytes, connections, largest_burst …)."""
        self.connection.execute(
            "UPDATE scan SET state = ?, ended = ?, counters = ? WHERE id = ?",
            (state, ended, json.dumps(counters), scan),
        )

    def scans(self) -> list[dict[str, Any]]:
        """All scans, oldest first, with their JSON fields read."""
        rows = self.connection.execute(
            "SELECT id, state, started, ended, permit, profile, versions, counters FROM scan ORDER BY started, id"
        )
        return [
            {
                "id": row[0],
                "state": row[1],
                "started": row[2],
                "ended": row[3],
                **{
                    name: json.loads(text)
                    for name, text in zip(("permit", "profile", "versions", "counters"), row[4:], strict=True)
                },
            }
            for row in rows
        ]

    def scan(self, scan: str | None = None) -> dict[str, Any]:
        """One scan, or the newest. Raises WorkspaceError if there is none."""
        found = [row for row in self.scans() if scan is None or row["id"] == scan]
        if not found:
            raise WorkspaceError(f"no scan {scan}" if scan else "no scan yet", str(self.path or "memory"))
        return found[-1]

    # questions, observations, facts

    def add_questions(self, scan: str, questions: Iterable[Question]) -> None:
        """Keep questions; one that is there already stays as it is."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO question VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                (
                    scan,
                    item.id,
                    item.table,
                    item.endpoint.address,
                    item.endpoint.transport,
                    item.endpoint.port,
                    item.vantage,
                )
                for item in questions
            ),
        )

    def questions(self, scan: str) -> list[Question]:
        """All questions of a scan, sorted."""
        rows = self.connection.execute(
            "SELECT address, transport, port, fact, vantage FROM question WHERE scan = ?", (scan,)
        )
        return sorted(Question(Endpoint(row[0], row[1], row[2]), row[3], row[4]) for row in rows)

    def set_assets_of_questions(self, scan: str, asset_of: Mapping[str, str]) -> None:
        """Bind each question to the asset that its address belongs to (address → asset id), in one pass over the questions."""
        self.connection.execute("CREATE TEMP TABLE place (address TEXT PRIMARY KEY, asset TEXT NOT NULL) WITHOUT ROWID")
        try:
            self.connection.executemany("INSERT INTO place VALUES (?, ?)", sorted(asset_of.items()))
            self.connection.execute(
                "UPDATE question SET asset = place.asset FROM place WHERE scan = ? AND question.address = place.address",
                (scan,),
            )
        finally:
            self.connection.execute("DROP TABLE temp.place")

    def add_observation(self, scan: str, seen: Observation, facts: Mapping[str, Sequence[Fact]] | None = None) -> None:
        """Keep how an attempt ended and, where it was answered, its facts by table; what stood there is replaced."""
        self.connection.execute(
            "INSERT OR REPLACE INTO observation VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                scan,
                seen.question,
                seen.outcome,
                seen.reason,
                seen.at,
                seen.evidence_class,
                json.dumps(list(seen.evidence)),
            ),
        )
        for table, rows in sorted((facts or {}).items()):
            self.put_facts(scan, seen.question, table, rows)

    def put_facts(self, scan: str, question: str, table: str, rows: Sequence[Fact]) -> None:
        """Replace the facts of one question in one table."""
        names = list(column_types(all_tables()[table]))
        self.connection.execute(f'DELETE FROM "fact_{table}" WHERE scan = ? AND question = ?', (scan, question))
        marks = ", ".join("?" * (len(names) + 3))
        self.connection.executemany(
            f'INSERT INTO "fact_{table}" (scan, question, ordinal, {", ".join(chr(34) + n + chr(34) for n in names)}) VALUES ({marks})',
            ((scan, question, ordinal, *(getattr(row, name) for name in names)) for ordinal, row in enumerate(rows)),
        )

    def observations(self, scan: str) -> dict[str, Observation]:
        """Question id → observation."""
        rows = self.connection.execute(
            "SELECT question, outcome, reason, at, evidence_class, evidence FROM observation WHERE scan = ? ORDER BY question",
            (scan,),
        )
        return {
            row[0]: Observation(
                row[0], Outcome(row[1]), row[2], row[3], EvidenceClass(row[4]), tuple(json.loads(row[5]))
            )
            for row in rows
        }

    def facts(self, scan: str, table: str) -> dict[str, tuple[Fact, ...]]:
        """Question id → facts of one table, in their order."""
        found = all_tables()[table]
        kinds = found.model.model_fields
        names = list(column_types(found))
        listed = ", ".join(f'"{name}"' for name in names)
        gathered: dict[str, list[Fact]] = {}
        for row in self.connection.execute(
            f'SELECT question, {listed} FROM "fact_{table}" WHERE scan = ? ORDER BY question, ordinal', (scan,)
        ):
            values = dict(zip(names, row[1:], strict=True))
            for name, value in values.items():
                if value is not None and "bool" in str(kinds[name].annotation):
                    values[name] = bool(value)
            gathered.setdefault(row[0], []).append(found.model(**values))
        return {question: tuple(rows) for question, rows in gathered.items()}

    # evidence

    def put_evidence(self, exchange: Exchange) -> str:
        """Keep a reduced exchange, compressed, under its SHA-256; returns the digest."""
        data = exchange.to_bytes()
        digest = sha256(data)
        self.connection.execute(
            "INSERT OR IGNORE INTO kept_evidence.evidence VALUES (?, ?, ?, ?, ?)",
            (digest, sm3(data), exchange.kind, len(data), zlib.compress(data, 6)),
        )
        return digest

    def evidence(self, digest: str) -> Exchange:
        """Read one exchange. Raises WorkspaceError if it is missing or its digest does not fit."""
        return from_bytes(self.evidence_bytes(digest))

    def evidence_bytes(self, digest: str) -> bytes:
        """The canonical bytes of one exchange. Raises WorkspaceError if missing or changed."""
        row = self.connection.execute(
            "SELECT size, data FROM kept_evidence.evidence WHERE digest = ?", (digest,)
        ).fetchone()
        if row is None:
            raise WorkspaceError(f"no evidence {digest}", str(self.path or "memory"))
        if row[0] > LARGEST_EVIDENCE:
            raise WorkspaceError(
                f"evidence {digest} is larger than {LARGEST_EVIDENCE} bytes", str(self.path or "memory")
            )
        try:
            data = zlib.decompressobj().decompress(row[1], LARGEST_EVIDENCE)
        except zlib.error as error:
            raise WorkspaceError(f"evidence {digest} is damaged: {error}", str(self.path or "memory")) from error
        if sha256(data) != digest:
            raise WorkspaceError(f"evidence {digest} was changed", str(self.path or "memory"))
        return data

    def evidence_digests(self, scan: str) -> list[str]:
        """The digests that the observations of a scan refer to, sorted."""
        return sorted({digest for seen in self.observations(scan).values() for digest in seen.evidence})

    # assets and components

    def put_assets(self, scan: str, assets: Iterable[Asset]) -> None:
        """Replace the assets of a scan."""
        kept = sorted(assets, key=lambda asset: asset.id)
        for name in ("asset", "asset_address"):
            self.connection.execute(f"DELETE FROM {name} WHERE scan = ?", (scan,))
        marks = ", ".join("?" * (len(ASSET_COLUMNS) + 3))
        self.connection.executemany(
            f"INSERT INTO asset (scan, {', '.join(ASSET_COLUMNS)}, keys, aliases) VALUES ({marks})",
            (
                (
                    scan,
                    *(getattr(asset, name) for name in ASSET_COLUMNS),
                    json.dumps(asset.keys),
                    json.dumps(asset.aliases),
                )
                for asset in kept
            ),
        )
        self.connection.executemany(
            "INSERT INTO asset_address VALUES (?, ?, ?)",
            ((scan, address, asset.id) for asset in kept for address in asset.addresses),
        )

    def assets(self, scan: str) -> list[Asset]:
        """The assets of a scan, by id."""
        addresses: dict[str, list[str]] = {}
        for address, asset in self.connection.execute(
            "SELECT address, asset FROM asset_address WHERE scan = ? ORDER BY address", (scan,)
        ):
            addresses.setdefault(asset, []).append(address)
        rows = self.connection.execute(
            f"SELECT {', '.join(ASSET_COLUMNS)}, keys, aliases FROM asset WHERE scan = ? ORDER BY id", (scan,)
        )
        found = []
        for row in rows:
            values = dict(zip(ASSET_COLUMNS, row, strict=False))
            values["registered"] = None if values["registered"] is None else bool(values["registered"])
            found.append(
                Asset(
                    **values,
                    keys=tuple(json.loads(row[-2])),
                    aliases=tuple(json.loads(row[-1])),
                    addresses=tuple(addresses.get(row[0], [])),
                )
            )
        return found

    def put_components(self, scan: str, components: Iterable[Component]) -> None:
        """Replace the components of a scan."""
        self.connection.execute("DELETE FROM component WHERE scan = ?", (scan,))
        self.connection.executemany(
            "INSERT INTO component VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    scan,
                    item.asset,
                    item.layer,
                    item.vendor,
                    item.product,
                    item.version,
                    item.origin,
                    item.strength,
                    item.evidence_class,
                    item.end_of_support,
                    json.dumps(item.evidence),
                    json.dumps(item.why),
                )
                for item in components
            ),
        )

    def components(self, scan: str) -> list[Component]:
        """The components of a scan, sorted by asset, layer, vendor and product."""
        rows = self.connection.execute(
            "SELECT asset, layer, vendor, product, version, origin, strength, evidence_class, evidence, why, end_of_support "
            "FROM component WHERE scan = ? ORDER BY asset, layer, vendor, product, version",
            (scan,),
        )
        return [
            Component(
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                row[6],
                EvidenceClass(row[7]),
                tuple(json.loads(row[8])),
                tuple(json.loads(row[9])),
                row[10],
            )
            for row in rows
        ]

    # whole documents: the report of a scan, and kept inputs (register, packs, catalogue, waivers)

    def put_report(self, scan: str, document: bytes) -> None:
        """Keep the canonical report of a scan."""
        self.connection.execute("INSERT OR REPLACE INTO report VALUES (?, ?)", (scan, document))

    def report(self, scan: str) -> bytes:
        """The canonical report of a scan. Raises WorkspaceError if there is none."""
        row = self.connection.execute("SELECT document FROM report WHERE scan = ?", (scan,)).fetchone()
        if row is None:
            raise WorkspaceError(f"scan {scan} has no report yet", str(self.path or "memory"))
        return bytes(row[0])

    def keep(self, name: str, kind: str, content: bytes) -> None:
        """Keep an input document (register, answers, profile …) under a name."""
        self.connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (name, kind, content))

    def kept(self, kind: str) -> dict[str, bytes]:
        """Name → content of the kept documents of one kind."""
        return dict(
            self.connection.execute("SELECT name, content FROM kept WHERE kind = ? ORDER BY name", (kind,)).fetchall()
        )
