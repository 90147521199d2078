"""Two snapshots side by side, in the database: the same words as `reports.compare`, for reports larger than memory.

A finding that vanished because its asset fell silent is *no longer assessed*, never *mended*.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from reports.portal.scope import Scope
from reports.portal.snapshot import Snapshot

MOST_SHOWN = 200  # rows of each kind


@dataclass(frozen=True, slots=True)
class Difference:
    """Findings by what became of them: the first rows, and how many there are."""

    new: tuple[dict[str, Any], ...]
    reopened: tuple[dict[str, Any], ...]
    mended: tuple[dict[str, Any], ...]
    no_longer_assessed: tuple[dict[str, Any], ...]
    counts: dict[str, int]


@dataclass(slots=True)
class _Kept:
    """The first rows of one kind and how many there were: the rest is not held."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def add(self, document: str) -> None:
        self.count += 1
        if len(self.rows) < MOST_SHOWN:
            self.rows.append(json.loads(document))


def difference(old: Snapshot, new: Snapshot, scope: Scope) -> Difference:
    """What changed from `old` to `new`, within a scope."""
    condition, values = scope.sql()
    scoped = condition.replace("department IN", "f.department IN").replace("system IN", "f.system IN")
    brand_new, reopened, mended, lost = (_Kept() for _ in range(4))
    with new.connection() as connection:
        connection.execute("ATTACH DATABASE ? AS old", (f"file:{quote(str(old.path.resolve()))}?mode=ro&immutable=1",))
        try:
            for row in connection.execute(
                "SELECT f.json, f.json ->> '$.first_seen' AS first_seen FROM main.finding AS f "
                f"LEFT JOIN old.finding AS o ON o.id = f.id WHERE o.id IS NULL AND {scoped} ORDER BY f.number",
                values,
            ):
                before = row["first_seen"] and row["first_seen"] <= old.meta["ended"]
                (reopened if before else brand_new).add(row["json"])
            for row in connection.execute(
                "SELECT f.json, f.rule, a.verdicts, EXISTS (SELECT 1 FROM main.gap AS g WHERE g.asset = f.asset AND g.rule = f.rule AND g.address = f.address "
                "AND g.transport = f.json ->> '$.transport' AND g.port = f.json ->> '$.port') AS gap "
                "FROM old.finding AS f LEFT JOIN main.finding AS n ON n.id = f.id LEFT JOIN main.asset AS a ON a.id = f.asset "
                f"WHERE n.id IS NULL AND {scoped} ORDER BY f.number",
                values,
            ):
                (mended if _is_mended(row["rule"], row["verdicts"], bool(row["gap"])) else lost).add(row["json"])
            still = connection.execute(
                f"SELECT count(*) FROM main.finding AS f JOIN old.finding AS o ON o.id = f.id WHERE {scoped}", values
            ).fetchone()[0]
        finally:
            connection.execute("DETACH DATABASE old")
    counts = {
        "new": brand_new.count,
        "reopened": reopened.count,
        "mended": mended.count,
        "no_longer_assessed": lost.count,
        "still_open": still,
    }
    return Difference(tuple(brand_new.rows), tuple(reopened.rows), tuple(mended.rows), tuple(lost.rows), counts)


def _is_mended(rule: str, verdicts: str | None, has_gap: bool) -> bool:
    """Mended needs a verdict in the newer report, and no gap there."""
    if verdicts is None or has_gap:
        return False
    words = [word for word, rules in json.loads(verdicts).items() if rule in rules]
    return bool(words) and words[0] != "not_assessed"
