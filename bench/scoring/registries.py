"""MAC prefixes and enterprise numbers against the registries' own names."""

from pathlib import Path

from bench.scoring.figure import Figure, read_lines
from inventory.identify import identify_line


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    prefixes = prefixes_right = numbers = numbers_right = origins = origins_right = 0
    for record in read_lines(folder / "oui_pen" / "vectors.jsonl"):
        names = {str(name).casefold() for name in record["expected"].values()}
        if "oui" in record:
            answer = identify_line({"id": record["id"], "kind": "mac", "mac": record["oui"] + ":00:00:01"})
            good = (answer["registrant"] or "").casefold() in names and answer["vendor"] is not None
            prefixes, prefixes_right = prefixes + 1, prefixes_right + good
            if answer["origin"].startswith("domestic") and record.get("registrant_country"):
                origins += 1
                origins_right += record["registrant_country"] in ("CN", "HK", "US")  # addresses of branches abroad
        else:
            answer = identify_line({"id": record["id"], "kind": "enterprise", "number": record["pen"]})
            good = (answer["registrant"] or "").casefold() in names and answer["vendor"] is not None
            good = good or (not names and answer["vendor"] is None)
            numbers, numbers_right = numbers + 1, numbers_right + good
        if not good and misses > 0:
            misses -= 1
            print(f"  {record['id']}: {answer['vendor']} {answer['registrant']} for {names}")
    return [
        Figure("oui_pen", "MAC prefixes", prefixes_right, prefixes, 0.98),
        Figure("oui_pen", "enterprise numbers", numbers_right, numbers, 0.99),
        Figure("oui_pen", "domestic by prefix, registered there", origins_right, origins),
    ]
