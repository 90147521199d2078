"""The document as plain rows, for spreadsheets: the same columns in CSV and XLSX."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from inventory.text import Language
from reports.format import Source
from reports.printable import one_line
from reports.report import FindingEntry, VerdictWord
from reports.words import label, word

LONGEST_CELL = 32_000  # a spreadsheet's cell holds 32,767 characters
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠|%")
VERDICTS: tuple[VerdictWord, ...] = ("pass", "partial", "fail", "not_applicable", "not_assessed")


def safe_cell(text: str) -> str:
    """Printable text that no spreadsheet takes for a formula: a leading apostrophe stands before what looks like one.
    Numbers such as -5 are written as numbers by the caller, not through here."""
    shown = one_line(text, LONGEST_CELL)
    return "'" + shown if text.lstrip(" \u3000")[:1] in _STARTS_A_FORMULA else shown


@dataclass(frozen=True, slots=True)
class Names:
    """Lookups for rows, made once."""

    language: Language
    assets: Mapping[str, tuple[str, str, str]]
    rules: Mapping[str, str]


def names_of(source: Source, language: Language) -> Names:
    """Asset id → (name, department, zone) and rule id → title."""
    return Names(
        language,
        {
            asset.id: (asset.name or ", ".join(asset.addresses), asset.department, asset.zone)
            for asset in source.report.assets
        },
        {rule.id: rule.title.say(language) for rule in source.report.rules},
    )


FINDING_COLUMNS = (
    "severity",
    "rule",
    "rules",
    "asset",
    "department",
    "zone",
    "address",
    "port",
    "verdict",
    "candidates",
    "reason",
    "clauses",
    "high_risk",
    "confidence",
    "responsible",
    "due",
    "first_seen",
    "last_seen",
    "waiver",
    "evidence",
)


def finding_header(language: Language) -> list[str]:
    """Titles of the columns of `finding_row`; the last is the finding's id."""
    return [*(label(name, language) for name in FINDING_COLUMNS), "id"]


def finding_row(finding: FindingEntry, names: Names) -> list[str | int]:
    """One finding; every text is safe for a cell."""
    language = names.language
    name, department, zone = names.assets.get(finding.asset, (finding.asset, "", ""))
    again = _again
    return [
        again(word("severity", finding.severity, language)),
        again(names.rules.get(finding.rule, finding.rule)),
        again(finding.rule),
        again(name),
        again(department),
        again(zone),
        safe_cell(finding.address),
        finding.port if finding.transport != "none" else "",
        again(word("verdict", finding.verdict, language)),
        label("yes", language) if finding.candidate else "",
        safe_cell(finding.reason.say(language)),
        again("; ".join(finding.clauses)),
        again(finding.high_risk or ""),
        again(word("confidence", finding.confidence, language)),
        again(finding.owner),
        again(finding.due),
        again(finding.first_seen),
        again(finding.last_seen),
        again(finding.waiver),
        safe_cell(" ".join([f"sha256:{piece.digest}" for piece in finding.evidence])),
        safe_cell(finding.id),
    ]


def _again(text: str) -> str:
    """`safe_cell` of a text that is likely to come again; long ones are not remembered."""
    return _remembered(text) if len(text) <= 200 else safe_cell(text)


_remembered = lru_cache(maxsize=20_000)(safe_cell)


Sheet = tuple[str, list[str], Iterator[list[str | int | float]]]


def sheets(source: Source, language: Language) -> Iterator[Sheet]:
    """The smaller tables: title, header, rows. Numbers stay numbers, texts are safe."""
    names = names_of(source, language)
    yield label("grade", language), _say(language, "scheme", "level", "subject", "score", "interval", "interval", "coverage_a", "coverage_b", "conclusion"), _grades(source, language)  # fmt: skip
    yield label("assets", language), [*_say(language, "asset", "address", "zone", "department", "system", "device_class", "importance", "protection_level", "registered"), *(word("verdict", name, language) for name in VERDICTS), "id"], _assets(source, language)  # fmt: skip
    yield label("component", language), _say(language, "asset", "layer", "vendor", "product", "version", "origin", "confidence"), _components(source, names)  # fmt: skip
    yield label("coverage", language), [*_say(language, "clause", "clause_title", "automation", "rules"), *(word("verdict", name, language) for name in VERDICTS)], _clauses(source, language)  # fmt: skip
    yield label("not_assessed", language), _say(language, "rule", "asset", "address", "port", "vantage", "why", "detail"), _gaps(source, names)  # fmt: skip


def _say(language: Language, *labels: str) -> list[str]:
    return [label(name, language) for name in labels]


def _grades(source: Source, language: Language) -> Iterator[list[str | int | float]]:
    for grade in source.report.grades:
        said = grade.refusal or grade.conclusion
        yield [
            safe_cell(grade.scheme),
            word("kind", grade.subject_kind, language),
            safe_cell(grade.name.say(language)),
            *(
                "—" if value is None else value
                for value in (grade.point, grade.lower, grade.upper, grade.coverage_a, grade.coverage_b)
            ),
            safe_cell(said.say(language)) if said else "",
        ]


def _assets(source: Source, language: Language) -> Iterator[list[str | int | float]]:
    for asset in source.report.assets:
        registered = "" if asset.registered is None else label("yes" if asset.registered else "no", language)
        texts = (
            asset.name,
            ", ".join(asset.addresses),
            asset.zone,
            asset.department,
            asset.system,
            word("device_class", asset.device_class, language),
            word("importance", asset.importance, language),
        )
        yield [
            *(safe_cell(text) for text in texts),
            asset.protection_level if asset.protection_level is not None else "",
            registered,
            *(len(asset.verdicts.get(name, ())) for name in VERDICTS),
            safe_cell(asset.id),
        ]


def _components(source: Source, names: Names) -> Iterator[list[str | int | float]]:
    for asset in source.report.assets:
        for item in asset.components:
            texts = (
                names.assets[asset.id][0],
                word("layer", item.layer, names.language),
                item.vendor or "",
                item.product or "",
                item.version or "",
                word("origin", item.origin, names.language),
                word("confidence", item.confidence, names.language),
            )
            yield [safe_cell(text) for text in texts]


def _clauses(source: Source, language: Language) -> Iterator[list[str | int | float]]:
    for clause in source.report.coverage.clauses:
        texts = (
            clause.id,
            clause.title.say(language),
            word("automation", clause.automation, language),
            ", ".join(clause.rules),
        )
        yield [*(safe_cell(text) for text in texts), *(clause.verdicts.get(name, 0) for name in VERDICTS)]


def _gaps(source: Source, names: Names) -> Iterator[list[str | int | float]]:
    for gap in source.report.not_assessed:
        yield [
            safe_cell(names.rules.get(gap.rule, gap.rule)),
            safe_cell(names.assets.get(gap.asset, (gap.asset, "", ""))[0]),
            safe_cell(gap.address),
            gap.port if gap.transport != "none" else "",
            safe_cell(gap.vantage),
            word("why", gap.why, names.language),
            safe_cell(gap.reason),
        ]
