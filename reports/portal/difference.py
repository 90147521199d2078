"""Two snapshots side by side, in the database: the same words as `reports.compare`, for reports larger than memory.

A finding that vanished because its asset fell silent is *no longer assessed*, never *mended*.
"""

import json
from dataclasses import dataclass
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


def difference(old: Snapshot, new: Snapshot, scope: Scope) -> Difference:
    """What changed from `old` to `new`, within a scope."""
    condition, values = scope.sql()
    scoped = condition.replace("department IN", "f.department IN").replace("system IN", "f.system IN")
    with new.connection() as connection:
        connection.execute("ATTACH DATABASE ? AS old", (f"file:{quote(str(old.path.resolve()))}?mode=ro&immutable=1",))
        try:
            fresh = connection.execute(
                "SELECT f.json FROM main.finding AS f LEFT JOIN old.finding AS o ON o.id = f.id "
                f"WHERE o.id IS NULL AND {scoped} ORDER BY f.number",
                values,
            )
            appeared = [json.loads(row["json"]) for row in fresh]
            gone = connection.execute(
                "SELECT f.json, a.verdicts, EXISTS (SELECT 1 FROM main.gap AS g WHERE g.asset = f.asset AND g.rule = f.rule AND g.address = f.address "
                "AND g.transport = f.json ->> '$.transport' AND g.port = f.json ->> '$.port') AS gap "
                "FROM old.finding AS f LEFT JOIN main.finding AS n ON n.id = f.id LEFT JOIN main.asset AS a ON a.id = f.asset "
                f"WHERE n.id IS NULL AND {scoped} ORDER BY f.number",
                values,
            ).fetchall()
            still = connection.execute(
                f"SELECT count(*) FROM main.finding AS f JOIN old.finding AS o ON o.id = f.id WHERE {scoped}", values
            ).fetchone()[0]
        finally:
            connection.execute("DETACH DATABASE old")
    reopened = [item for item in appeared if item["first_seen"] and item["first_seen"] <= old.meta["ended"]]
    known = {item["id"] for item in reopened}
    brand_new = [item for item in appeared if item["id"] not in known]
    mended: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    for row in gone:
        finding = json.loads(row["json"])
        (mended if _is_mended(finding, row["verdicts"], bool(row["gap"])) else lost).append(finding)
    counts = {
        "new": len(brand_new),
        "reopened": len(reopened),
        "mended": len(mended),
        "no_longer_assessed": len(lost),
        "still_open": still,
    }
    return Difference(
        tuple(brand_new[:MOST_SHOWN]),
        tuple(reopened[:MOST_SHOWN]),
        tuple(mended[:MOST_SHOWN]),
        tuple(lost[:MOST_SHOWN]),
        counts,
    )


def _is_mended(finding: dict[str, Any], verdicts: str | None, has_gap: bool) -> bool:
    """Mended needs a verdict in the newer report, and no gap there."""
    if verdicts is None or has_gap:
        return False
    words = [word for word, rules in json.loads(verdicts).items() if finding["rule"] in rules]
    return bool(words) and words[0] != "not_assessed"
