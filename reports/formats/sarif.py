"""SARIF 2.1.0 (OASIS): findings as results, gaps as results of kind `open`, waivers as suppressions."""

from pathlib import Path
from typing import Any

from inventory.canonical import canonical
from inventory.text import Text
from reports.format import Format, Options, Source, Written
from reports.printable import printable
from reports.report import FindingEntry, Gap, Report
from reports.words import label, why_told, word

LEVELS = {"high": "error", "medium": "warning", "low": "note"}


def render(source: Source, options: Options, target: Path) -> Written:
    """Write one run."""
    report = source.report
    index = {rule.id: number for number, rule in enumerate(report.rules)}
    results = [_result(finding, index, options) for finding in source.findings]
    known = {(finding.rule, finding.asset, finding.address, finding.port) for finding in source.findings}
    results += [
        _gap(gap, index, options)
        for gap in report.not_assessed
        if (gap.rule, gap.asset, gap.address, gap.port) not in known
    ]
    document = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(report, options)},
                "invocations": [
                    {
                        "executionSuccessful": report.scan.state == "finished",
                        "startTimeUtc": report.scan.started,
                        "endTimeUtc": report.scan.ended,
                    }
                ],
                "automationDetails": {"id": f"chengjian/{report.scan.id}"},
                "language": "zh-CN" if options.language == "zh" else "en-US",
                "columnKind": "unicodeCodePoints",
                "properties": {
                    "simulated": report.simulated,
                    "statement": label("self_check_sentence", options.language),
                    "inputManifest": report.generated_from.input_manifest,
                    "findings": len(source.findings),
                },
                "results": results,
            }
        ],
    }
    target.write_bytes(canonical(_clean(document)) + b"\n")
    return Written((target,), sum(1 for result in results if result["kind"] != "open"))


def _driver(report: Report, options: Options) -> dict[str, Any]:
    return {
        "name": "Chengjian",
        "version": report.generated_from.versions.get("chengjian", "0"),
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title.say(options.language)},
                "help": {"text": rule.remediation.vendor.say(options.language)},
                "defaultConfiguration": {"level": LEVELS[rule.severity]},
                "properties": {"pack": rule.pack, "weight": rule.weight, "tags": list(rule.clauses)},
            }
            for rule in report.rules
        ],
    }


def _location(asset: str, address: str, transport: str, port: int) -> dict[str, Any]:
    place = address if transport == "none" else f"{address}:{port}/{transport}"
    return {"logicalLocations": [{"name": place, "fullyQualifiedName": f"{asset}/{place}", "kind": "resource"}]}


def _result(finding: FindingEntry, index: dict[str, int], options: Options) -> dict[str, Any]:
    candidate = finding.verdict == "not_assessed"
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "kind": "review" if candidate else "fail",
        "level": "none" if candidate else LEVELS[finding.severity],
        "message": {"text": finding.reason.say(options.language)},
        "locations": [_location(finding.asset, finding.address, finding.transport, finding.port)],
        "partialFingerprints": {"chengjianFinding/v1": finding.id},
        "properties": {
            "verdict": finding.verdict,
            "candidate": finding.candidate,
            "severity": finding.severity,
            "confidence": finding.confidence,
            "clauses": list(finding.clauses),
            "evidence": [piece.digest for piece in finding.evidence],
            "owner": finding.owner,
            "due": finding.due,
        },
    }
    if finding.rule in index:
        made["ruleIndex"] = index[finding.rule]
    if finding.waiver:
        made["suppressions"] = [{"kind": "external", "status": "accepted", "justification": finding.waiver}]
    return made


def _gap(gap: Gap, index: dict[str, int], options: Options) -> dict[str, Any]:
    why = why_told(gap.why, gap.reason, options.language)
    made: dict[str, Any] = {
        "ruleId": gap.rule,
        "kind": "open",
        "level": "none",
        "message": {"text": f"{word('verdict', 'not_assessed', options.language)}: {why}"},
        "locations": [_location(gap.asset, gap.address, gap.transport, gap.port)],
    }
    if gap.rule in index:
        made["ruleIndex"] = index[gap.rule]
    return made


def _clean(value: Any) -> Any:
    """Every text printable: a reader of SARIF shows it as it is."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


FORMAT = Format("sarif", ".sarif", Text(zh="SARIF静态结果", en="SARIF results"), render)
