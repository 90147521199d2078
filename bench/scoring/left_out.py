"""Cross-validation: what does identification say about a family of which it knows nothing?

Every vendor of the truth is left out in turn, with its fingerprints, names and house; its banners are identified with the
rest. The right answer then is nothing; another vendor's name is a false claim. The figure is the share without a false one.
"""

from pathlib import Path

from bench.scoring.banners import PROTOCOLS
from bench.scoring.figure import Figure, read_lines
from bench.scoring.names import house, meaning, same_maker
from inventory.free_text import clean_text
from inventory.identify import decide
from inventory.maker_evidence import text_evidence


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    silent = total = 0
    for record in read_lines(folder / "recog" / "banners.jsonl"):
        expected = record["expected"]
        names = {expected.get(field) for field in ("vendor", "os_vendor", "hw_vendor")} - {None}
        if record["file"] not in PROTOCOLS or not names or record.get("banner") is None:
            continue
        meant = {meaning(name) for name in names} - {None}
        left_out = {word for vendor in meant for word in house(str(vendor))}
        evidence = text_evidence(PROTOCOLS[record["file"]], clean_text(record["banner"]))
        rest = [item for item in evidence if item.vendor not in left_out]
        vendor = decide(rest).vendor
        wrong = vendor is not None and not any(same_maker(vendor, name) for name in names)
        total, silent = total + 1, silent + (not wrong)
        if wrong and misses > 0:
            misses -= 1
            print(f"  left out {sorted(names)}: {vendor} | {record['banner'][:100]!r}")
    return [Figure("left out", "no false name for unknown families", silent, total)]
