"""Bills of materials: counts equal to the truth, and the verdict of those who wrote the document."""

from pathlib import Path

from bench.scoring.figure import Figure, read_lines
from inventory.errors import ImportFormatError
from inventory.imports.sbom import Bom, read

COUNTS = ("components", "with_purl", "with_cpe", "with_licence", "services", "dependencies", "vulnerabilities")
COUNTS += ("packages", "files", "relationships")


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    counts = counts_right = verdicts = verdicts_right = 0
    for record in read_lines(folder / "sbom" / "truth.jsonl"):
        truth = record["truth"]
        bom = _read(folder / "sbom" / record["file"])
        for name in COUNTS:
            if truth.get(name) is not None:
                counts += 1
                right = bom is not None and bom.counts.get(name) == truth[name]
                counts_right += right
                if not right and misses > 0:
                    misses -= 1
                    print(f"  {record['id']} {name}: {bom.counts.get(name) if bom else None} for {truth[name]}")
        wanted = record.get("upstream_verdict")
        if wanted is not None:
            verdicts += 1
            right = (bom is not None and bom.valid is True) is (wanted == "valid")
            verdicts_right += right
            if not right and misses > 0:
                misses -= 1
                print(f"  {record['id']}: {bom.errors[:2] if bom else None} for {wanted}")
    return [
        Figure("sbom", "counts", counts_right, counts, 1.0),
        Figure("sbom", "verdict as upstream", verdicts_right, verdicts, 0.95),
    ]


def _read(file: Path) -> Bom | None:
    try:
        return read(file.read_bytes(), file.name)
    except ImportFormatError:
        return None
