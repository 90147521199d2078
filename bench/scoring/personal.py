"""Personal data: every vector judged rightly, alone and inside a text; no alarm over the texts of the other sets."""

from collections.abc import Callable
from pathlib import Path

from bench.scoring.figure import Figure, read_lines
from inventory.personal_data import Kind, is_bank_card, is_credit_code, is_identity_number, is_mobile_number, matches

CHECKS: dict[str, tuple[Callable[[str], bool], Kind]] = {
    "cn_id": (is_identity_number, Kind.IDENTITY_NUMBER),
    "cn_id_15": (is_identity_number, Kind.IDENTITY_NUMBER),
    "cn_residence_permit": (is_identity_number, Kind.IDENTITY_NUMBER),
    "cn_uscc": (is_credit_code, Kind.CREDIT_CODE),
    "bank_card": (is_bank_card, Kind.BANK_CARD),
    "cn_mobile": (is_mobile_number, Kind.MOBILE_NUMBER),
}
TEXTS = frozenset((".json", ".jsonl", ".xml", ".pem", ".md", ".txt", ".cfg", ".conf", ".snmprec", ""))


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    right = total = 0
    for record in read_lines(folder / "pii" / "vectors.jsonl"):
        value, kind = record["value"], record["type"]
        found = [match.kind for match in matches(f"字段：{value}，")]
        if kind in CHECKS:
            check, word = CHECKS[kind]
            good = check(value) is record["valid"] and (word in found) is record["valid"]
        else:
            good = not set(found) & {Kind.BANK_CARD, Kind.IDENTITY_NUMBER, Kind.MOBILE_NUMBER}
        total, right = total + 1, right + good
        if not good and misses > 0:
            misses -= 1
            print(f"  {record['id']} {value}: {found}")
    clean = files = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TEXTS and path.relative_to(folder).parts[0] != "pii":
            files += 1
            alarms = list(matches(path.read_text("utf-8", "replace")))
            clean += not alarms
            for match in alarms[: max(0, misses)]:
                print(f"  alarm in {path.relative_to(folder)}: {match.kind} {match.masked}")
    return [
        Figure("pii", "vectors", right, total, 1.0),
        Figure("pii", "files of other sets without alarm", clean, files, 1.0),
    ]
