"""Scores parts of the product against known answers; `scripts/score` prints them. See `docs/scoring.md` for the layout."""

from collections.abc import Callable
from pathlib import Path

from bench.scoring.figure import Figure


def run(folder: Path, parts: list[str], misses: int = 0) -> tuple[list[Figure], list[str]]:
    """Score the sets that the folder holds. Returns the figures, and the names of the sets that it lacks."""
    from bench.scoring import banners, boms, captures, certificates, left_out, nmap_reports, personal, registries, snmp

    known: dict[str, Callable[[Path, int], list[Figure]]] = {
        "snmp": snmp.score,
        "recog": banners.score,
        "oui_pen": registries.score,
        "certs": certificates.score,
        "pii": personal.score,
        "pcap": captures.score,
        "nmap_xml": nmap_reports.score,
        "sbom": boms.score,
    }
    figures: list[Figure] = []
    missing = []
    for name, score in known.items():
        if parts and name not in parts:
            continue
        if (folder / name).is_dir():
            figures += score(folder, misses)
            if name == "recog":
                figures += left_out.score(folder, misses)
        else:
            missing.append(name)
    return figures, missing
