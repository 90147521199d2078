"""How well this scanner finds what is there: its report on a city whose answers are known, held against them.

`python -m reports.accuracy REPORT.json TRUTH.json LAB > reports/known_answers/accuracy.json` writes the figures that every
report then carries. A fail or partial that the truth names too is *found*; one that the truth gives another verdict is
*invented*; verdicts that the truth says nothing of are not counted.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inventory.canonical import canonical
from inventory.errors import InputError
from reports.canonical_form import read_report, to_json
from reports.report import Accuracy, Report, RuleAccuracy, VerdictWord

INSTALLED = ("reports", "known_answers")
PROGRAM = "chengjian"  # its name among the versions of a scan
BAD: frozenset[VerdictWord] = frozenset({"fail", "partial"})
Answers = Mapping[tuple[str, str], str]  # (address, rule) → verdict


def measure(report: Report, truth: Answers, lab: str) -> Accuracy:
    """Recall and precision of the fails and partials of a report, whole and by rule. Pure."""
    seen = {
        (address, rule): verdict
        for asset in report.assets
        for verdict, rules in asset.verdicts.items()
        for rule in rules
        for address in asset.addresses
    }
    expected, found, invented = (
        [key for key, verdict in sorted(truth.items()) if verdict in BAD],
        [key for key, verdict in sorted(truth.items()) if verdict in BAD and seen.get(key) in BAD],
        [key for key, verdict in sorted(truth.items()) if verdict not in BAD and seen.get(key) in BAD],
    )
    rules = sorted({rule for _, rule in (*expected, *invented)})
    made_from = report.generated_from
    return Accuracy(
        lab=lab,
        date=report.scan.ended[:10],
        recall=_percent(len(found), len(expected)),
        precision=_percent(len(found), len(found) + len(invented)),
        rules=tuple(
            RuleAccuracy(rule=rule, expected=_of(rule, expected), found=_of(rule, found), invented=_of(rule, invented))
            for rule in rules
        ),
        program=made_from.versions.get(PROGRAM, ""),
        packs={pack.id: pack.digest for pack in made_from.packs},
    )


def outdated(report: Report, known: Accuracy) -> tuple[str, ...]:
    """What the figures were not measured with, of what the report was made from: rule packs by id and version, and the
    program. Figures that name no pack were measured with nothing that is known. Pure."""
    made_from = report.generated_from
    packs = [f"{pack.id} {pack.version}" for pack in made_from.packs if known.packs.get(pack.id) != pack.digest]
    version = made_from.versions.get(PROGRAM, known.program)
    return (*packs, *([f"{PROGRAM} {version}"] if version != known.program else []))


def _of(rule: str, keys: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _, name in keys if name == rule)


def _percent(part: int, whole: int) -> float:
    """Two places, half up; of nothing everything was found."""
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)) if whole else 100.0


def read_truth(data: bytes, source: str) -> Answers:
    """The answers of the lab (`{"hosts": [{"address", "verdicts": [{"rule", "verdict"}]}]}`). Raises InputError."""
    try:
        return {
            (str(host["address"]), str(verdict["rule"])): str(verdict["verdict"])
            for host in json.loads(data)["hosts"]
            for verdict in host["verdicts"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"not the truth of a lab: {error!r}", source) from error


def installed_accuracy() -> Accuracy | None:
    """The figures that this program was released with, or None."""
    package, folder = INSTALLED
    found = files(package) / folder / "accuracy.json"
    return read_accuracy(found.read_bytes(), "accuracy.json") if found.is_file() else None


def read_accuracy(data: bytes, source: str) -> Accuracy:
    """Figures from JSON. Raises InputError."""
    try:
        return Accuracy.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"no accuracy figures: {first['msg']}", source, ".".join(map(str, first["loc"]))) from error


def main(arguments: list[str]) -> int:
    """Write the figures to stdout; 2 for input that gives none."""
    if len(arguments) != 3:
        sys.stderr.write("usage: python -m reports.accuracy REPORT.json TRUTH.json LAB\n")
        return 2
    try:
        value: Any = to_json(measure_files(*arguments))
    except (InputError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.buffer.write(canonical(value) + b"\n")
    return 0


def measure_files(report: str, truth: str, lab: str) -> Accuracy:
    """Figures from a report of a lab and the lab's truth. Raises InputError for a report of a real city, which has no known
    answers, and for a truth without a fail, of which nothing could be missed."""
    document = read_report(Path(report).read_bytes(), report)
    answers = read_truth(Path(truth).read_bytes(), truth)
    if not document.simulated:
        raise InputError("not a report of a lab: nobody knows the answers", report, "simulated")
    if not any(verdict in BAD for verdict in answers.values()):
        raise InputError("no answer of the lab is a fail or partial", truth, "hosts")
    return measure(document, answers, lab)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
