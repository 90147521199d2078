"""Reading a published snapshot, a page at a time, never past the scope of who asks."""

import json
import queue
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from inventory.errors import WorkspaceError
from inventory.text import Text
from reports.portal.database import Connection, Row, open_snapshot
from reports.portal.scope import Scope
from reports.portal.snapshot_schema import VERSION

MOST_CONNECTIONS = 8
MOST_REMEMBERED = 1000  # drawings of a few kB
MOST_COUNTED = 10_000  # beyond that a page says "more than"
LARGEST_EVIDENCE = 64 * 1024 * 1024  # bytes, unpacked
SEVERITIES = ("high", "medium", "low")
Place = tuple[str, str, str]  # city, department, system; empty from the first that is left out


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of findings is narrowed to; empty is everything."""

    severity: str = ""
    state: str = ""  # open, candidate, waived
    city: str | None = None
    department: str | None = None
    system: str | None = None
    rule: str = ""
    asset: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of rows, and how many there are (`more`: at least so many)."""

    rows: tuple[dict[str, Any], ...]
    total: int
    more: bool = False


class Snapshot:
    """One published scan."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._free: queue.LifoQueue[Connection] = queue.LifoQueue()
        self._made = 0
        self._remembered: dict[object, Any] = {}
        if self.meta.get("version") != VERSION:
            raise WorkspaceError(f"snapshot of version {self.meta.get('version')}, not {VERSION}", str(path))

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One of a few connections, for as long as the block lasts."""
        try:
            connection = self._free.get_nowait()
        except queue.Empty:
            if self._made < MOST_CONNECTIONS:
                self._made += 1
                connection = open_snapshot(self.path)
            else:
                connection = self._free.get()
        try:
            yield connection
        finally:
            self._free.put(connection)

    def remember(self, key: object, make: Callable[[], Any]) -> Any:
        """What was made for a key before, or is made now: a snapshot never changes, so neither does what is drawn from it.
        The key must hold the scope and the language."""
        if key not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = make()
        return self._remembered.get(key)

    def close(self) -> None:
        """Close what is not in use."""
        while not self._free.empty():
            self._free.get_nowait().close()
            self._made -= 1

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        with self.connection() as connection:
            return connection.execute(statement, values).fetchall()

    # what the scan was

    @cached_property
    def meta(self) -> dict[str, str]:
        """Scan, permit, times."""
        return {row["key"]: row["value"] for row in self._rows("SELECT key, value FROM meta")}

    @cached_property
    def parts(self) -> dict[str, Any]:
        """The parts of the report that are shown whole: permit, scope, freshness, …"""
        return {row["name"]: json.loads(row["json"]) for row in self._rows("SELECT name, json FROM part")}

    @cached_property
    def rules(self) -> dict[str, dict[str, Any]]:
        """Rule id → rule."""
        return {row["id"]: json.loads(row["json"]) for row in self._rows("SELECT id, json FROM rule ORDER BY id")}

    @cached_property
    def _names(self) -> dict[tuple[str, str], Text]:
        rows = self._rows("SELECT kind, key, zh, en FROM name")
        return {(row["kind"], row["key"]): Text(zh=row["zh"], en=row["en"]) for row in rows}

    def name(self, kind: str, key: str) -> Text | None:
        """What an organisation is called, where the report says so."""
        return self._names.get((kind, key))

    @property
    def scan(self) -> str:
        """The id of the scan."""
        return self.meta["scan"]

    @cached_property
    def files(self) -> list[dict[str, Any]]:
        """What can be downloaded."""
        return [dict(row) for row in self._rows("SELECT * FROM file ORDER BY format, language, name")]

    @cached_property
    def several_cities(self) -> bool:
        """Does the report span more than one city?"""
        return int(self._rows("SELECT count(*) AS n FROM unit WHERE depth = 1")[0]["n"]) > 1

    # organisations

    def unit(self, place: Place, depth: int) -> dict[str, Any] | None:
        """The counts of one organisation."""
        rows = self._rows(
            "SELECT * FROM unit WHERE depth = ? AND city = ? AND department = ? AND system = ?", (depth, *place)
        )
        return dict(rows[0]) if rows else None

    def units(
        self, depth: int, scope: Scope, place: Place = ("", "", ""), above: int = 0, limit: int = -1
    ) -> list[dict[str, Any]]:
        """The organisations at one depth (2 departments, 3 systems; 1 cities for those who may see everything) below a
        place that is `above` deep, worst first; all of them without a limit."""
        condition, values = scope.sql()
        names = ("city", "department", "system")[:above]
        where = " AND ".join([condition, *(f"{name} = ?" for name in names)])
        if (depth < 3 and scope.systems is not None) or (depth < 2 and not scope.whole):
            return []
        rows = self._rows(
            f"SELECT * FROM unit WHERE depth = ? AND {where} ORDER BY high DESC, medium DESC, low DESC, city, department, system "
            "LIMIT ?",
            (depth, *values, *place[:above], limit),
        )
        return [dict(row) for row in rows]

    def may_see(self, place: Place, depth: int, scope: Scope) -> bool:
        """Does the scope hold the whole of that organisation?"""
        if scope.whole:
            return True
        if depth < 2 or (depth < 3 and scope.systems is not None):
            return False
        return scope.holds(place[1], place[2])

    @cached_property
    def _grades(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self._rows(
            "SELECT kind, subject, json FROM grade WHERE kind <> 'asset' "
            "ORDER BY kind, subject, scheme <> 'self-check', scheme"  # the default scheme first
        ):
            found.setdefault((row["kind"], row["subject"]), []).append(json.loads(row["json"]))
        return found

    @cached_property
    def _graded(self) -> dict[tuple[str, str, str], list[str]]:
        """(kind, city, own name) → subjects. A subject is `kind:city/district/department/system` as far as the kind goes."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for kind, subject in self._grades:
            path = subject.removeprefix(f"{kind}:").split("/")
            found.setdefault((kind, path[0], path[-1]), []).append(subject)
        return found

    def grades(self, place: Place, depth: int) -> list[dict[str, Any]]:
        """The grades of an organisation; none where it is spread over several districts: see `district_grades`."""
        if depth == 0:
            return self.headline
        subjects = self._subjects(place, depth)
        return self._grades[subjects[0]] if len(subjects) == 1 else []

    def district_grades(self, place: Place, depth: int) -> list[tuple[str, dict[str, Any]]]:
        """District and grade by the default scheme of an organisation that several districts have, each of which is graded
        by itself; the lowest first, those without a score last."""
        subjects = self._subjects(place, depth) if depth > 1 else []
        if len(subjects) < 2:
            return []
        found = [(subject[1].split("/")[1], self._grades[subject][0]) for subject in subjects]
        return sorted(found, key=lambda one: (one[1]["point"] is None, float(one[1]["point"] or 0), one[0]))

    def _subjects(self, place: Place, depth: int) -> list[tuple[str, str]]:
        """Kind and subject of every grade of an organisation, one a district."""
        kind = ("city", "department", "system")[depth - 1]
        subjects = self._graded.get((kind, place[0], place[depth - 1]), [])
        if depth == 3 and len(subjects) > 1:
            subjects = [one for one in subjects if one.split("/")[-2:-1] == [place[1]]]
        return [(kind, subject) for subject in subjects]

    @cached_property
    def headline(self) -> list[dict[str, Any]]:
        """The grades of the widest subject, one a scheme."""
        for kind in ("region", "city", "district", "department", "system"):
            found = [grades for (of, _), grades in self._grades.items() if of == kind]
            if found:
                return found[0]
        return []

    def layers(self, place: Place, depth: int, scope: Scope) -> list[dict[str, Any]]:
        """Components by layer and origin."""
        condition, values = scope.sql()
        names = ("city", "department", "system")[:depth]
        where = " AND ".join([condition, *(f"{name} = ?" for name in names)])
        rows = self._rows(
            f"SELECT layer, origin, sum(count) AS count FROM layer WHERE {where} GROUP BY layer, origin ORDER BY layer, origin",
            (*values, *place[:depth]),
        )
        return [dict(row) for row in rows]

    # findings

    def _where(self, filters: Filters, scope: Scope) -> tuple[str, list[object]]:
        condition, values = scope.sql()
        parts = [condition]
        if filters.severity in SEVERITIES:  # numbered worst first: a severity is a range
            starts = json.loads(self.meta["starts"])
            rank = SEVERITIES.index(filters.severity)
            parts.append("number BETWEEN ? AND ?")
            values += [starts[rank] + 1, starts[rank + 1]]
        parts += {
            "open": ["waiver = '' AND NOT sign"],
            "candidate": ["candidate"],
            "waived": ["waiver <> ''"],
        }.get(filters.state, [])
        for column in ("city", "department", "system"):
            value = getattr(filters, column)
            if value is not None:
                parts.append(f"{column} = ?")
                values.append(value)
        for column in ("rule", "asset"):
            if getattr(filters, column):
                parts.append(f"{column} = ?")
                values.append(getattr(filters, column))
        if filters.text:
            text, more = self._matching(filters.text, scope)
            parts.append(text)
            values += more
        return " AND ".join(parts), values

    def _matching(self, text: str, scope: Scope) -> tuple[str, list[object]]:
        """Findings whose id, address, rule or asset's name holds the text."""
        rules = [
            rule
            for rule, entry in self.rules.items()
            if text.lower() in f"{rule} {entry['title']['zh']} {entry['title']['en']}".lower()
        ]
        assets = [row["id"] for row in self.find_assets(text, scope, 200)]
        parts = ["SELECT number FROM finding WHERE id = ?"]  # each part by its own index
        for column, names in (("rule", rules), ("asset", assets)):
            if names:
                parts.append(f"SELECT number FROM finding WHERE {column} IN ({', '.join('?' * len(names))})")
        return f"number IN ({' UNION ALL '.join(parts)})", [text, *rules, *assets]

    def findings(self, filters: Filters, scope: Scope, offset: int = 0, limit: int = 50) -> Listed:
        """A page of findings, worst first."""
        where, values = self._where(filters, scope)
        rows = self._rows(
            f"SELECT number, json, city, department, system FROM finding WHERE {where} ORDER BY number LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        total = self._count(filters, scope)
        return Listed(tuple(_finding(row) for row in rows), min(total, MOST_COUNTED), total > MOST_COUNTED)

    def _count(self, filters: Filters, scope: Scope) -> int:
        """How many findings, counted to a little more than is shown."""
        if scope.whole and filters == Filters(severity=filters.severity):
            starts = json.loads(self.meta["starts"])
            rank = SEVERITIES.index(filters.severity) if filters.severity in SEVERITIES else None
            return int(starts[3] if rank is None else starts[rank + 1] - starts[rank])
        where, values = self._where(filters, scope)
        limited = f"SELECT count(*) AS n FROM (SELECT 1 FROM finding WHERE {where} LIMIT ?)"
        return int(self._rows(limited, (*values, MOST_COUNTED + 1))[0]["n"])

    def all_findings(self, filters: Filters, scope: Scope) -> Iterator[dict[str, Any]]:
        """Every finding, in batches, for a download."""
        where, values = self._where(filters, scope)
        last = 0
        while rows := self._rows(
            f"SELECT number, json, city, department, system FROM finding WHERE {where} AND number > ? ORDER BY number LIMIT 2000",
            (*values, last),
        ):
            yield from (_finding(row) for row in rows)
            last = rows[-1]["number"]

    def finding(self, name: str, scope: Scope) -> dict[str, Any] | None:
        """One finding, or None where there is none in the scope."""
        condition, values = scope.sql()
        rows = self._rows(
            f"SELECT number, json, city, department, system FROM finding WHERE id = ? AND {condition}", (name, *values)
        )
        return _finding(rows[0]) if rows else None

    def evidence(self, digest: str) -> bytes | None:
        """The canonical bytes of a piece of evidence, where it was published. The caller has seen a finding that names it."""
        rows = self._rows("SELECT data FROM evidence WHERE digest = ?", (digest,))
        if not rows:
            return None
        return zlib.decompressobj().decompress(rows[0]["data"], LARGEST_EVIDENCE)

    # assets

    def asset(self, name: str, scope: Scope) -> dict[str, Any] | None:
        """One asset, or None where there is none in the scope."""
        condition, values = scope.sql()
        rows = self._rows(f"SELECT * FROM asset WHERE id = ? AND {condition}", (name, *values))
        if not rows:
            return None
        found = dict(rows[0])
        return found | {key: json.loads(found[key]) for key in ("addresses", "verdicts", "components")}

    def assets(self, place: Place, depth: int, scope: Scope, offset: int = 0, limit: int = 50) -> Listed:
        """A page of the assets of an organisation, worst first."""
        condition, values = scope.sql()
        names = ("city", "department", "system")[:depth]
        where = " AND ".join([condition, *(f"{name} = ?" for name in names)])
        values = [*values, *place[:depth]]
        rows = self._rows(
            f"SELECT * FROM asset WHERE {where} ORDER BY high DESC, medium DESC, low DESC, number LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        total = self._rows(
            f"SELECT count(*) AS n FROM (SELECT 1 FROM asset WHERE {where} LIMIT ?)", (*values, MOST_COUNTED + 1)
        )[0]["n"]
        return Listed(tuple(dict(row) for row in rows), min(total, MOST_COUNTED), total > MOST_COUNTED)

    def find_assets(self, text: str, scope: Scope, limit: int) -> list[dict[str, Any]]:
        """Assets whose id is the text, or whose name or addresses hold it. Three characters and more are looked up by
        trigram; fewer are compared with every name."""
        if not text.isprintable():
            return []
        condition, values = scope.sql()
        if len(text) >= 3:
            found = "SELECT rowid FROM asset_text WHERE asset_text MATCH ?"
            wanted = ['"' + text.replace('"', '""') + '"']
        else:
            pattern = "%" + "".join("\\" + char if char in "%_\\" else char for char in text) + "%"
            found = (
                "SELECT number FROM asset INDEXED BY asset_words "
                "WHERE name LIKE ? ESCAPE '\\' OR addresses LIKE ? ESCAPE '\\'"
            )
            wanted = [pattern, pattern]
        rows = self._rows(
            f"SELECT * FROM asset WHERE number IN (SELECT number FROM asset WHERE id = ? UNION ALL {found}) AND {condition} LIMIT ?",
            (text, *wanted, *values, limit),
        )
        return [dict(row) for row in rows]

    def gaps(self, asset: str) -> list[dict[str, Any]]:
        """What could not be judged about an asset, and why. The caller has seen the asset."""
        return [
            dict(row) for row in self._rows("SELECT * FROM gap WHERE asset = ? ORDER BY rule, address, port", (asset,))
        ]

    # lists that are shown whole

    def clauses(self) -> list[dict[str, Any]]:
        """Coverage, clause by clause."""
        return [json.loads(row["json"]) for row in self._rows("SELECT json FROM clause ORDER BY number")]

    def waivers(self) -> list[dict[str, Any]]:
        """Accepted deviations."""
        return [json.loads(row["json"]) for row in self._rows("SELECT json FROM waiver ORDER BY number")]


def _finding(row: Row) -> dict[str, Any]:
    return {
        **json.loads(row["json"]),
        "place": (row["city"], row["department"], row["system"]),
    }
